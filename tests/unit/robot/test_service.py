import ipaddress
import re

import pytest

from builders import an_alarm
from cockpit import events
from cockpit.access.calendar import calendar
from cockpit.access.person import person
from cockpit.access.signing import sign
from cockpit.robot import Poster
from cockpit.robot.asking import MAX_HOPS, hops_of
from receiver import Receiver


@pytest.fixture
def act(bot):
    """Run an action with this body on an alarm; the job, and the robot."""

    def act(body, **event):
        robot = bot(f"from cockpit import events\n\n\ndef act(event, service, job):\n    {body}\n")
        robot.publish(an_alarm(**event))
        return robot.only_job(), robot

    return act


def after_second_attempt(robot):
    robot.let_retries_fall_due()
    robot.work()
    return robot.only_job()


def test_a_service_knows_itself(act):
    job, _ = act(
        "return [service.repo, service.key, service.role, service.instance, repr(service)]"
    )

    assert job.result == ["desk", "desk!main", "desk", "main", "<service desk!main of desk>"]


def test_a_mail_is_held_and_answers_the_message(act):
    job, robot = act(
        "return service.mail('ann@there, bob@there', 'hi', 'body', cc=['eve@there'])",
        meta={"message_id": "<q@there>"},
    )
    mail = robot.outbox.get(job.result)

    assert (mail.state, mail.sender, mail.subject) == ("held", "cockpit@here", "hi")
    assert mail.to == ["ann@there", "bob@there", "eve@there"]
    assert (mail.epoch, mail.job) == (1000, job.id)
    assert "In-Reply-To: <q@there>" in mail.raw
    assert f"Message-ID: <{mail.id}@here>" in mail.raw
    assert "body" in mail.raw


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ("service.mail('', 'hi', 'body')", "to is empty"),
        ("service.mail([' '], 'hi', 'body')", "to is empty"),
        ("service.mail('a@b', 'hi\\r\\nBcc: x@y', 'body')", "InputError"),
        ("service.mail('a@b\\r\\nBcc: x@y', 'hi', 'body')", "InputError"),
    ],
)
def test_a_mail_that_cannot_be_is_the_actions_fault(act, call, error):
    job, robot = act(call)

    assert job.state == "dead"
    assert error in job.error
    assert robot.outbox.count() == 0


def test_tell_publishes_a_telegram_event(act):
    job, robot = act("return service.tell('oncall', 'look')")
    told = robot.log.get(job.result)

    assert (told.type, told.io, told.action) == ("telegram", "output", "message")
    assert told.args == {"who": "oncall", "to": [], "msg": "look", "service": "desk!main"}


def test_everybody_who_is_told_and_has_an_address_gets_a_mail(bot):
    robot = bot("def act(service):\n    service.tell('ops', 'look\\nclosely')\n")
    robot.directory.put(person("ann", mail="ann@there", groups=["ops"]))
    robot.directory.put(person("bob", mail="bob@there", telegram="bobby", groups=["ops"]))
    robot.publish(an_alarm())
    mails = robot.outbox.newest(10)
    told = next(one for one in robot.log.newest(["telegram"], 10))

    assert told.args["to"] == ["ann", "bob"]
    assert sorted(one.to for one in mails) == [["ann@there"], ["bob@there"]]
    assert {one.subject for one in mails} == {"look"}


def test_only_who_is_on_duty_is_told(bot):
    robot = bot("def act(service):\n    service.tell('oncall', 'look')\n")
    people = [person(name, mail=f"{name}@there") for name in ("ann", "bob")]
    robot.directory.declare(people, {"oncall": calendar({"shifts": [{"who": ["bob", "ann"]}]})})
    robot.publish(an_alarm())

    assert robot.log.newest(["telegram"], 10)[0].args["to"] == ["bob"]


def test_several_names_are_told_in_one_call(bot):
    robot = bot("def act(service):\n    service.tell(['ann', 'bob'], 'look')\n")
    for name in ("ann", "bob"):
        robot.directory.put(person(name, mail=f"{name}@there"))
    robot.publish(an_alarm())

    assert robot.log.newest(["telegram"], 10)[0].args | {"to": ["ann", "bob"]} == (
        robot.log.newest(["telegram"], 10)[0].args | {"who": "ann, bob"}
    )
    assert robot.outbox.count() == 2


