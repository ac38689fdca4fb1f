import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.ays.run import Abilities, is_pending, plan_pending, plan_run, resets
from cockpit.ays.service import ServiceRecord
from cockpit.errors import InputError


def services(**needs):
    """Services by name: `app="node key"` needs node as its parent and key as its producer."""
    found = {}
    for name, text in needs.items():
        parent, *producers = text.split() or [""]
        role = {"x": [f"{one}!x" for one in producers]} if producers else {}
        key = f"{name}!x"
        found[key] = ServiceRecord(
            "r", key, name, "x", name, {}, f"{parent}!x" if parent else "", role
        )
    return found


CHAIN = services(key="", node="", app="node key", probe="app", other="")


def has(records=CHAIN, *, only="init install start stop uninstall backup", without=(), own=None):
    can = Abilities(frozenset(only.split()), own)
    return {one.template: can for one in records.values() if one.template not in without}


def told(run):
    return [
        [f"{node.service[:-2]}: {' '.join(node.actions)}" for node in step] for step in run.steps
    ]


def steps(action, selected, records=CHAIN, states=None, can=None, **options):
    can = can or has(records, only=action)
    return told(plan_run(action, selected, records, states or {}, can, **options))


def pending(states, selected=CHAIN, **options):
    found = {f"{name}!x": dict(one.split("=") for one in s.split()) for name, s in states.items()}
    options = {"only": "init install start stop uninstall monitor"} | options
    return told(plan_pending(selected, CHAIN, found, has(**options)))


def test_install_goes_from_producers_to_consumers_and_leaves_out_strangers():
    assert steps("install", ["app!x"]) == [["key: install", "node: install"], ["app: install"]]


@pytest.mark.parametrize("action", ["stop", "uninstall"])
def test_unmaking_goes_consumers_first(action):
    assert steps(action, ["node!x"]) == [
        [f"probe: {action}"],
        [f"app: {action}"],
        [f"node: {action}"],
    ]


def test_what_is_ok_is_left_out_and_still_orders():
    states = {"app!x": {"install": "ok"}}

    assert steps("install", ["probe!x"], states=states) == [
        ["key: install", "node: install"],
        ["probe: install"],
    ]


@pytest.mark.parametrize("state", ["new", "scheduled", "running", "error", "changed"])
def test_what_is_not_ok_runs(state):
    assert steps("install", ["key!x"], states={"key!x": {"install": state}}) == [["key: install"]]


def test_disabled_never_runs():
    assert (
        steps("install", ["key!x"], states={"key!x": {"install": "disabled"}}, is_forced=True) == []
    )


def test_force_is_for_the_selected_alone():
    states = {f"{name}!x": {"install": "ok"} for name in ("key", "node", "app")}

    assert steps("install", ["app!x"], states=states) == []
    assert steps("install", ["app!x"], states=states, is_forced=True) == [["app: install"]]


def test_service_without_the_action_still_orders():
    can = has(only="install", without=("app",))

    assert steps("install", ["probe!x"], can=can) == [
        ["key: install", "node: install"],
        ["probe: install"],
    ]


@pytest.mark.parametrize(
    ("action", "chain"),
    [
        ("init", "init"),
        ("install", "init install"),
        ("start", "init install start"),
        ("uninstall", "stop uninstall"),
        ("stop", "stop"),
        ("backup", "init install backup"),
    ],
)
def test_action_comes_after_what_it_presumes(action, chain):
    assert steps(action, ["other!x"], can=has()) == [[f"other: {chain}"]]


def test_start_installs_first():
    assert steps("start", ["key!x"], can=has()) == [["key: init install start"]]


def test_action_of_its_own_is_for_the_selected_alone():
    assert steps("backup", ["app!x"], can=has(only="install backup")) == [
        ["key: install", "node: install"],
        ["app: install backup"],
    ]


