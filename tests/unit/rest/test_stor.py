import hashlib
import os

import pytest

from cockpit.errors import OpsError
from cockpit.rest.stor import Pieces

HELLO = b"<script>hello</script>"
DIGEST = hashlib.sha256(HELLO).hexdigest()
PATH = f"/stor/mail/{DIGEST[:2]}/{DIGEST[2:4]}/{DIGEST}"


@pytest.fixture
def stored(rooms):
    rooms.stor.put("mail", HELLO)


def test_what_is_put_has_an_address_that_gives_it_back(client, stranger):
    found = client.simulate_post("/stor/mail", body=HELLO)

    assert found.status_code == 201
    assert found.json == {"digest": DIGEST, "url": f"http://stor.example.org{PATH}"}
    assert found.headers["Location"] == found.json["url"]
    assert stranger.simulate_get(PATH).content == HELLO


def test_a_file_of_many_pieces_comes_back_whole(client, stranger):
    large = os.urandom(600_001)
    path = client.simulate_post("/stor/mail", body=large).json["url"].partition(".org")[2]
    found = stranger.simulate_get(path)

    assert found.content == large
    assert found.headers["Content-Length"] == "600001"


@pytest.mark.usefixtures("stored")
def test_a_browser_may_only_save_it(stranger):
    headers = stranger.simulate_get(PATH).headers

    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"] == "attachment"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("sandbox")


@pytest.mark.usefixtures("stored")
def test_head_tells_the_size_and_sends_nothing(stranger):
    found = stranger.simulate_head(PATH)

    assert (found.status_code, found.content) == (200, b"")
    assert found.headers["Content-Length"] == str(len(HELLO))


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("tag", [f'"{DIGEST}"', "*", f'"x", W/"{DIGEST}"'])
def test_who_has_it_already_is_told_so(stranger, tag):
    found = stranger.simulate_get(PATH, headers={"If-None-Match": tag})

    assert (found.status_code, found.content) == (304, b"")
    assert found.headers["ETag"] == f'"{DIGEST}"'


@pytest.mark.parametrize(
    "path", [PATH, f"/stor/mail/00/00/{DIGEST}", "/stor/mail/ab/cd/x", f"/stor/tmp/ab/cd/{DIGEST}"]
)
def test_what_is_not_there_is_404(client, path):
    assert client.simulate_get(path).status_code == 404


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("path", ["/stor", "/stor/", "/stor/mail/", f"/stor/mail/{DIGEST[:2]}"])
def test_nothing_lists_a_folder(client, path):
    assert client.simulate_get(path).status_code in {404, 405}


def test_other_spaces_need_a_token(client, stranger):
    path = client.simulate_post("/stor/other", body=HELLO).json["url"].partition(".org")[2]

    assert stranger.simulate_get(path).status_code == 401
    assert client.simulate_get(path).content == HELLO


@pytest.mark.parametrize("space", ["Mail", "tmp", "a.b", "..", "%2e%2e"])
def test_a_space_with_a_bad_name_is_refused(client, space):
    assert client.simulate_post(f"/stor/{space}", body=b"x").status_code in {404, 422}


def test_a_broken_disk_is_trouble_and_tells_strangers_nothing(stranger, rooms, reported):
    rooms.stor.path("mail", DIGEST).mkdir(parents=True)  # A folder cannot be opened: an OSError.
    found = stranger.simulate_get(PATH)

    assert (found.status_code, DIGEST in found.text) == (503, False)
    assert [type(each) for each in reported] == [OpsError]


def test_a_disk_that_breaks_while_reading_is_trouble(tmp_path):
    file = (tmp_path / "x").open("wb")  # Not readable: an OSError, as of a broken disk.
    pieces = Pieces(file)
    with pytest.raises(OpsError, match=r"stor: .*x: "):
        next(pieces)
    pieces.close()

    assert file.closed