def test_a_second_attempt_tells_whom_the_first_told(bot):
    robot = bot(
        "def act(service, job):\n    service.tell('ops', 'look')\n"
        "    service.mail('customer@there', 'Re', 'done')\n"
        "    if job.attempt == 1:\n        raise ValueError\n"
    )
    robot.publish(an_alarm())
    robot.directory.put(person("ann", mail="ann@there", groups=["ops"]))
    after_second_attempt(robot)

    assert [one.to for one in robot.outbox.newest(10)] == [["customer@there"]]
    (told,) = robot.log.newest(["telegram"], 10)
    assert told.args["to"] == []


ASKS = """
ran = []


def act(service):
    ran.append(1)
    answer = service.ask("ops", "Retry?", ["Yes", "No"], timeout="1m"MORE)
    service.tell("ops", answer)
    return [answer, len(ran)]
"""


@pytest.fixture
def asks(bot):
    def asks(more=""):
        robot = bot(ASKS.replace("MORE", more))
        robot.publish(an_alarm())
        return robot

    return asks


def test_a_job_that_asks_waits_and_holds_nothing(asks):
    robot = asks()
    job = robot.only_job()
    (question,) = robot.questions.newest(10)

    assert (job.state, question.state, question.job) == ("waiting", "waiting", job.id)
    (why,) = [one for one in robot.trail.why(job.event).made if one.kind == "ask"]
    assert (why.state, why.summary) == ("waiting", "Retry? of ops")
    assert (question.who, question.text, question.options) == ("ops", "Retry?", ["Yes", "No"])
    assert robot.pipe.call("LLEN", "cockpit:inbox:desk/desk!main") == 0
    robot.publish(an_alarm(msg="next"))
    assert [one.state for one in robot.jobs.newest(10)] == ["waiting", "waiting"]


def test_an_answer_lets_the_action_go_on(asks):
    robot = asks()
    (question,) = robot.questions.newest(10)
    robot.questions.answer(question.id, "yes", by="ann")
    robot.work()
    job = robot.only_job()

    assert (job.state, job.result) == ("ok", ["Yes", 2])
    assert [one.state for one in robot.questions.newest(10)] == ["answered"]
    sent = [one.action for one in robot.log.newest(["telegram"], 10)]
    assert sorted(sent) == ["message", "service.communication"]
    assert {made.kind for made in job.made} == {"ask", "asked", "tell"}


def test_waiting_is_no_attempt(bot):
    robot = bot(
        "def act(service, job):\n    service.ask('ops', '1')\n    service.ask('ops', '2')\n"
        "    if job.attempt < 3:\n        raise ValueError(job.attempt)\n    return job.attempt\n"
    )
    robot.publish(an_alarm())
    for _ in range(2):
        assert (robot.only_job().state, robot.only_job().attempts) == ("waiting", 1)
        robot.questions.answer(robot.questions.newest(1, "waiting")[0].id, "go on")
        assert robot.only_job().attempts == 1
        robot.work()
    assert robot.only_job().error == "ValueError: 1"
    second = after_second_attempt(robot)
    third = after_second_attempt(robot)

    assert (second.attempts, [one.attempt for one in second.tries]) == (2, [1, 2])
    assert (third.state, third.attempts, third.result) == ("ok", 3, 3)


def test_the_backup_is_asked_after_a_while(bot):
    robot = bot("def act(service):\n    service.ask('oncall', 'Who?', backup_after='20s')\n")
    people = [person(name, mail=f"{name}@there") for name in ("ann", "bob")]
    robot.directory.declare(people, {"oncall": calendar({"shifts": [{"who": ["bob", "ann"]}]})})
    robot.publish(an_alarm())
    assert robot.questions.newest(1)[0].to == ["bob"]
    robot.seconds += 19
    robot.postman.round()
    assert robot.questions.newest(1)[0].to == ["bob"]
    robot.seconds += 1
    robot.postman.round()

    assert robot.questions.newest(1)[0].to == ["bob", "ann"]
    assert sorted(one.to for one in robot.outbox.newest(9)) == [["ann@there"], ["bob@there"]]


