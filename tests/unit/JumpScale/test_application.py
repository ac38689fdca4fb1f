import os

import pytest

from JumpScale import j


def test_it_tells_this_process():
    assert j.application.whoAmI == (0, 0, os.getpid())
    assert j.application.whoAmI.pid == os.getpid()
    assert j.application.getWhoAmiStr() == f"0_0_{os.getpid()}"


def test_it_has_a_name():
    assert j.application.appname == "cockpit"


def test_what_it_does_not_have_it_says():
    with pytest.raises(AttributeError, match=r"j\.application\.config is not provided"):
        _ = j.application.config
