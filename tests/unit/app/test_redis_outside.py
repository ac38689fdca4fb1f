import pytest

from cockpit.app.redis_outside import check_outside
from cockpit.bus.pipe import client
from cockpit.errors import OpsError


class Answers:
    """A Redis elsewhere, as INFO shows it."""

    def __init__(self, **values):
        self.values = values

    def info(self, section):
        return self.values if section in {"persistence", "memory"} else {}


def test_redis_that_keeps_everything_is_good():
    assert check_outside(Answers(aof_enabled=1, maxmemory_policy="noeviction")) == []


def test_redis_without_aof_is_told():
    [warning] = check_outside(Answers(aof_enabled=0, maxmemory_policy="noeviction"))

    assert warning.startswith("AOF is off")


def test_redis_that_evicts_is_told_by_its_policy():
    [warning] = check_outside(Answers(aof_enabled=1, maxmemory_policy="volatile-lru"))

    assert warning.startswith("maxmemory-policy is volatile-lru")


def test_redis_that_does_not_answer_is_trouble(tmp_path):
    with pytest.raises(OpsError, match="Redis is away"):
        check_outside(client(f"unix://{tmp_path}/none"))
