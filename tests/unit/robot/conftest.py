"""A robot with one repository, moved by hand."""

import sys

import pytest

from builders import Bot, a_repository
from cockpit.robot import Stream

ACT = "def act(event, service):\n    return event.msg\n"


@pytest.fixture
def bot(pipe, tmp_path, monkeypatch):
    """Build a robot whose only template, `desk`, has these files; its service is `desk!main`."""
    made = []

    def build(actions=ACT, hrd="events.alarm = act\n", *, schema="", blueprint="", **options):
        for name in ("stdout", "stderr"):
            monkeypatch.setattr(sys, name, Stream(getattr(sys, name)))
        files = {"service.hrd": hrd, "actions.py": actions}
        if schema:
            files["schema.hrd"] = schema
        a_repository(tmp_path / "repos", {"desk": files}, blueprint)
        made.append(Bot(pipe, tmp_path / "repos", **options).execute())
        return made[-1]

    yield build
    for one in made:
        one.group.close()