def test_what_the_template_says_of_its_order_replaces_what_is_usual():
    own = {"start": ["backup"], "backup": ["install", "nothing"], "uninstall": []}

    def chain(action):
        return steps(action, ["other!x"], can=has(own=own))

    assert chain("start") == [["other: install backup start"]]
    assert chain("install") == [["other: install"]]
    assert chain("uninstall") == [["other: uninstall"]]


def test_what_is_needed_is_installed_in_its_own_order():
    can = has(only="prepare install") | {
        "node": Abilities({"prepare", "install"}, {"install": ["prepare"]})
    }

    assert steps("install", ["app!x"], can=can) == [
        ["key: install", "node: prepare install"],
        ["app: install"],
    ]


def test_what_is_pending_runs_behind_what_it_presumes_and_nothing_else():
    assert pending({"app": "install=ok monitor=scheduled", "other": "install=ok"}) == [
        ["key: init install start", "node: init install start"],
        ["app: init start monitor"],
    ]


def test_pending_actions_of_a_service_begin_with_its_installation():
    states = {
        "key": "init=ok install=changed start=ok monitor=error",
        "other": "init=ok install=ok start=ok monitor=scheduled",
    }

    assert pending(states) == [["key: install monitor", "other: monitor"]]


def test_only_the_pending_of_the_selected_services_is_meant():
    states = {"key": "install=error", "other": "install=error"}

    assert pending(states, ["key!x"], only="install") == [["key: install"]]


def test_nothing_is_pending_when_all_is_ok_new_or_disabled():
    assert pending({"key": "install=ok start=new monitor=disabled"}) == []


def test_what_unmakes_is_pending_only_when_it_was_ordered():
    assert pending({"app": "install=ok stop=changed uninstall=changed"}) == []
    assert is_pending("uninstall", "scheduled")
    assert is_pending("install", "changed")


def test_what_is_to_be_unmade_goes_consumers_first_and_before_what_is_made_beside_it():
    states = {
        "app": "uninstall=scheduled install=changed",
        "node": "install=changed",
        "key": "install=error",
        "other": "install=error",
    }

    assert pending(states, only="install uninstall") == [
        ["probe: uninstall", "other: install"],
        ["app: uninstall"],
        ["key: install", "node: install"],
    ]


def test_action_that_nobody_has_is_refused():
    with pytest.raises(InputError, match="no service that is meant has an action instal"):
        steps("instal", ["app!x"], can=has())


def test_circle_is_refused():
    with pytest.raises(InputError, match="need each other: a!x → b!x → a!x"):
        steps("install", ["a!x"], services(a="b", b="a"))


def test_need_that_is_gone_holds_up_nobody():
    assert steps("install", ["a!x"], services(a="gone")) == [["a: install"]]


def test_uninstall_makes_install_new_again_and_back():
    assert "install" in resets("uninstall")
    assert "uninstall" in resets("install")
    assert list(resets("backup")) == []


PARENT_AND_PRODUCERS = st.tuples(
    st.none() | st.integers(0, 30), st.lists(st.integers(0, 30), max_size=5)
)


@given(st.lists(PARENT_AND_PRODUCERS, min_size=1, max_size=30), st.booleans())
def test_any_graph_without_circles_is_ordered_by_every_edge(graph, is_unmaking):
    records, edges = {}, set()
    for n, (above, several) in enumerate(graph):
        parent = f"s{above}!x" if above is not None and above < n else ""
        used = [f"s{need}!x" for need in several if need < n]
        key = f"s{n}!x"
        edges.update((need, key) for need in [parent, *used] if need)
        records[key] = ServiceRecord("r", key, f"s{n}", "x", "t", {}, parent, {"x": used})
    action = "stop" if is_unmaking else "install"
    run = plan_run(action, records, records, {}, has(records, only=action))
    place = {node.service: n for n, node in enumerate(run.nodes)}
    step = {node.service: node.step for node in run.nodes}

    assert set(place) == set(records)
    for edge in edges:
        first, second = reversed(edge) if is_unmaking else edge
        assert place[first] < place[second]
        assert step[first] < step[second]
