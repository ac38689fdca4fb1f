import re

import pytest

from builders import an_alarm


def lines_of(bot, body):
    """Run an action and return the lines of its traceback that name a file."""
    robot = bot(f"def act(service):\n    {body}\n")
    robot.log.append(an_alarm())
    robot.work()
    return re.findall(r'File "(.*)", line (\d+)', robot.only_job().traceback)


@pytest.mark.parametrize(
    "body",
    [
        "service.stor.get('http://x/y')",
        "service.execute('exit 5')",
        "service.execute(['no-such-command'])",
        "service.hrd.get_int('nothing')",
        "service.nothing",
    ],
)
def test_what_cockpit_raises_ends_at_the_authors_line(bot, body):
    ((file, line),) = lines_of(bot, body)

    assert file.endswith("servicetemplates/desk/actions.py")
    assert line == "2"


def test_an_error_from_a_library_keeps_all_its_lines(bot):
    found = lines_of(bot, "import json; json.loads('{')")

    assert found[-1][0].endswith("json/decoder.py")


def test_what_cockpit_did_not_mean_to_raise_keeps_all_its_lines(bot):
    found = lines_of(bot, "service.stor.put(5)")

    assert found[0][0].endswith("servicetemplates/desk/actions.py")
    assert "/cockpit/stor/" in found[-1][0]
