import pytest

from cockpit import events
from cockpit.access.person import person
from cockpit.errors import OpsError
from cockpit.telegram.text import MOST_UNITS
from unit.telegram.conftest import ANN, BOB, EVE, GROUP, MAX


def test_help_tells_what_there_is_for_whoever_asks(chat):
    admin, reader = chat.say("/help"), chat.say("/help", MAX)

    assert "/repo create NAME · Make one" in admin
    assert "/repo create" not in reader
    assert "/repo list · List repositories" in reader


def test_telegram_is_told_the_commands(chat):
    listed = chat.bot._listed

    assert {name for name, _ in listed} >= {
        "repo", "blueprint", "service", "run", "event", "why", "eco", "errors", "alarm", "dead",
        "mail", "status", "follow", "help", "cancel",
    }  # fmt: skip
    assert all(1 <= len(about) <= 256 for _, about in listed)


def test_a_group_of_commands_is_a_menu_of_what_one_may(chat):
    assert chat.say("/repo") == "/repo: what?"
    assert chat.labels() == [
        "List repositories",
        "Choose the one that commands are about",
        "Make one",
        "Move one to the trash",
    ]
    chat.say("/repo", MAX)
    assert len(chat.labels(MAX.id)) == 2
    assert "desk" in chat.press("List repositories")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("/dance", "I know no /dance. /help tells what there is."),
        ("/repos", "I know no /repos (did you mean repo?). /help tells what there is."),
        ("/repo fly", "/repo has no fly. What then?"),
    ],
)
def test_what_there_is_not_is_told_politely(chat, text, answer):
    assert chat.say(text) == answer


def test_a_plain_text_is_an_event_and_nothing_more(chat):
    assert chat.say("the printer is on fire") == ""
    (event,) = chat.robot.log.newest(["telegram"], 9)

    assert (event.action, event.args) == ("message", {"text": "the printer is on fire"})


def test_what_is_asked_can_be_left(chat):
    assert chat.say("/cancel") == "There is nothing to leave."
    chat.say("/repo create")
    assert chat.say("/cancel") == "Left."
    assert chat.say("not-a-repo") == ""
    assert chat.robot.catalog.repos() == ["desk"]


def test_another_command_leaves_it_too(chat):
    chat.say("/repo create")
    chat.say("/status")

    assert chat.say("not-a-repo") == ""


def test_a_stranger_gets_one_polite_answer(chat):
    assert "I do not know you" in chat.say("/repo delete desk", EVE)
    assert chat.say("/help", EVE) == chat.say("hello?", EVE) == ""
    assert chat.say("/start wrong", EVE) == ""
    assert [act.who for act in chat.audit.newest(9)] == ["telegram:44"]


def test_a_link_lets_somebody_in(chat):
    chat.directory.put(person("eve", role="operate"))
    token = chat.invitations.invite("eve").token

    assert chat.say(f"/start {token}", EVE).startswith("Hello eve: you may operate.")
    assert chat.say("/start", EVE).startswith("Hello eve")
    assert chat.say("/status", EVE).startswith("cockpit")


def test_in_a_group_only_people_are_answered_and_only_when_it_is_allowed(chat):
    assert "desk" in chat.say("/repo list", BOB, GROUP)
    assert chat.say("/repo list", EVE, GROUP) == ""
    assert [act.who for act in chat.audit.newest(9)] == ["telegram:44"]
    chat.groups.clear()
    assert chat.say("/repo list", BOB, GROUP) == ""
    assert len(chat.audit.newest(9)) == 1


def test_a_link_that_is_opened_in_a_group_lets_nobody_in(chat):
    chat.directory.put(person("eve", role="admin"))
    token = chat.invitations.invite("eve").token
    for group in (GROUP, -999):
        chat.say(f"/start {token}", EVE, group)

    chat.say(f"/start {token}", EVE)
    assert chat.directory.by_telegram(EVE.id) is None
    assert token not in str(chat.robot.log.newest(["telegram"], 99))


def test_the_command_of_2016_chooses_a_repository(chat):
    assert "Commands are about desk now" in chat.say("/project desk")
    assert "What then?" in chat.say("/repo desk")


def test_what_changes_something_stands_in_the_audit_log_and_so_does_what_is_refused(chat):
    chat.say("/repo create x")
    chat.say("/repo create y", BOB)

    told = [(act.who, act.kind, act.what, act.status) for act in chat.audit.newest(9)]
    assert told == [
        ("bob", "telegram", "/repo create y", 403),
        ("ann", "telegram", "/repo create x", 0),
    ]


def test_what_buttons_files_and_answers_did_stands_there_with_what_it_was_about(chat):
    chat.say("/repo select desk")
    chat.document("2.yaml", b"desk__two:\n")
    chat.press("Save and execute")
    chat.document("report.pdf", b"%PDF", MAX)
    chat.say("/follow alarm", MAX)

    told = [(act.who, act.what, act.status) for act in reversed(chat.audit.newest(9))]
    assert [(who, status) for who, _, status in told] == [
        ("ann", 0),
        ("ann", 0),
        ("max", 403),
        ("max", 0),
    ]
    assert "/document name=2.yaml" in told[0][1]
    assert told[1][1].startswith("/blueprint save repo=desk file=2.yaml digest=")
    assert "/document name=report.pdf" in told[2][1]
    assert told[3][1] == "/follow alarm"