def test_no_answer_in_time_ends_the_job(asks):
    robot = asks()
    robot.seconds += 60
    assert robot.questions.lapse(3600) == 1
    robot.work()
    job = robot.only_job()

    assert job.state == "dead"
    assert "UnansweredError: nobody answered within 1m: Retry?" in job.error
    assert robot.questions.newest(1)[0].state == "over"


def test_no_answer_in_time_may_have_a_default(asks):
    robot = asks(', default="No"')
    robot.seconds += 60
    robot.questions.lapse(3600)
    robot.work()

    assert robot.only_job().result == ["No", 2]


def test_a_waiting_job_that_is_dropped_takes_its_question_along(asks):
    robot = asks()
    robot.jobs.drop(robot.only_job().id)
    (question,) = robot.questions.newest(10)

    assert question.state == "over"
    assert robot.jobs.counts() | {"dropped": 1, "waiting": 0} == robot.jobs.counts()


def test_a_published_event_says_where_it_comes_from(act):
    job, robot = act("return service.publish(events.Generic(tags=['a'], meta={'own': 1}))")
    found = robot.log.get(job.result)

    assert found.meta == {
        "own": 1,
        "source": "service:desk/desk!main",
        "parent": job.event,
        "job": job.id,
        "hops": 1,
    }
    assert found.epoch == 1000


def test_a_mapping_is_published_like_an_event(act):
    job, robot = act("return service.publish({'type': 'generic', 'tags': 'a, b', 'epoch': 5})")

    assert (robot.log.get(job.result).tags, robot.log.get(job.result).epoch) == (["a", "b"], 5)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ("{'type': 'alarm'}", "service: missing"),
        ("'hello'", "publish: 'hello' is no event; an event is an object such as"),
    ],
)
def test_what_is_no_event_is_the_actions_fault(act, given, error):
    job, _ = act(f"service.publish({given})")

    assert (job.state, error in job.error) == ("dead", True)


def test_a_second_attempt_gets_back_what_the_first_made(bot):
    robot = bot(
        "def act(event, service, job):\n"
        "    made = [service.mail('a@b', 's', str(job.attempt)), service.mail('a@b', 's', 'x'),\n"
        "            service.tell('ann', str(job.attempt)), service.publish({'type': 'generic'})]\n"
        "    if job.attempt == 1:\n"
        "        raise ValueError(' '.join(made))\n"
        "    return made + [service.tell('ann', 'more')]\n"
    )
    robot.publish(an_alarm())
    first = robot.only_job().error.removeprefix("ValueError: ").split()
    second = after_second_attempt(robot)

    assert second.result[:4] == first
    assert len(set(second.result)) == 5
    assert (robot.outbox.count(), robot.log.counts()["generic"]) == (2, 1)
    assert robot.log.counts()["telegram"] == 2
    assert robot.log.get(first[2]).args["msg"] == "1"
    assert len(second.made) == 5


def test_two_jobs_make_their_own(bot):
    robot = bot("def act(event, service):\n    service.mail('a@b', 's', 'x')\n")
    robot.publish(an_alarm())
    robot.publish(an_alarm())

    assert robot.outbox.count() == 2


def test_data_survives_from_job_to_job(bot):
    robot = bot(
        "def act(event, service):\n"
        "    service.hrd.set('n', service.hrd.get_int('n', 0) + 1)\n    return service.hrd.get('n')\n"
    )
    for _ in range(3):
        robot.publish(an_alarm())

    assert robot.catalog.services()[0].data == {"n": 3}


def test_an_action_may_use_redis(act):
    job, _ = act("return service.redis.call('INCR', 'visits')")

    assert job.result == 1


def test_an_action_cannot_take_the_shared_connection_from_others(act):
    job, robot = act("service.redis.call('SUBSCRIBE', 'x')")

    assert (job.state, "connection of its own" in job.error) == ("dead", True)
    assert robot.pipe.call("PING") == b"PONG"


