"""docs/api.md: its commands, one after the other in one shell, and its table of errors."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from cockpit.rest.problem import TYPES
from flows.product import COMMAND, Product

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text()


@pytest.fixture
def answers(cockpit: Callable[..., Product], place: Path) -> dict[str, str]:
    """What each heading's commands print."""
    desk = cockpit().start(example="helpdesk")
    program = place / "cockpit"
    program.write_text(f'#!/bin/sh\nexec {" ".join(COMMAND)} "$@"\n')
    program.chmod(0o755)
    parts = re.split(r"^## (.+)$", PAGE, flags=re.MULTILINE)[1:]
    blocks = {
        title: "\n".join(re.findall(r"^```sh\n(.*?)^```$", body, re.DOTALL | re.MULTILINE))
        for title, body in zip(parts[::2], parts[1::2], strict=True)
    }
    whole = "".join(f"echo '\n{title}'\n{commands}" for title, commands in blocks.items())
    whole = whole.replace("http://127.0.0.1:8080", f"http://{desk.addresses()['http']}")
    done = subprocess.run(
        ["bash", "-euc", whole.replace("timeout 60", "timeout 3")],
        cwd=place,
        env=desk.environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    printed = re.split(rf"^({'|'.join(map(re.escape, blocks))})$", done.stdout, flags=re.MULTILINE)
    return dict(zip(printed[1::2], printed[2::2], strict=True))


def documents(text: str) -> list:
    """The JSON documents in what was printed."""
    found, at, decoder = [], 0, json.JSONDecoder()
    while start := re.compile(r"[\[{]").search(text, at):
        value, at = decoder.raw_decode(text, start.start())
        found.append(value)
    return found


def test_the_commands_do_what_the_page_says(answers: dict[str, str]):
    (status,) = documents(answers["A token"])
    alarm, email, form, *orders = documents(answers["Publish an event"])
    mails, why, jobs, *streamed = documents(answers["See what happened"])
    planned, run, over = documents(answers["Run something"])
    (refusal,) = documents(answers["Errors"])

    assert status["repos"] == ["helpdesk"]
    assert alarm["is_new"]
    assert orders == [orders[0]] * 2
    assert [mail["id"] for mail in mails] == [form["id"], email["id"]]
    assert (why["event"]["id"], list(mails[0]["attachments"])) == (form["id"], ["printer.txt"])
    assert {job["action"] for job in jobs} == {"notify", "escalate", "count"}
    assert [event["id"] for event in streamed] == [alarm["id"]]
    assert (planned["state"], run["id"], over["state"]) == ("simulated", "run-1", "ok")
    assert refusal == json.loads(re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)[1])


def test_every_kind_of_error_stands_in_the_table():
    rows = re.findall(r"^\| (\d{3}) \| `([a-z-]+)` \|", PAGE, re.MULTILINE)

    assert {int(status): kind for status, kind in rows} == TYPES
