"""What a plain Python sees: no server, and none of the packages that only a robot needs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[3] / "src"
HEAVY = ("gevent", "redis", "hiredis", "falcon", "pymongo", "mongoengine")
# A finder that refuses them, as where they are not installed.
REFUSE = f"""
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {HEAVY!r}:
            raise ImportError(f"{{name}} is not installed")
sys.meta_path.insert(0, Refuse())
sys.path.insert(0, {str(SOURCE)!r})
from JumpScale import j
"""


def plain(code):
    """Run Python without this process's environment and return what it prints."""
    told = subprocess.run(
        [sys.executable, "-I", "-c", REFUSE + code],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"]},
        timeout=60,
    )
    assert told.stderr == ""
    return told.stdout


def test_events_work_where_neither_gevent_nor_redis_nor_mongodb_is_installed():
    told = plain("""
events = j.data.models.cockpit_event
for event in (
    events.Email(sender="ann@example.org"), events.Telegram(io="input", action="repo.create"),
    events.Alarm(service="disk!a", method="monitor"), events.Eco(error_msg="x"), events.Generic(),
):
    event.validate()
    assert type(event).from_json(event.to_json()) == event
    assert type(event).from_yaml(event.to_yaml()) == event
    print(event.type)
""")

    assert told.split() == ["email", "telegram", "alarm", "eco", "generic"]


def test_all_that_is_provided_loads_where_they_are_not_installed():
    told = plain("""
from JumpScale.namespace import PROVIDED
for name in PROVIDED:
    found = j
    for part in name.split(".")[1:]:
        found = getattr(found, part)
print("all")
""")

    assert told == "all\n"


def test_the_name_alone_imports_next_to_nothing():
    told = plain("""
print(sorted(name for name in sys.modules if name.startswith(("JumpScale", "cockpit", "msgspec"))))
""")

    assert told == "['JumpScale', 'JumpScale.namespace']\n"


@pytest.mark.parametrize("name", HEAVY)
def test_the_refusal_of_these_tests_works(name):
    told = plain(f"""
try:
    import {name}
except ImportError as e:
    print(e)
""")

    assert told == f"{name} is not installed\n"
