import pytest

from cockpit.eco.mask import is_telling, mask, masked

TOKEN = "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r"


@pytest.mark.parametrize(
    "text",
    [
        f"ghp_{TOKEN}",
        f"github_pat_{TOKEN}",
        f"glpat-{TOKEN}",
        f"xoxb-{TOKEN}",
        f"sk-{TOKEN}",
        f"sk_live_{TOKEN}",
        "AKIAABCDEFGHIJKLMNOP",
        f"AIza{TOKEN}",
        f"123456789:{TOKEN}",
        f"eyJhbGciOiJIUzI1NiJ9.{TOKEN}.{TOKEN}",
        f"whsec_{TOKEN}",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
    ],
)
def test_known_forms_of_secrets_are_masked_wherever_they_stand(text):
    found = mask(f"login with {text} failed")

    assert TOKEN not in found
    assert "MIIE" not in found
    assert "***" in found
    assert found.startswith("login with ")


def test_the_password_of_an_address_is_masked():
    assert mask("redis://ann:hunter2@db:6379/0") == "redis://***@db:6379/0"


@pytest.mark.parametrize(
    "text", ["http://host:80/a", "at 12:30:45", "key error", "user@host", "10.0.0.1:8080"]
)
def test_what_only_looks_alike_stays(text):
    assert mask(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "pwd=hunter2",
        "DB_PASS=hunter2",
        "private_key: hunter2",
        "credentials=hunter2",
        "session_id=hunter2",
        "AccountKey=hunter2;Host=x",
        "Cookie: sid=hunter2; other=hunter2",
        "{'cookie': 'sid=hunter2; a=b'}",
        "password=b'hunter2'",
        "password=['hunter2']",
        "{'password': {'old': 'hunter2'}}",
        'password = """\nhunter2\n"""',
        "password = '''hunter2",
        'Authorization: Digest username="ann", response="hunter2"',
        "Authorization: AWS4-HMAC-SHA256 Credential=a/b, Signature=hunter2",
        "Signature=hunter2",
        "https://hunter2hunter2hunter2@host/path",
        "login --password hunter2 --host x",
        "x --api-key hunter2",
    ],
)
def test_what_stands_after_a_telling_name_is_masked_and_again_changes_nothing(text):
    found = mask(f"before {text}")

    assert "hunter2" not in found
    assert "***" in found
    assert found.startswith("before ")
    assert mask(found) == found


@pytest.mark.parametrize(
    "text",
    [
        "ValueError(password=***): no",
        "a --password *** b",
        "Authorization: Bearer *** and more",
        '{"token":"***"}',
        "tests pass: 5 of 6",
        "https://ann@host",
        "ssh://deploy@build-7.example.org",
        "bad signature: (a, b)",
        "the --key of a list",
    ],
)
def test_stars_and_ordinary_words_stay(text):
    assert mask(text) == text


def test_stars_hide_nothing_that_stands_behind_them():
    assert "hunter2" not in mask("password=***hunter2")


def test_it_takes_time_in_proportion():
    for part in ("password=[", 'token="""', "cookie=", "--password ", "a_pass", "key='"):
        mask(part * 20_000)


def test_mappings_are_masked_by_key_and_by_value():
    found = masked({"headers": {"Cookie": "a=b", "Host": "x"}, "list": ["token=abc", 1, None]})

    assert found == {"headers": {"Cookie": "***", "Host": "x"}, "list": ["token=***", 1, None]}


@pytest.mark.parametrize("name", ["Authorization", "db_password", "apiKey", "client-secret"])
def test_names_that_tell(name):
    assert is_telling(name)


@pytest.mark.parametrize("name", ["author", "keyboard", "path"])
def test_names_that_tell_nothing(name):
    assert not is_telling(name)
