"""A person, a bot and a cockpit: set up, talk, make things, hear of alarms, answer."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot_api import TOKEN, BotApi, User
from flows.product import Product, until

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "telegram.md").read_text()
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
FILE = next(text for kind, text in BLOCKS if kind == "yaml")
STEPS = [
    (who, words.replace("\n     ", "\n").strip())
    for kind, text in BLOCKS
    if kind == "chat"
    for who, words in re.findall(r"^(\w+): (.*?\n)(?=\w+: |\Z)", text, re.DOTALL | re.MULTILINE)
]
ANN = User(42, "Ann", "ann")
BOB = User(43, "Bob")


@pytest.fixture
def api(bot_api: BotApi) -> BotApi:
    return bot_api


@pytest.fixture
def desk(api: BotApi, cockpit: Callable[..., Product]) -> Product:
    """A cockpit without a repository; the templates of `helpdesk` are there for any."""
    product = cockpit(telegram_api_url=api.url, robot_tell_dead="oncall")
    shutil.copytree(ROOT / "examples" / "helpdesk", product.home / "templates" / "desk")
    return product.start()


@pytest.fixture
def link(desk: Product) -> str:
    """What the link of the setup carries."""
    done = desk.run("telegram", "setup", "--admin", "ann", stdin=TOKEN)
    assert done.returncode == 0, done.stderr
    shown = next(text for _, text in BLOCKS if "telegram setup" in text).partition("Token: ")[2]
    assert shape(done.stdout) == shape(shown)
    return done.stdout.partition("?start=")[2].split()[0]


def shape(text: str) -> str:
    """A text without what differs each time."""
    plain = re.sub(r"(?<=start=)\S+", "#", text)
    return re.sub(r"\b[0-9a-f]{8}\b|\d+(\.\d+)?", "#", plain).strip()


def shown(api: BotApi) -> list[str]:
    """The messages of the bot to Ann as they are now, with their buttons."""
    own = [one for one in api.messages(ANN.id) if one["from"]["is_bot"]]
    return [one["text"] + _rows(one) for one in own]


def _rows(message: dict) -> str:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return "".join("\n" + " ".join(f"[{one['text']}]" for one in row) for row in rows)


def do(desk: Product, api: BotApi, link: str, words: str) -> None:
    """Let somebody do what the page says they do."""
    if words == "(opens the link)":
        api.say(f"/start {link}", user=ANN)
    elif words == "(sends the file)":
        api.document("1_helpdesk.yaml", FILE.encode(), user=ANN)
    elif found := re.fullmatch(r'\(mails "(.*)"\)', words):
        desk.mail(found[1], sender="bob@example.org")
    elif found := re.fullmatch(r"\[(.*)\]", words):
        api.press_newest(found[1], user=ANN)
    else:
        api.say(words, user=ANN)


def test_the_bot_says_what_the_page_says(desk: Product, api: BotApi, link: str):
    assert len([who for who, _ in STEPS if who == "bot"]) > 15
    for who, words in STEPS:
        if who == "bot":
            api.wait(lambda words=words: shape(words) in map(shape, shown(api)))
        else:
            do(desk, api, link, words)

    assert desk.ask("people", "show", "ann")["telegram_id"] == ANN.id
    (alarm,) = desk.ask("alarm", "list")
    assert alarm["ack"]["by"] == "ann"
    assert desk.ask("question", "list")[0]["answer"] == "Ann"


def test_a_link_works_once_and_who_is_unknown_is_answered_once(desk, api, link):
    api.say(f"/start {link}", user=ANN)
    api.wait(lambda: api.said(ANN.id))
    update = api.say(f"/start {link}", user=BOB)
    api.wait(lambda: api.said(BOB.id))
    assert "I do not know you" in api.said(BOB.id)[0]
    api.redeliver(update)
    api.say("hello?", user=BOB)
    desk.settled(until(lambda: desk.ask("event", "list", "--type", "telegram"))[0]["id"])
    assert len(api.said(BOB.id)) == 1
