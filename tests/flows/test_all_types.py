"""Who subscribes to all five types is called once by each; who subscribes to none, never."""

from collections.abc import Callable

from cockpit import events
from flows.product import Product, repository, until

ALL = "".join(f"events.{type_} = hear\n\n" for type_ in events.TYPES)
HEAR = """
def hear(event, service):
    heard = service.hrd.get_list("heard", [])
    service.hrd.set("heard", [*heard, event.type])
"""


def test_each_type_calls_its_subscriber_once(cockpit: Callable[..., Product], processes: int):
    desk = cockpit(robot_processes=processes)
    files = {"actions.py": HEAR}
    repository(
        desk.home,
        "ears",
        {"all": {"service.hrd": ALL, **files}, "none": {"service.hrd": "", **files}},
        "all__main:\nnone__main:\n",
    )
    desk.start()
    desk.ask("blueprint", "execute", "--repo", "ears")
    for type_ in events.TYPES:
        text = events.dump_yaml(events.example(type_))
        desk.settled(desk.ask("event", "publish", "-", stdin=text)["id"])

    data = {row["key"]: row["data"] for row in desk.ask("service", "list")}
    assert sorted(data["all!main"]["heard"]) == sorted(events.TYPES)
    assert data["none!main"] == {}
    assert until(lambda: len(desk.ask("job", "list")) == 5)
