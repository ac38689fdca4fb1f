import gevent

from builders import Thief
from cockpit.bus import Pipe
from cockpit.errors import OpsError
from cockpit.robot.settling import Settling


def row(service, job="j", fence=1, fields=()):
    return (service, job, fence, "ok", 0, False, True, "", list(fields), "", "act")


def together(settling, *rows):
    each = [gevent.spawn(settling.settle, "r1", one) for one in rows]
    gevent.joinall(each, timeout=20)
    return each


def test_outcomes_of_one_moment_are_recorded_in_one_call(pipe):
    settling = Settling(pipe)
    together(settling, row("r/a"))  # Redis knows the script from here on.
    before = calls(pipe)
    together(settling, *[row(f"r/{n}") for n in range(50)])

    assert calls(pipe) == before + 1


def calls(pipe):
    stats = pipe.call("INFO", "commandstats")
    return int(stats.split(b"cmdstat_evalsha:calls=")[1].split(b",")[0])


def test_more_than_fit_into_one_call_are_recorded_in_several(pipe):
    each = together(Settling(pipe), *[row(f"r/{n}") for n in range(450)])

    assert [one.get() for one in each] == [[]] * 450


def test_one_that_cannot_be_recorded_holds_up_no_other(pipe):
    pipe.call("HSET", "cockpit:working:r1", "r/bad", "j1 1", "r/good", "j2 1")
    pipe.call("SET", "cockpit:job:j1", "no record")
    bad, good = together(Settling(pipe), row("r/bad", "j1"), row("r/good", "j2"))

    assert "WRONGTYPE" in str(bad.exception)
    assert good.get() == []
    assert pipe.call("HGET", "cockpit:job:j2", "state") == b"ok"


def test_an_outcome_told_twice_in_one_moment_counts_once(pipe):
    pipe.call("HSET", "cockpit:working:r1", "r/a", "j1 1")
    pipe.call("RPUSH", "cockpit:inbox:r/a", "j1")
    together(Settling(pipe), row("r/a", "j1"), row("r/a", "j1"))

    assert pipe.call("HGET", "cockpit:counts", "ok") == b"1"


def test_a_full_redis_is_an_ops_error(pipe):
    pipe.call("HSET", "cockpit:working:r1", "r/a", "j1 1")
    pipe.call("CONFIG", "SET", "maxmemory", 1)
    try:
        (one,) = together(Settling(pipe), row("r/a", "j1"))
    finally:
        pipe.call("CONFIG", "SET", "maxmemory", 0)

    assert isinstance(one.exception, OpsError)


def test_a_lost_reply_is_an_ops_error_of_all(redis_url, tmp_path_factory):
    thief = Thief(redis_url, tmp_path_factory.mktemp("t"))
    settling = Settling(Pipe(thief.url))
    together(settling, row("r/a"))
    thief.steals_after = b"EVALSHA"
    each = together(settling, row("r/a"), row("r/b"))

    assert [type(one.exception) for one in each] == [OpsError] * 2
    thief.close()
