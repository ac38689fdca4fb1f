import logging

import pytest

from JumpScale import j


@pytest.fixture(autouse=True)
def level():
    logger = logging.getLogger("j")
    before = logger.level
    yield
    logger.setLevel(before)


@pytest.mark.parametrize(
    ("name", "full"),
    [("node", "j.node"), ("j.node", "j.node"), ("", "j"), ("j", "j"), ("job", "j.job")],
)
def test_every_logger_is_below_one(name, full):
    assert j.logger.get(name) is logging.getLogger(full)


def test_a_message_is_logged_under_its_category(caplog):
    caplog.set_level(logging.INFO)
    j.logger.log("100% done", level=logging.WARNING, category="node")

    assert caplog.record_tuples == [("j.node", logging.WARNING, "100% done")]


def test_a_level_of_the_older_scale_is_information(caplog):
    caplog.set_level(logging.INFO)
    j.logger.log("done", level=5)

    assert caplog.record_tuples == [("j", logging.INFO, "done")]


def test_the_level_counts_for_all_of_them():
    j.logger.set_level("ERROR")

    assert not j.logger.get("node").isEnabledFor(logging.WARNING)
    assert j.logger.get("node").isEnabledFor(logging.ERROR)
