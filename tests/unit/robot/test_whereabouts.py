import pytest

from builders import Bot, a_repository
from cockpit.eco.frames import Place
from cockpit.robot.whereabouts import Whereabouts

ACTIONS = "import os\n\n\ndef act(event):\n    pass\n\n\nclass Actions:\n    def heal(self):\n        pass\n"


@pytest.fixture
def where_is(pipe, tmp_path):
    files = {"service.hrd": "events.alarm = act\n", "actions.py": ACTIONS}
    a_repository(tmp_path, {"desk": files})
    bot = Bot(pipe, tmp_path).execute()
    yield Whereabouts(bot.catalog)
    bot.group.close()


@pytest.mark.parametrize(("action", "line"), [("act", 4), ("heal", 9), ("gone", 0), ("a.t", 0)])
def test_an_action_stands_where_it_begins(where_is, action, line):
    found = where_is("desk/desk!main", action)

    assert (found.line, found.function) == (line, action)
    assert found.filename.endswith("desk/actions.py")


def test_what_is_not_there_stands_nowhere(where_is):
    assert where_is("desk/none!main", "act") == Place(function="act")
