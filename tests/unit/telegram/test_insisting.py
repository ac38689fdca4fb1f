import pytest

from cockpit.errors import InputError, OpsError
from cockpit.telegram.insisting import insist


class Disk:
    """Full for so many tries."""

    def __init__(self, failures: int, error: type[Exception] = OpsError) -> None:
        self.failures, self.error = failures, error
        self.tries = 0

    def write(self) -> str:
        self.tries += 1
        if self.tries <= self.failures:
            raise self.error("full")
        return "written"


@pytest.mark.parametrize("failures", [0, 1, 2])
def test_what_works_after_a_while_is_done_once(failures):
    disk = Disk(failures)

    assert insist(disk.write, (0, 0)) == "written"
    assert disk.tries == failures + 1


@pytest.mark.parametrize(("error", "tries"), [(OpsError, 3), (InputError, 1)])
def test_what_goes_on_being_wrong_is_told(error, tries):
    disk = Disk(9, error)
    with pytest.raises(error, match="full"):
        insist(disk.write, (0, 0))

    assert disk.tries == tries