def test_a_chain_that_is_too_long_is_cut(bot):
    robot = bot("def act(event, service):\n    service.publish(event)\n")
    robot.publish(an_alarm())
    chain = robot.log.after(["alarm"], 99, "0")
    last = robot.trail.why(chain[-1].id).jobs[0]

    assert [hops_of(event) for event in chain] == list(range(MAX_HOPS + 1))
    assert (last.state, "circles" in last.error) == ("dead", True)
    assert robot.failed[0][2].state == "dead"


@pytest.mark.parametrize("hops", ["many", None, [1], {}])
def test_hops_that_are_no_number_begin_a_chain(act, hops):
    job, robot = act("return service.publish(events.Generic())", meta={"hops": hops})

    assert robot.log.get(job.result).meta["hops"] == 1


def test_a_log_line_bears_the_time(act):
    job, _ = act("service.log('hello'); service.log(5)")

    lines = [line.split(" ", 1) for line in job.output.splitlines()]
    assert [text for _, text in lines] == ["hello", "5"]
    assert all(len(time.split(":")) == 3 for time, _ in lines)


def test_an_event_of_outside_has_no_hops():
    assert hops_of(events.Generic()) == 0


def test_a_time_out_of_a_command_is_a_duration(act):
    wrong, _ = act("service.execute('true', timeout='soon')")

    assert (wrong.state, "'soon' is not a duration" in wrong.error) == ("dead", True)


def test_a_command_runs_in_the_repository(act):
    job, robot = act(
        "return [service.execute('pwd', cwd=d).out.strip() for d in ('', 'blueprints')]"
    )

    assert job.result == [str(robot.root / "desk"), str(robot.root / "desk" / "blueprints")]


def test_the_output_of_a_command_comes_back(act):
    job, _ = act("return service.execute('echo hi').out")

    assert job.result == "hi\n"


def test_another_action_is_called_here_and_now(bot):
    robot = bot(
        "def act(service):\n    return service.run('other') + 1\n\n\n"
        "def other(event, service):\n    return len(event.service)\n"
    )
    robot.publish(an_alarm(service="web!1"))

    assert robot.only_job().result == 6


def test_the_key_of_a_job_is_the_same_in_each_attempt(act):
    job, robot = act("raise ValueError(service.idempotency_key)")
    again = after_second_attempt(robot)

    assert job.id in job.error
    assert job.id in again.error


def test_an_action_stores_and_reads_files(act):
    job, _ = act("return service.stor.get(service.stor.put('x')).decode()")

    assert job.result == "x"


def test_a_service_knows_where_its_repository_is(act):
    job, robot = act("return str(service.path)")

    assert job.result == str(robot.root / "desk")


SCHEMA = "token = type:password\nurl = type:str\nnote = type:str\n"


@pytest.fixture
def with_secrets(bot):
    def with_secrets(body, blueprint="desk__main:\n  token: s3cret\n  url: 'x/$(secret:db)'\n"):
        robot = bot(f"def act(service, event):\n    {body}\n", schema=SCHEMA, blueprint=blueprint)
        robot.secrets.set("db", "pa55word")
        robot.publish(an_alarm(msg="$(secret:db)"))
        return robot

    return with_secrets


def test_a_password_reaches_actions_and_nobody_else(with_secrets):
    robot = with_secrets("return [len(service.hrd.get('token')), service.model.data.url[:3]]")
    (row,) = robot.catalog.services()

    assert robot.only_job().result == [6, "x/p"]
    assert row.data["token"].startswith("$(secret:desk.desk.main.token-")
    assert row.data["url"] == "x/$(secret:db)"
    assert robot.catalog.execute("desk").unchanged == ["desk!main"]


@pytest.mark.parametrize(
    "body",
    [
        "return service.hrd.get('url')",
        "print(service.hrd.get('token'), service.hrd.get('url'))",
        "raise ValueError(service.hrd.get('token') + service.hrd.get('url'))",
        "service.log([service.hrd.get('token')])",
    ],
)
def test_what_an_action_tells_has_stars_for_secrets(with_secrets, body):
    robot = with_secrets(body)
    told = repr(robot.only_job()) + repr(robot.log.newest(["eco"], 9))

    assert "***" in told
    assert "s3cret" not in told
    assert "pa55word" not in told


