import pytest

STATE = {
    "is_on": True,
    "username": "ops_bot",
    "mode": "poll",
    "last_poll_age": 1.2,
    "people": 2,
    "queued": 0,
    "sent": 5,
    "dead": 1,
    "error": "",
    "token_from": "home",
}
LINK = {
    "name": "ann",
    "link": "https://t.me/ops_bot?start=abc",
    "expires": 1795796440.0,
    "bot": "ops_bot",
}
MESSAGE = {
    "id": "telegram-1-0:42",
    "chat": 42,
    "state": "dead",
    "text": "hi\nthere",
    "tries": 3,
    "error": "blocked",
    "epoch": 9.0,
    "event": "",
}


@pytest.mark.parametrize("words", [(), ("status",)])
def test_how_the_bot_is(server, run, words):
    server.on("GET /telegram", STATE)
    told = run("telegram", *words).out

    assert told.splitlines() == [
        "@ops_bot",
        "  asks for updates, knows 2 people",
        "  last asked with success 1 s ago",
        "  messages: 0 wait, 5 sent, 1 given up",
    ]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"is_on": False}, "there is no bot: `cockpit telegram setup` takes one into service"),
        ({"mode": "webhook"}, "  is sent updates, knows 2 people"),
        ({"last_poll_age": -1}, "  last asked with success never"),
        ({"error": "away"}, "  trouble: away"),
        ({"username": ""}, "a bot that Telegram did not name yet"),
    ],
)
def test_what_is_not_as_usual_is_said(server, run, change, line):
    server.on("GET /telegram", STATE | change)

    assert line in run("telegram").out.splitlines()


def test_setup_reads_the_token_and_prints_the_link(server, run, tmp_path):
    server.on("POST /telegram/setup", LINK)
    file = tmp_path / "token"
    file.write_text("1:abc\n")
    told = run("telegram", "setup", "--token-file", str(file), "--admin", "ann").out

    assert server.asked[0].fields == {"token": "1:abc", "admin": "ann"}
    assert "https://t.me/ops_bot?start=abc" in told
    assert "@ops_bot is at work" in told


def test_a_file_that_is_not_there_and_no_token_are_told(run, tmp_path):
    gone = run("telegram", "setup", "--token-file", str(tmp_path / "gone"))
    (tmp_path / "empty").write_text("\n")
    empty = run("telegram", "setup", "--token-file", str(tmp_path / "empty"))

    assert "cannot be read" in gone.err
    assert "there is no token. A bot is made in Telegram" in empty.err


def test_messages_are_listed_and_moved(server, run):
    server.on("GET /telegram/messages", [MESSAGE])
    assert "hi there" in run("telegram", "messages", "--state", "dead").out
    for verb, told in (("retry", "is tried again"), ("drop", "is dropped")):
        server.on(f"POST /telegram/messages/telegram-1-0%3A42/{verb}", None, status=204)
        assert run("telegram", verb, MESSAGE["id"]).out == f"{MESSAGE['id']} {told}\n"
