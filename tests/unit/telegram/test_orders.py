import pytest

from cockpit import events
from cockpit.errors import InputError, OpsError
from cockpit.telegram.orders import Orders, as_name, why

BLUEPRINT = "desk__second:\n  size: 5\n"


@pytest.fixture
def orders(chat):
    return Orders(chat.robot.catalog, chat.house.worktrees, chat.house.blueprints)


def order(kind, io="input", meta=None, **args):
    return events.Telegram(io=io, action=kind, args=args, meta=meta or {})


def test_a_repository_is_made_once_spaces_allowed(orders, chat):
    told = orders.carry_out(order("repo.create", name="env du-conv2"))
    assert told == "repository env-du-conv2 is made"
    assert "env-du-conv2" in chat.robot.catalog.repos()
    assert "is there already" in orders.carry_out(order("repo.create", name="env du-conv2"))


@pytest.mark.parametrize("where", [{"meta": {"repo": "desk"}}, {"repo": "desk"}, {}])
def test_a_blueprint_is_saved_and_executed_in_the_repository_named_or_the_only_one(
    orders, chat, where
):
    told = orders.carry_out(order("bp.create", name="2.yaml", content=BLUEPRINT, **where))

    assert told == "desk: 2.yaml is saved: services: 1 new"
    assert "desk!second" in chat.robot.catalog.existing("desk")
    assert chat.robot.jobs.newest(9) == []


def test_the_arguments_of_2016_are_understood(orders):
    assert "repository web is made" in orders.carry_out(order("repo.create", repo_path="/opt/web"))
    path = "/opt/desk/blueprints/3.yaml"
    told = orders.carry_out(order("bp.create", path=path, content=BLUEPRINT, repo="desk"))

    assert told == "desk: 3.yaml is saved: services: 1 new"


def test_of_several_repositories_the_candidates_are_named(orders):
    orders.carry_out(order("repo.create", name="other"))
    with pytest.raises(InputError, match="which repository\\? desk, other"):
        orders.carry_out(order("bp.create", name="2.yaml", content=BLUEPRINT))
    with pytest.raises(InputError, match="no repository nothing"):
        orders.carry_out(order("bp.create", name="2.yaml", content=BLUEPRINT, repo="nothing"))


def test_an_unsound_blueprint_is_not_saved(orders, chat):
    with pytest.raises(InputError, match=r"2.yaml:1"):
        orders.carry_out(order("bp.create", name="2.yaml", content="nothing__x:\n"))
    assert [one.name for one in chat.house.blueprints.of("desk").all()] == ["1_main.yaml"]


@pytest.mark.parametrize(
    "event",
    [
        order("repo.create", io="output", name="x"),
        order("service.execute", name="desk!main", action="act"),
        order("message", text="hi"),
        order("dance"),
    ],
)
def test_what_is_no_order_of_ours_is_left_alone(orders, event, chat):
    assert orders.carry_out(event) == ""
    assert chat.robot.catalog.repos() == ["desk"]


def test_names_and_reasons_as_people_read_them():
    assert as_name("  env  du conv ") == "env-du-conv"
    assert why(InputError("no such disk")) == "no such disk"
    assert why(OpsError("full")) == "This does not work now: full"
