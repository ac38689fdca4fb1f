import os

import pytest

from cockpit.errors import InputError
from cockpit.robot import Actions

GIVEN = {"event": "E", "service": "S", "job": "J"}


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "actions.py"


@pytest.fixture
def find(path, clock):
    actions = Actions(clock=clock)

    def find(text=None, action="act"):
        if text is not None:
            path.write_text(text)
        clock.now += 1
        return actions.find(path, "actions!desk!desk", action)

    return find


@pytest.mark.parametrize(
    ("signature", "body", "result"),
    [
        ("event, service", "event, service", ("E", "S")),
        ("service, event", "event, service", ("E", "S")),
        ("service", "service", "S"),
        ("job", "job", "J"),
        ("job, service, event", "event, service, job", ("E", "S", "J")),
        ("payload", "payload", "E"),
        ("payload, service", "payload, service", ("E", "S")),
        ("event, *, service", "event, service", ("E", "S")),
        ("*, service, job", "service, job", ("S", "J")),
        ("event, /, service", "event, service", ("E", "S")),
        ("payload, /", "payload", "E"),
        ("event, times=3, service=None", "event, times, service", ("E", 3, "S")),
        ("event, times=3, *args, **more", "event, times, args, more", ("E", 3, (), {})),
        ("", "None", None),
    ],
)
def test_arguments_are_bound_by_name(find, signature, body, result):
    assert find(f"def act({signature}):\n    return {body}\n")(**GIVEN) == result


@pytest.mark.parametrize("signature", ["event, other", "event, *, other", "service, event, x"])
def test_a_parameter_that_nothing_is_known_for_is_named(find, signature):
    with pytest.raises(InputError, match=r"actions.py: .* known to give for '(other|x)'"):
        find(f"def act({signature}):\n    pass\n")(**GIVEN)


@pytest.mark.parametrize("action", ["missing", "_act", "NUMBER"])
def test_an_action_that_is_not_there_is_named_with_its_file(find, path, action):
    with pytest.raises(LookupError, match=rf"{path} has no action named {action}"):
        find("NUMBER = 1\n\ndef _act():\n    pass\n", action)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("async def act(event):\n    pass\n", "it is async"),
        ("async def act(event):\n    yield 1\n", "it is async"),
        ("class Actions:\n    async def act(self, service):\n        pass\n", "it is async"),
        ("class act:\n    pass\n", "a class is no action"),
    ],
)
def test_what_would_not_run_is_refused_with_its_file(find, path, text, why):
    with pytest.raises(InputError, match=f"{path}: action act: {why}"):
        find(text)


@pytest.mark.parametrize("mark", ["@action", "@action()", "@action(queue='main')"])
def test_an_action_is_marked_with_or_without_parentheses(find, mark):
    text = f"class Actions(ActionsBaseMgmt):\n    {mark}\n    def act(self):\n        return 5\n"

    assert find(text)(**GIVEN) == 5


def test_a_missing_file_is_named(find, path):
    with pytest.raises(LookupError, match=rf"{path} cannot be read: No such file"):
        find()


def test_a_saved_file_counts_even_within_the_same_second_and_of_the_same_length(find, path):
    assert find("def act():\n    return 1\n")(**GIVEN) == 1
    path.write_text("def act():\n    return 2\n")
    os.utime(path, ns=(1, 10**9 + 1))

    assert find()(**GIVEN) == 2
    path.write_text("def act():\n    return 3\n")
    os.utime(path, ns=(1, 10**9 + 2))
    assert find()(**GIVEN) == 3


def test_a_file_put_in_its_place_counts_whatever_its_time_and_length(find, path):
    assert find("def act():\n    return 1\n")(**GIVEN) == 1
    other = path.with_name("other.py")
    other.write_text("def act():\n    return 2\n")
    former = path.stat()
    os.utime(other, ns=(former.st_atime_ns, former.st_mtime_ns))
    other.replace(path)

    assert find()(**GIVEN) == 2


def test_a_link_to_nothing_beside_it_is_left_alone(find, path):
    path.with_name(".#actions.py").symlink_to("ann@here.123")

    assert find("def act():\n    return 1\n")(**GIVEN) == 1


def test_a_file_is_looked_at_again_only_after_a_moment(find, path, clock):
    first = find("def act():\n    return 1\n")
    path.write_text("def act():\n    return 22\n")
    clock.now -= 0.9

    assert find() is first


def test_a_file_that_did_not_change_is_not_run_again(find):
    first = find("def act():\n    return 1\n")

    assert find() is first


def test_what_running_the_file_raises_passes_and_a_saved_file_mends_it(find):
    with pytest.raises(ZeroDivisionError):
        find("1 / 0\n")
    with pytest.raises(SyntaxError):
        find("def act(:\n")

    assert find("def act():\n    return 1\n")(**GIVEN) == 1


def test_a_broken_file_does_not_leave_the_former_actions(find):
    find("def act():\n    return 1\n")
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            find("1 / 0  # now broken\n")


def test_actions_of_one_file_share_its_module(find):
    find("calls = []\n\ndef act():\n    calls.append(1)\n    return len(calls)\n")(**GIVEN)

    assert find()(**GIVEN) == 2
