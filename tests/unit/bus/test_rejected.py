import time

import pytest

from cockpit.bus import Group, Rejections


@pytest.fixture
def rejections(pipe):
    return Rejections(pipe)


def test_what_was_refused_before_a_moment_goes(rejections):
    rejections.add("ckpt.alarm", b"old", "no JSON")
    (old,) = rejections.newest(9)
    rejections.trim(old.epoch - 1)
    assert rejections.count() == 1
    rejections.trim(old.epoch + 2)

    assert rejections.count() == 0


def test_a_payload_is_kept_with_its_reason(rejections):
    name = rejections.add("ckpt.alarm", b"rub\xffbish", "no JSON")

    (kept,) = rejections.newest(9)
    assert (kept.id, kept.channel, kept.reason) == (name, "ckpt.alarm", "no JSON")
    assert kept.payload == "rub\ufffdbish"
    assert abs(kept.epoch - time.time()) < 60


def test_the_newest_come_first(rejections):
    for n in range(3):
        rejections.add("ckpt.alarm", str(n).encode(), "why")

    assert [kept.payload for kept in rejections.newest(2)] == ["2", "1"]
    assert rejections.count() == 3


def test_a_huge_payload_is_cut(rejections):
    rejections.add("ckpt.alarm", b"x" * 100_000, "why")

    assert len(rejections.newest(1)[0].payload) == 64 * 1024


def test_an_entry_of_the_log_is_moved(pipe, rejections):
    group = Group(pipe, "robot")
    group.ensure()
    entry = pipe.call("XADD", "ckpt.alarm", "*", "event", "rubbish")
    group.read(9, block_ms=1)
    rejections.add("ckpt.alarm", b"rubbish", "why", group="robot", entry=entry)

    assert pipe.call("XLEN", "ckpt.alarm") == 0
    assert group.pending(9) == []
    assert rejections.count() == 1