def test_a_result_is_json_whatever_the_secret_is(with_secrets):
    blueprint = "desk__main:\n  token: 5432\n"
    robot = with_secrets("return {'port': int(service.hrd.get('token')), 'n': 5}", blueprint)

    assert robot.only_job().result == {"port": "***", "n": 5}


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("service.hrd.set('note', 'kept ' + service.hrd.get('token'))", r"hrd.set\('note', …\)"),
        (
            "service.publish({'type': 'generic', 'args': {'a': [service.hrd.get('token')]}})",
            "service.publish: the event",
        ),
        ("service.hrd.set(service.hrd.get('token'), 1)", r"hrd.set\(…\): a key"),
        ("service.state.set(service.hrd.get('token'), 'ok')", r"state.set\(…\): an action"),
        (
            "service.ask('ann', 'which?', [service.hrd.get('token'), 'b'])",
            "service.ask: an option",
        ),
    ],
)
def test_what_everybody_may_read_holds_no_secret(with_secrets, body, what):
    robot = with_secrets(body)

    assert robot.questions.newest(9) == []

    assert re.search(f"{what} would show a secret", robot.only_job().error)
    assert "s3cret" not in repr(robot.pipe.call("HGETALL", "cockpit:data:desk/desk!main"))


def test_what_people_are_told_has_stars_for_secrets_and_a_mail_carries_them(with_secrets):
    robot = with_secrets(
        "pw = service.hrd.get('token'); service.tell('ann', pw); service.mail('a@b', pw, pw)"
    )
    (mail,) = robot.outbox.newest(10)

    assert robot.log.newest(["telegram"], 1)[0].args["msg"] == "***"
    assert mail.subject == "***"
    assert "s3cret" in robot.outbox.get(mail.id).raw


def test_a_strangers_reference_is_text(with_secrets):
    body = "service.hrd.set('note', event.msg); return service.hrd.get('note')"

    assert with_secrets(body).only_job().result == "$(secret:db)"


def test_text_that_an_action_stored_stays_text_when_a_blueprint_is_executed_again(with_secrets):
    body = "service.hrd.set('url', event.msg)"
    robot = with_secrets(body, "desk__main:\n")
    (robot.root / "desk/blueprints/1_main.yaml").write_text("desk__main:\n  token: new\n")
    rewrite = robot.root / "desk/servicetemplates/desk/actions.py"
    rewrite.write_text("def act(service):\n    return service.hrd.get('url')\n")
    robot.look()

    assert robot.catalog.execute("desk").updated == ["desk!main"]
    robot.publish(an_alarm())
    assert robot.jobs.get(robot.jobs.newest(1)[0].id).result == "$(secret:db)"


def test_a_secret_that_is_not_there_is_named(with_secrets):
    robot = with_secrets("service.hrd.get('url')", "desk__main:\n  url: $(secret:dbb)\n")

    told = "desk!main: service.hrd: url: there is no secret dbb (did you mean db?)"
    assert told in robot.only_job().error


def test_a_password_that_an_action_sets_is_kept_with_the_secrets(with_secrets):
    body = "service.hrd.set('token', 'n3w'); print('n3w'); return len(service.hrd.get('token'))"
    robot = with_secrets(body, "desk__main:\n")
    (row,) = robot.catalog.services()

    assert robot.only_job().result == 3
    assert robot.only_job().output == "***\n"
    name = row.data["token"].removeprefix("$(secret:").removesuffix(")")
    assert robot.secrets.get(name) == "n3w"
    rewrite = robot.root / "desk/servicetemplates/desk/actions.py"
    rewrite.write_text("def act(service):\n    return service.hrd.get('token') == 'n3w'\n")
    robot.look()
    robot.publish(an_alarm())
    assert robot.jobs.get(robot.jobs.newest(1)[0].id).result is True


