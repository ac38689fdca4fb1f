import pytest

from cockpit.app.bug import Reporter
from cockpit.bus import Log, Pipe
from cockpit.errors import InputError, OpsError


class Lines:
    """A logger that keeps what it is told."""

    def __init__(self):
        self.said = []

    def warning(self, event, **fields):
        self.said.append(("warning", event, fields))

    def error(self, event, **fields):
        self.said.append(("error", event, fields))


@pytest.fixture
def lines():
    return Lines()


@pytest.mark.parametrize("error", [ValueError("odd"), InputError("odd")])
def test_a_bug_is_logged_and_becomes_an_eco(pipe, lines, error):
    Reporter(Log(pipe), lines, "smtp.door", clock=lambda: 9)(error)
    (eco,) = Log(pipe).newest(["eco"], 9)

    assert lines.said == [("error", "bug_found", {"where": "smtp.door", "exc_info": error})]
    assert (eco.category, eco.epoch) == ("smtp.door", 9)
    assert eco.error_msg.endswith("Error: odd")


def test_trouble_of_the_world_is_only_logged(pipe, lines):
    Reporter(Log(pipe), lines, "smtp.door")(OpsError("full"))

    assert [(level, event) for level, event, _ in lines.said] == [("warning", "trouble_coped_with")]
    assert Log(pipe).counts()["eco"] == 0


def test_without_redis_the_log_line_is_left(tmp_path, lines):
    Reporter(Log(Pipe(f"unix://{tmp_path}/none")), lines, "smtp.door")(ValueError("odd"))

    assert [event for _, event, _ in lines.said] == ["bug_found", "eco_not_published"]
