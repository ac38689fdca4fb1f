import pytest

ROW = {"name": "ann", "scope": "read", "epoch": 1795456059, "expires": 0, "used": 0}
ACT = {
    "id": "1-1",
    "who": "ann",
    "kind": "token",
    "what": "POST /events",
    "where": "192.0.2.1",
    "epoch": 1795456059,
    "status": 403,
}


@pytest.mark.parametrize("words", [(), ("list",)])
def test_the_group_lists(server, run, words):
    server.on("GET /tokens", [ROW])
    out = run("token", *words).out

    assert out.splitlines()[1].split()[:2] == ["ann", "read"]
    assert out.count("never") == 2


def test_a_token_is_printed_alone(server, run):
    server.on("POST /tokens", {"name": "ann", "scope": "admin", "token": "ckpt_x"}, status=201)
    ended = run("token", "create", "ann", "--scope", "admin", "--expires", "90d")

    assert ended.out == "ckpt_x\n"
    assert server.asked[0].fields == {"name": "ann", "scope": "admin", "expires": "90d"}


def test_a_token_for_programs_is_json(server, run):
    server.on("POST /tokens", {"name": "x", "scope": "read", "token": "ckpt_x"}, status=201)

    assert run("token", "create", "--json").document["token"] == "ckpt_x"
    assert server.asked[0].fields["name"]


def test_a_token_is_revoked(server, run):
    server.on("DELETE /tokens/ann", b"", status=204)

    assert run("token", "revoke", "ann").out == "revoked ann\n"


def test_changes_are_listed(server, run):
    server.on("GET /audit", [ACT])
    ended = run("audit", "--who", "ann")

    assert "192.0.2.1  POST /events  refused: 403" in ended.out
    assert server.asked[0].query == {"limit": "50", "who": "ann"}