def test_a_strangers_reference_in_a_password_is_its_text(with_secrets):
    body = "service.hrd.set('token', event.msg); return service.hrd.get('token')"
    robot = with_secrets(body, "desk__main:\n")
    (row,) = robot.catalog.services()

    name = row.data["token"].removeprefix("$(secret:").removesuffix(")")
    assert robot.secrets.get(name) == "$(secret:db)"


SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
LOOPBACK = Poster([ipaddress.ip_network("127.0.0.0/8")])


def posting(bot, receiver, body, **options):
    robot = bot(
        f"from cockpit.errors import GoneError\n\nURL = {receiver.url('/hook?key=k3y')!r}\n\n\n"
        f"def act(event, service, job):\n    {body}\n",
        poster=LOOPBACK,
        **options,
    )
    robot.publish(an_alarm(msg="down"))
    return robot


def test_a_post_is_signed_and_its_reply_comes_back(bot):
    with Receiver((202, {"X-A": "1"}, b"thanks")) as receiver:
        call = f"service.post(URL, {{'data': event}}, secret={SECRET!r})"
        robot = posting(bot, receiver, f"r = {call}; return [r.status, r.text, r.headers['x-a']]")
        ((path, headers, body),) = receiver.received
    (made,) = robot.only_job().made

    assert robot.only_job().result == [202, "thanks", "1"]
    assert (path, headers["content-type"]) == ("/hook?key=k3y", "application/json")
    assert events.decode(body.removeprefix(b'{"data":').removesuffix(b"}")).msg == "down"
    assert (headers["webhook-timestamp"], headers["webhook-id"]) == ("1000", made.id)
    assert headers["webhook-signature"] == sign(SECRET, made.id, "1000", body)


def test_a_post_that_was_taken_is_not_sent_again_and_others_keep_their_ids(bot):
    body = "return [service.post(URL, [1]).text, service.post(URL, [2]).text]"
    with Receiver((200, {}, b"one"), (503, {}, b""), (200, {}, b"two")) as receiver:
        robot = posting(bot, receiver, body)
        assert robot.only_job().state == "error"
        job = after_second_attempt(robot)

        assert job.result == ["one", "two"]
        assert [one.body for one in receiver.received] == [b"[1]", b"[2]", b"[2]"]
        assert receiver.ids() == [job.made[0].id, job.made[1].id, job.made[1].id]


def test_a_busy_receiver_decides_when_it_is_tried_again(bot):
    with Receiver((429, {"Retry-After": "60"}, b"")) as receiver:
        robot = posting(bot, receiver, "service.post(URL, [1])")

    assert 60_000 <= robot.only_job().tries[0].delay_ms <= 66_000


def test_gone_ends_the_job_at_once_and_may_be_caught(bot):
    with Receiver((410, {}, b"")) as receiver:
        robot = posting(bot, receiver, "service.post(URL, [1])")
        assert robot.only_job().state == "dead"
        assert "GoneError: post: http://127.0.0.1" in robot.only_job().error


def test_what_is_not_public_is_refused_and_nothing_is_sent(bot):
    with Receiver() as receiver:
        robot = bot(f"def act(service):\n    service.post({receiver.url()!r}, [1])\n")
        robot.publish(an_alarm())

        assert robot.only_job().state == "dead"
        assert "robot.post_private" in robot.only_job().error
        assert receiver.received == []


def test_neither_the_secret_nor_the_address_of_a_post_is_told(bot):
    with Receiver((500, {}, f"you said {SECRET}".encode())) as receiver:
        robot = posting(bot, receiver, f"print(service.post(URL, [1], secret={SECRET!r}))")
    told = [repr(robot.only_job().error), repr(robot.only_job().tries), repr(robot.failed)]

    assert "you said ***" in told[0]
    assert [text for text in told[:2] if SECRET in text or "k3y" in text] == []


def test_a_time_out_that_is_none_is_the_actions_fault(bot):
    with Receiver() as receiver:
        robot = posting(bot, receiver, "service.post(URL, [1], timeout='soon')")

        assert robot.only_job().state == "dead"
        assert receiver.received == []
