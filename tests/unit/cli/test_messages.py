import pytest

MESSAGE = {
    "epoch": 0,
    "who": "ops",
    "to": ["ann", "bob"],
    "service": "web!main",
    "text": "look\nclosely",
    "state": "held",
}


@pytest.mark.parametrize("words", [(), ("list", "--state", "held")])
def test_the_group_lists(server, run, words):
    server.on("GET /messages", [MESSAGE])

    assert "ops  ann, bob  web!main  look closely  held" in run("message", *words).out
