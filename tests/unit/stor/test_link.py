import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.errors import InputError
from cockpit.stor import Digest, link, parse_path
from cockpit.stor.link import relative_path

DIGEST = Digest("ab" + "cd" + "0" * 60)
PATH = f"mail/ab/cd/{DIGEST}"


def test_a_link_stands_below_the_public_url_with_nothing_added():
    assert link("https://stor.example.org:8080", "mail", DIGEST) == (
        f"https://stor.example.org:8080/{PATH}"
    )
    assert (
        link("http://127.0.0.1:8080/stor/", "mail", DIGEST) == f"http://127.0.0.1:8080/stor/{PATH}"
    )


@given(st.from_regex(r"[a-z0-9-]{1,64}", fullmatch=True), st.binary(min_size=32, max_size=32))
def test_a_path_gives_back_space_and_digest(space, raw):
    if space == "tmp":
        return

    assert parse_path(relative_path(space, raw.hex())) == (space, raw.hex())


@pytest.mark.parametrize(
    "path",
    [
        "",
        "mail",
        f"mail/{DIGEST}",
        f"mail/ab/{DIGEST}",
        f"mail/cd/ab/{DIGEST}",
        f"/{PATH}",
        f"{PATH}/",
        f"{PATH}\n",
        f"../{PATH}",
        f"mail/../mail/ab/cd/{DIGEST}",
        PATH.upper(),
        f"mail/ab/cd/{DIGEST}0",
        f"mail/ab/cd/..{DIGEST[2:]}",
    ],
)
def test_only_the_full_path_is_a_path(path):
    with pytest.raises(InputError):
        parse_path(path)


@pytest.mark.parametrize("space", ["", ".", "..", "a/b", "Mail", "mail ", "mäil", "x" * 65, "tmp"])
def test_a_space_has_a_plain_name_and_is_not_the_drafts(space):
    with pytest.raises(InputError, match=r"^space: "):
        relative_path(space, DIGEST)


@pytest.mark.parametrize("digest", ["", "ab", "g" * 64, "AB" * 32, f"{DIGEST}\n"])
def test_a_digest_is_64_lower_case_hexadecimal_digits(digest):
    with pytest.raises(InputError, match=r"^digest: "):
        relative_path("mail", digest)
