import pytest

from cockpit.eco.kept import Wanted
from cockpit.events import Eco

ONE = Eco(error_msg="Disk Full", app_name="shop", eco_type="BUG", func_filename="/a/main.py")


@pytest.mark.parametrize(
    "wanted", [{}, {"app": "shop"}, {"type": "BUG"}, {"text": "disk f"}, {"text": "MAIN.PY"}]
)
def test_what_is_meant(wanted):
    assert Wanted(**wanted).means(ONE)


@pytest.mark.parametrize("wanted", [{"app": "desk"}, {"type": "INPUT"}, {"text": "memory"}])
def test_what_is_not_meant(wanted):
    assert not Wanted(**wanted).means(ONE)