@pytest.mark.parametrize("text", ["/blueprint save", "/blueprint preview x"])
def test_what_buttons_lead_to_is_no_command(chat, text):
    assert "What then?" in chat.say(text)
    assert text not in chat.say("/help")


def interrupted(chat, monkeypatch, part, method, text):
    """Write something while a step fails once; it comes again, as after a restart."""
    whole, calls = getattr(part, method), []

    def cut(*args, **more):
        calls.append(args)
        if len(calls) == 1:
            raise OpsError("Redis is away")
        return whole(*args, **more)

    monkeypatch.setattr(part, method, cut)
    chat.api.say(text, user=ANN)
    chat.bot.intake.take(chat.api.queue.taken())
    with pytest.raises(OpsError):
        chat.look()
    chat.bot.desk.batches(chat.bot.desk._group.pending(9))


def test_what_is_cut_off_before_its_answer_is_stored_is_answered_again(chat, monkeypatch):
    chat.say("/repo create")
    interrupted(chat, monkeypatch, chat.outgoing, "put", "fresh")

    assert chat.robot.catalog.repos() == ["desk", "fresh"]
    assert "There is a repository fresh already: it is chosen now." in chat.texts()


def test_what_is_over_as_soon_as_it_is_watched_is_told(chat, monkeypatch):
    watch = chat.bot.progress.watch

    def look_at_once(*args):
        watch(*args)
        chat.robot.work()
        chat.bot.progress.round()

    monkeypatch.setattr(chat.bot.progress, "watch", look_at_once)
    chat.say("/service execute act desk!main")

    (told,) = chat.texts()
    assert told.startswith("✓ desk!main: act ok")


def test_an_old_button_of_another_chat_or_of_nobody_does_nothing(chat):
    chat.say("/repo delete desk")
    number, data = chat._button("Delete it", ANN.id)
    message = {"message_id": number, "chat": {"id": BOB.id, "type": "private"}}
    chat.api.press_data(data, message, user=BOB)
    chat.api.press_data("x" * 64, message, user=BOB)
    chat.take()

    assert chat.robot.catalog.repos() == ["desk"]
    chat.api.wait(lambda: len(chat.api.answers) == 2)
    assert {one["text"] for one in chat.api.answers} == {"This button does nothing any more."}


def test_a_stranger_who_presses_in_a_group_is_told_so_and_nothing_happens(chat):
    chat.say("/repo delete desk", ANN, GROUP)
    number, data = chat._button("Delete it", GROUP)
    message = {"message_id": number, "chat": {"id": GROUP, "type": "supergroup"}}
    chat.api.press_data(data, message, user=EVE)
    chat.take()

    chat.api.wait(lambda: chat.api.answers)
    assert chat.api.answers[0]["text"] == "You may not do that."
    assert chat.robot.catalog.repos() == ["desk"]


def test_an_event_that_somebody_else_wrote_speaks_for_nobody(chat):
    origin = {"chat": 42, "kind": "private", "user": 42}
    meta = {"source": "telegram", "update": 9_999, "origin": origin}
    args = {"name": "repo", "text": "create evil"}
    chat.robot.log.append(events.Telegram(io="input", action="command", args=args, meta=meta))
    chat.step()

    assert chat.robot.catalog.repos() == ["desk"]
    assert chat.all(42) == []


def test_a_bug_is_told_to_whoever_runs_it_and_the_conversation_goes_on(chat, monkeypatch):
    def broken():
        raise ValueError("broken")

    monkeypatch.setattr(chat.house.worktrees, "rows", broken)
    chat.api.say("/repo list", user=ANN)
    chat.bot.intake.take(chat.api.queue.taken())
    chat.look()

    assert [type(error) for error in chat.reported] == [ValueError]
    assert "Something went wrong" in chat.texts()[-1]
    chat.reported.clear()
    assert chat.say("/status").startswith("cockpit")


def test_a_talk_survives_a_restart_of_everything_but_redis(chat, pipe, robot, api, client):
    chat.say("/repo create")
    chat.bot.desk._group.close()
    again = type(chat)(pipe, robot, api, client)
    try:
        assert again.say("second").startswith("Repository second is made")
    finally:
        again.bot.desk._group.close()


@pytest.mark.parametrize("name", ["<b>Ann</b>", "*_`[", "a\u202eb", "x\x00y", "😀" * 500])
def test_names_and_texts_of_any_kind_are_answered(chat, name):
    chat.say(f"/repo create {name}")
    for text in chat.texts():
        assert "\u202e" not in text
        assert len(text) <= MOST_UNITS


def test_the_trail_of_what_was_written_has_the_answer(chat):
    chat.say("/status")
    (event,) = chat.robot.log.newest(["telegram"], 1)
    (made,) = chat.house.trail.why(event.id).made

    assert (made.kind, made.state, made.summary) == ("message", "queued", f"to chat {ANN.id}")
