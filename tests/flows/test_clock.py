"""Actions recur, silence raises an alarm, filters let through what they should, across a restart."""

import json
from collections.abc import Callable

from flows.product import Product, repository, until

TEMPLATE = {
    "service.hrd": """recurring.beat = 1s
expects.generic = 2s
events.generic = count
events.generic.where = event.args.host == hrd.host
events.alarm = told
events.alarm.where = event.service == service.key
""",
    "schema.hrd": "host = type:str\n",
    "actions.py": """def beat(event):
    return event.args["due"]


def count(event):
    pass


def told(event):
    return event.msg
""",
}
BLUEPRINT = "watch__one:\n  host: a\n\nwatch__two:\n  host: b\n"


def test_the_clock_goes_on_where_it_was(cockpit: Callable[..., Product]):
    home = cockpit()
    repository(home.home, "watch", {"watch": TEMPLATE}, BLUEPRINT)
    desk = home.start()
    desk.ask("blueprint", "execute")

    def jobs(action: str) -> list[dict]:
        found = desk.ask("job", "list", "--limit", "1000")
        return [job for job in found if job["action"] == action and job["state"] == "ok"]

    until(lambda: len(jobs("beat")) >= 4)
    alarms = until(lambda: jobs("told"))
    desk.kill()
    desk.start()
    before = {job["id"] for job in jobs("beat")}
    until(lambda: {job["id"] for job in jobs("beat")} - before)

    why = desk.ask("why", alarms[0]["event"])
    assert why["event"]["summary"].endswith("expects.generic firing: no generic for 2 s")
    assert [match["service"] for match in why["matched"]] == [alarms[0]["service"]]
    assert "the filter says no for 1 of its services" in why["refused"][0]["why"]


def test_a_filter_lets_through_what_it_should(cockpit: Callable[..., Product]):
    home = cockpit()
    repository(home.home, "watch", {"watch": TEMPLATE}, BLUEPRINT)
    desk = home.start()
    desk.ask("blueprint", "execute")

    def published(**args: str) -> dict:
        event = json.dumps({"type": "generic", "args": args})
        return desk.settled(desk.ask("event", "publish", "-", stdin=event)["id"])

    assert [job["service"] for job in published(host="b")["jobs"]] == ["watch!two"]
    lost = published(hots="b")
    assert lost["jobs"] == []
    assert "there is no field 'host'" in lost["refused"][0]["why"]
    (eco,) = desk.ask("event", "list", "--type", "eco")
    assert "watch/servicetemplates/watch/service.hrd:4" in eco["summary"]
