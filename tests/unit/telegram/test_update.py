import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_api.rules import DESCRIPTION
from cockpit import events
from cockpit.access.token import digest
from cockpit.errors import InputError
from cockpit.telegram.update import Origin, event_of, origin_of

KINDS = [
    field["name"]
    for field in json.loads(DESCRIPTION.read_text())["types"]["Update"]["fields"]
    if field["name"] != "update_id"
]
CHAT = {"id": 42, "type": "private", "first_name": "Ann"}
USER = {"id": 42, "is_bot": False, "first_name": "Ann", "last_name": "B", "username": "ann"}
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]))
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["message", "chat", "from", "id", "text", "document", "data", "date", "type", "x"]
    ), inner, max_size=5),
    max_leaves=12,
)  # fmt: skip


def read(kind="message", **body):
    told = {"message_id": 7, "chat": CHAT, "from": USER, "date": 1700000000} | body
    return event_of({"update_id": 5, kind: told}, bot="cockpit_bot", epoch=9)


def test_a_text_is_a_message_with_where_it_came_from():
    event = read(text="hello")

    assert (event.io, event.action, event.args) == ("input", "message", {"text": "hello"})
    assert (event.epoch, event.meta["source"], event.meta["update"]) == (1700000000, "telegram", 5)
    assert origin_of(event) == Origin(
        chat=42, kind="private", user=42, username="ann", name="Ann B", message=7
    )


@pytest.mark.parametrize(
    ("text", "name", "rest"),
    [
        ("/help", "help", ""),
        ("/Repo  create  x y ", "repo", "create  x y"),
        ("/help@Cockpit_Bot now", "help", "now"),
        ("/blueprint add\nline", "blueprint", "add\nline"),
    ],
)
def test_a_command_is_one_with_what_stands_behind_it(text, name, rest):
    event = read(text=text)

    assert (event.action, event.args) == ("command", {"name": name, "text": rest})


def test_the_secret_of_a_link_stands_in_no_event():
    secret = "A-_4" * 8
    for text in (
        f"/start {secret}",
        f"/start@cockpit_bot {secret}",
        f"/start@other_bot {secret}",
        f"see https://t.me/cockpit_bot?start={secret}!",
        f"I write /start {secret}",
    ):
        for kind in ("message", "edited_message", "channel_post"):
            assert secret not in str(read(kind, text=text))
    link = f"https://t.me/cockpit_bot?start={secret}"
    assert secret not in str(read(caption=link, document={"file_id": "f"}))
    assert secret not in str(read(pinned_message={"text": link}))
    assert read(text=f"/start {secret}").args == {"name": "start", "text": digest(secret)}
    assert read(text="/start").args == {"name": "start", "text": ""}


@pytest.mark.parametrize("text", ["/help@other_bot", "/", "/ help", "see /help", "/äh"])
def test_what_is_no_command_of_this_bot_is_a_text(text):
    assert read(text=text).action == "message"


@pytest.mark.parametrize("kind", ["edited_message", "channel_post", "edited_channel_post"])
def test_only_a_new_message_commands(kind):
    event = read(kind, text="/repo delete x")

    assert (event.action, event.meta["kind"]) == ("message", kind)


def test_a_file_and_a_button():
    document = {"file_id": "f1", "file_unique_id": "u", "file_name": "a.yaml", "file_size": 9}
    assert read(document=document, caption="c").args == {
        "name": "a.yaml", "file": "f1", "size": 9, "caption": "c",
    }  # fmt: skip
    query = {"id": "77", "from": USER, "data": "tok", "message": {"message_id": 7, "chat": CHAT}}
    event = event_of({"update_id": 6, "callback_query": query}, bot="b", epoch=9)

    assert (event.action, event.args) == ("button", {"data": "tok"})
    assert (origin_of(event).callback, origin_of(event).message) == ("77", 7)


def test_a_file_that_was_changed_afterwards_is_told_and_not_taken():
    assert read("edited_message", document={"file_id": "f"}).action == "update"


def test_whoever_writes_as_a_group_or_channel_is_no_person():
    assert origin_of(read(text="/help", sender_chat={"id": -1, "type": "channel"})).user == 0


@pytest.mark.parametrize("kind", [*KINDS, "something_new"])
def test_every_kind_of_update_is_an_event_that_the_log_takes(kind):
    event = event_of({"update_id": 5, kind: {"id": "1", "x": [1]}}, bot="b", epoch=9)

    events.check(event)
    assert events.decode(events.encode(event)) == event
    assert event.meta["kind"] == kind


@given(st.dictionaries(st.sampled_from([*KINDS, "new"]), JUNK, max_size=2))
def test_whatever_is_sent_makes_an_event_and_no_crash(update):
    event = event_of(update | {"update_id": 5}, bot="b", epoch=9)

    events.check(event)
    origin_of(event)


def test_what_is_far_too_long_is_kept_without_its_body():
    event = event_of({"update_id": 5, "poll": {"x": "y" * 100_000}}, bot="b", epoch=9)

    assert event.args == {"kind": "poll", "update": {}}


@pytest.mark.parametrize("update", [{}, {"update_id": "5"}, {"update_id": True}])
def test_without_a_number_it_is_no_update(update):
    with pytest.raises(InputError, match="update_id"):
        event_of(update, bot="b", epoch=9)


def test_an_event_of_somebody_else_came_from_nowhere():
    assert origin_of(events.Telegram(io="input", action="x", meta={"origin": 7})) == Origin()
