import pytest

from cockpit.cli.transfer import last_part
from cockpit.errors import InputError

RUNNING = {"repo": "desk", "what": "pull", "state": "running", "progress": ""}


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://x.example/y/mine.git", "mine"),
        ("git@x.example:mine.git", "mine"),
        ("/far/mine/", "mine"),
        ("/far/mine/.git", "mine"),
    ],
)
def test_a_clone_is_called_as_git_would(url, name):
    assert last_part(url) == name


@pytest.mark.parametrize("url", ["/far/.", "..", "/", "https://x.example/../"])
def test_an_address_that_tells_no_name_needs_one(url):
    with pytest.raises(InputError, match="tells no name"):
        last_part(url)


@pytest.mark.parametrize(("is_wrong", "code"), [(True, 2), (False, 1)])
def test_a_transfer_that_fails_says_whose_fault_it_is(server, run, is_wrong, code):
    server.on("POST /repos/desk/pull", RUNNING)
    told = {"state": "error", "error": "no upstream", "is_wrong": is_wrong}
    server.on("GET /repos/desk/transfer", RUNNING | told)
    ended = run("repo", "pull", "desk")

    assert (ended.code, "no upstream" in ended.err) == (code, True)
