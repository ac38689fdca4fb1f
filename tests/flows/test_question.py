"""A service asks whoever is on duty; the question outlives a kill, and the answer goes on."""

from collections.abc import Callable

from flows.product import Product, repository, until

ACTIONS = """def repair(event, service):
    answer = service.ask("oncall", f"{event.subject}: repair?", ["Yes", "No"], timeout="10m")
    service.tell("ann", f"repaired: {answer}")
    return answer
"""
PEOPLE = """
[people.ann]
mail = "ann@example.org"

[people.bob]
telegram = "bobby"

[calendars.oncall]
shifts = [{who = ["ann", "bob"]}]
"""


def waiting(desk: Product) -> list[dict]:
    return desk.ask("question", "list", "--state", "waiting")


def test_a_question_outlives_a_kill(cockpit: Callable[..., Product], processes: int):
    desk = cockpit(robot_processes=processes)
    template = {"service.hrd": "events.email = repair\n", "actions.py": ACTIONS}
    repository(desk.home, "fix", {"fix": template}, "fix__one:\n")
    (desk.home / "cockpit.toml").write_text(PEOPLE)
    desk.start()
    desk.ask("blueprint", "execute")
    first, second = desk.mail("disk one"), desk.mail("disk two")
    until(lambda: len(waiting(desk)) == 2)
    desk.kill()
    desk.start()

    questions = {one["text"]: one for one in waiting(desk)}
    assert sorted(questions) == ["disk one: repair?", "disk two: repair?"]
    assert questions["disk one: repair?"]["to"] == ["ann"]
    mails = {one["subject"]: one["id"] for one in desk.ask("outbox", "list")}
    assert sorted(mails) == sorted(questions)
    raw = desk.ask("outbox", "show", mails["disk one: repair?"])["raw"]
    asked = questions["disk one: repair?"]["id"]
    assert f"cockpit question answer {asked} ANSWER --by ann" in raw
    desk.ask("question", "answer", questions["disk one: repair?"]["id"], "yes", "--by", "bob")
    why = desk.settled(first)
    assert why["jobs"][0]["result"] == "Yes"
    assert [made["kind"] for made in why["made"]].count("tell") == 1
    mail, *_ = desk.ask("outbox", "list")
    assert (mail["to"], mail["subject"]) == (["ann@example.org"], "repaired: Yes")
    assert desk.ask("why", second)["jobs"][0]["state"] == "waiting"
    desk.ask("question", "answer", questions["disk two: repair?"]["id"], "2")
    assert desk.settled(second)["jobs"][0]["result"] == "No"


def test_what_nobody_can_receive_is_mailed_once_somebody_can(cockpit: Callable[..., Product]):
    desk = cockpit()
    template = {"service.hrd": "events.email = repair\n", "actions.py": ACTIONS}
    repository(desk.home, "fix", {"fix": template}, "fix__one:\n")
    desk.start()
    desk.ask("blueprint", "execute")
    desk.mail("disk one")
    (question,) = until(lambda: waiting(desk))
    (held,) = desk.ask("message", "list")
    assert (held["who"], held["to"], held["state"]) == ("oncall", [], "held")
    assert desk.ask("status")["counts"]["held"] == 1

    desk.ask("people", "add", "eve", "--mail", "eve@example.org", "--group", "oncall")
    (mail,) = until(lambda: desk.ask("outbox", "list"))
    assert (mail["to"], mail["subject"]) == (["eve@example.org"], question["text"])
    assert until(lambda: desk.ask("question", "show", question["id"])["to"]) == ["eve"]
