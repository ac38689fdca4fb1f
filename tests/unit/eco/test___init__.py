import subprocess
import sys

import pytest

from cockpit import eco
from cockpit.eco.handler import Handler


def test_the_handler_is_there_when_it_is_asked_for():
    assert eco.Handler is Handler
    with pytest.raises(AttributeError):
        _ = eco.Nothing


def test_who_only_captures_imports_no_redis():
    program = "import sys; from cockpit.eco import capture; print('redis' in sys.modules)"

    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "False\n"
