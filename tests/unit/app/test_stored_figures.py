import pytest
from prometheus_client import CollectorRegistry

from builders import Bot, a_repository, an_alarm
from cockpit.app.stored_figures import StoredFigures
from cockpit.bus import Census, Log, Outbox, Pipe, Rejections, keys
from cockpit.eco.alarms import Alarms
from cockpit.eco.ledger import Ledger
from cockpit.robot import Inboxes, Jobs
from cockpit.telegram import Outgoing
from cockpit.telegram.text import plain


def registry(pipe, repos=("desk",)):
    found = CollectorRegistry()
    jobs = Jobs(pipe, Inboxes(pipe))
    found.register(
        StoredFigures(
            pipe,
            Census(pipe, "robot"),
            jobs,
            Ledger(pipe),
            Alarms(pipe, Log(pipe)),
            repos=lambda: repos,
        )
    )
    return found


@pytest.fixture
def figure(pipe):
    found = registry(pipe)
    return lambda name, **labels: found.get_sample_value(f"cockpit_{name}", labels)


@pytest.fixture
def bot(pipe, tmp_path):
    a_repository(tmp_path, {"desk": {"service.hrd": "events.alarm = act\n"}})
    one = Bot(pipe, tmp_path).execute()
    yield one
    one.group.close()


def test_an_event_is_followed_from_the_log_to_the_queue(figure, pipe, bot):
    Log(pipe).append(an_alarm())
    assert figure("events_total", type="alarm") == 1
    assert figure("dispatch_waiting_events", type="alarm") == 1
    bot.dispatch()

    assert figure("dispatch_waiting_events", type="alarm") == 0
    assert figure("dispatch_oldest_age_seconds") == 0
    assert figure("jobs", state="queued") == 1
    assert figure("ready_services", repo="desk") == 1
    assert figure("solo_services", repo="desk") == 0


def test_messages_to_chats_are_counted(figure, pipe):
    outgoing = Outgoing(pipe)
    for name, state in (("m1", "sent"), ("m2", "dead"), ("m3", "")):
        outgoing.put(name, 42, plain("hi"))
        if state:
            outgoing.settle(outgoing.head(42), state, again_s=1)

    assert figure("telegram_messages", state="queued") == 1
    assert figure("telegram_messages", state="dead") == 1
    assert figure("telegram_sent_total") == 1


def test_what_did_not_go_through_is_counted(figure, pipe):
    for _ in range(2):
        Log(pipe).append(an_alarm(), mark="once")
    Rejections(pipe).add("ckpt.eco", b"{", "no JSON")
    Outbox(pipe).put("m1", sender="a", to=["b"], subject="s", raw=b"", epoch_ms=1000)
    pipe.call("XADD", keys.DEAD, "*", "id", "x")
    pipe.call("ZADD", keys.RETRY, 1, "job")
    pipe.call("ZADD", keys.MESSAGES_DUE, 1, "message")

    for name in ("repeats_total", "rejected_total", "dead_letters", "retrying_jobs"):
        assert figure(name) == 1, name
    assert figure("outbox_mails", state="held") == 1
    assert figure("held_messages") == 1


def test_who_works_is_counted_while_its_lease_lasts(figure, pipe):
    assert (figure("robots_alive"), figure("dispatcher_running")) == (0, 0)
    pipe.call("ZADD", keys.ROBOTS, 2**45, "alive", 1000, "gone")
    pipe.call("SET", keys.lease("dispatcher"), "there:1")

    assert (figure("robots_alive"), figure("dispatcher_running")) == (1, 1)


def test_a_redis_that_answers_is_up_without_any_repository(pipe):
    assert registry(pipe, ()).get_sample_value("cockpit_redis_up") == 1


def test_without_redis_only_that_is_said(silent):
    pipe = Pipe(silent)
    found = [one.name for one in registry(pipe).collect()]
    up = registry(pipe).get_sample_value("cockpit_redis_up")
    pipe.close()

    assert (found, up) == (["cockpit_redis_up"], 0)
