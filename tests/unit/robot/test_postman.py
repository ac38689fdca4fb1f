import pytest

from cockpit.access.calendar import calendar
from cockpit.access.directory import Directory
from cockpit.access.person import DECLARED, person
from cockpit.bus import Made, Outbox
from cockpit.robot import Messages, Postman, Questions

ANN = person("ann", mail="ann@there", groups=["ops"])
BOB = person("bob", telegram="bobby", groups=["ops"])


class World:
    def __init__(self, pipe):
        self.seconds = 1000.0
        clock = {"clock": lambda: self.seconds}
        self.messages, self.questions = Messages(pipe, **clock), Questions(pipe, **clock)
        self.directory, self.outbox = Directory(pipe, **clock), Outbox(pipe)
        self.postman = Postman(
            self.messages,
            self.questions,
            self.directory,
            self.outbox,
            sender="cockpit@here",
            hostname="here",
            **clock,
        )

    def tell(self, who, text="look", n=1):
        return self.postman.send(Made("j1", "tell", n), who, text, service="desk/desk!main")

    def ask(self, who="ops", options=("Yes", "No")):
        made = Made("0123456789abcdef", "ask", 1)
        question = self.questions.ask(
            made,
            service="desk/desk!main",
            who=who,
            to=self.postman.receivers(who),
            text="Retry?",
            options=options,
            timeout_s=600,
        )
        return self.postman.ask(made, question, backup_s=300)

    def mailed(self):
        return sorted(one.to[0] for one in self.outbox.newest(99))

    def oncall(self, *names):
        self.directory.declare([], {"oncall": calendar({"shifts": [{"who": list(names)}]})})


@pytest.fixture
def world(pipe):
    return World(pipe)


def test_who_can_be_reached_is_mailed(world):
    world.directory.put(ANN)
    message = world.tell("ops", "\n look \nclosely\0")
    mail = world.outbox.get(message.mails["ann"])

    assert (message.state, message.to) == ("mailed", ["ann"])
    assert (mail.to, mail.sender, mail.job) == (["ann@there"], "cockpit@here", "j1")
    assert mail.subject == "look"
    assert "closely" in mail.raw


def test_who_cannot_is_mailed_once_there_is_a_way(world):
    world.directory.put(ANN)
    world.directory.put(BOB)
    assert world.tell("ops").state == "held"
    assert world.mailed() == ["ann@there"]
    world.directory.put(person("bob", mail="bob@there"))
    world.postman.again()
    world.postman.round()

    assert world.mailed() == ["ann@there", "bob@there"]
    assert world.messages.held() == []


def test_whom_nobody_knows_is_looked_up_again(world):
    assert (world.tell("ops").to, world.tell("ops").state) == ([], "held")
    world.directory.put(ANN)
    world.seconds += 60
    world.postman.round()

    assert [one.to for one in world.messages.newest(9)] == [["ann"]]
    assert world.mailed() == ["ann@there"]


def test_the_first_on_duty_who_can_be_reached_is_told(world):
    world.directory.put(BOB)
    world.directory.put(ANN)
    world.oncall("zoe", "bob", "ann")

    assert world.tell("oncall").to == ["ann"]


def test_nobody_on_duty_can_be_reached_until_the_file_names_an_address(world):
    world.directory.put(BOB)
    world.oncall("bob", "eve")
    assert (world.tell("oncall").to, world.mailed()) == ([], [])
    oncall = calendar({"shifts": [{"who": ["bob", "eve"]}]})
    world.directory.declare([person("eve", mail="eve@there", origin=DECLARED)], {"oncall": oncall})
    world.postman.again()
    world.postman.round()

    assert world.mailed() == ["eve@there"]


def test_the_same_call_of_a_job_mails_once(world):
    world.directory.put(ANN)
    first = world.tell("ops")
    world.postman.deliver(first)

    assert world.tell("ops") == first
    assert world.mailed() == ["ann@there"]


@pytest.mark.parametrize("text", ["", "a\rb", "x" * 5000])
def test_any_text_can_be_told(world, text):
    world.directory.put(ANN)

    assert world.tell("ann", text).state == "mailed"


def test_an_address_that_no_mail_can_have_holds_up_nobody(world):
    world.directory.put(person("eve", mail="e(e@there", groups=["ops"]))
    world.directory.put(ANN)

    assert world.tell("ops").state == "held"
    assert world.mailed() == ["ann@there"]


def test_a_question_says_how_it_is_answered(world):
    world.directory.put(ANN)
    message = world.ask()
    raw = world.outbox.get(message.mails["ann"]).raw

    assert 'Answer with "Yes" or "No"' in raw
    assert f"cockpit question answer {message.question} ANSWER --by ann" in raw


def test_a_held_question_is_asked_once_somebody_can_be_reached(world):
    question = world.ask().question
    assert world.questions.get(question).to == []
    world.directory.put(ANN)
    world.postman.again()
    world.postman.round()

    assert (world.questions.get(question).to, world.mailed()) == (["ann"], ["ann@there"])


def test_what_is_answered_is_asked_of_nobody_else(world):
    world.directory.put(ANN)
    world.directory.put(person("bob", mail="bob@there"))
    world.oncall("ann", "bob")
    message = world.ask("oncall", ())
    world.questions.answer(message.question, "mine")
    world.seconds += 300
    world.postman.round()

    assert world.mailed() == ["ann@there"]
    assert world.messages.due() == []


def test_who_has_no_mail_is_reached_once_a_chat_brought_it(world):
    world.directory.put(person("eve", telegram_id=7))
    message = world.tell("eve")
    assert (message.state, message.to) == ("held", ["eve"])
    world.postman.brought(message.id, "eve", "t1")
    (found,) = world.messages.newest(9)

    assert (found.state, found.chats, found.mails) == ("mailed", {"eve": "t1"}, {})
    assert world.messages.due() == world.messages.held() == []


def test_a_chat_that_brought_it_to_one_leaves_it_held_for_others(world):
    world.directory.put(person("eve", telegram_id=7, groups=["ops"]))
    world.directory.put(person("zoe", telegram_id=8, groups=["ops"]))
    message = world.tell("ops")
    world.postman.brought(message.id, "eve", "t1")
    assert [one.id for one in world.messages.held()] == [message.id]
    world.postman.brought(message.id, "zoe", "t2")

    assert world.messages.held() == []


def test_who_has_both_ways_gets_both(world):
    world.directory.put(person("ann", mail="ann@there", telegram_id=7))
    message, _ = world.messages.put(
        Made("j1", "tell", 1), service="desk/desk!main", who="ann", to=["ann"], text="look"
    )
    world.postman.brought(message.id, "ann", "t1")
    (found,) = world.messages.newest(9)

    assert (world.mailed(), found.chats, list(found.mails)) == (
        ["ann@there"],
        {"ann": "t1"},
        ["ann"],
    )


def test_the_first_on_duty_may_be_one_of_telegram(world):
    world.directory.put(person("eve", telegram_id=7))
    world.directory.put(ANN)
    world.oncall("bob", "eve", "ann")

    assert world.tell("oncall").to == ["eve"]


def test_what_is_forgotten_is_brought_without_trouble(world):
    world.postman.brought("none", "ann", "t1")

    assert world.messages.newest(9) == []


def test_a_question_that_is_over_is_mailed_to_nobody_more(world):
    world.directory.put(person("eve", telegram_id=7, groups=["ops"]))
    message = world.ask()
    world.questions.answer(message.question, "Yes")
    world.directory.put(ANN)
    world.postman.brought(message.id, "eve", "t1")

    assert (world.mailed(), world.messages.newest(9)[0].state) == ([], "over")
