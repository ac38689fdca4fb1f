import msgspec
import pytest

from cockpit.app.fields import fields, section_titles, show
from cockpit.app.settings import Settings


def field(key):
    return next(field for field in fields() if field.key == key)


def test_every_setting_is_a_field_with_a_sentence():
    assert {f.section.partition(".")[0] for f in fields()} == set(
        msgspec.structs.asdict(Settings())
    )
    assert all(f.description.endswith(".") for f in fields())
    assert all(title.endswith(".") for title in section_titles().values())


def test_every_default_is_valid():
    assert all(f.convert(f.default) == f.default for f in fields())


def test_key_and_variable_name_the_same_setting():
    assert field("smtp.max_size").variable == "COCKPIT_SMTP_MAX_SIZE"
    assert field("webhooks.github.secret").variable == "COCKPIT_WEBHOOKS_GITHUB_SECRET"


def test_a_setting_tells_what_it_may_be():
    assert (field("robot.processes").limits, field("log.keep").limits) == ((0, 256), None)
    assert field("logs.level").choices == ("debug", "info", "warning", "error")
    assert (field("jwt.algorithms").is_list, field("jwt.algorithms").choices[0]) == (True, "ES256")
    assert field("jwt.algorithms").expected.startswith('a list of texts, each one of "ES256", ')
    assert (field("webhooks.sentry.keys").choices, field("log.keep").is_list) == ((), False)


def test_a_setting_tells_whether_a_running_cockpit_takes_it_over():
    assert field("log.keep").is_live
    assert field("webhooks.grafana.timestamp_header").is_live
    assert not field("smtp.listen").is_live
    assert not field("log.keep").is_secret


def test_a_wrong_secret_is_not_told():
    assert field("webhooks.github.secret").is_secret

    with pytest.raises(ValueError, match=r"expected a text$"):
        field("webhooks.github.secret").convert(12345)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("robot.processes", "two", 'expected a whole number, got "two"'),
        ("robot.processes", True, "expected a whole number, got true"),
        ("robot.processes", 1.5, "expected a whole number, got 1.5"),
        ("robot.processes", 999, "expected a whole number from 0 to 256, got 999"),
        ("robot.stall", "soon", 'expected a duration such as 30s, 10m or 24h, got "soon"'),
        ("robot.stall", 20, "expected a duration such as 30s, 10m or 24h, got 20"),
        (
            "robot.retry_delays",
            ["5s", "x"],
            r'a list of texts, each a duration .*, got \["5s", "x"\]',
        ),
        ("robot.retry_delays", [], r"expected a list of texts, .* got \[\]"),
        ("smtp.listen", "2525", 'expected an address such as 127.0.0.1:2525, got "2525"'),
        ("smtp.listen", {"port": 1}, 'expected an address .* got {"port":1}'),
        ("smtp.bare_newline", "keep", 'expected one of "reject", "normalize", got "keep"'),
        ("robot.tell_dead", 1, "expected a text, got 1"),
        ("redis.url", "http://ann:pw@h", r'got "http://\*\*\*@h"'),
    ],
)
def test_wrong_value_tells_what_was_expected(key, value, message):
    with pytest.raises(ValueError, match=message):
        field(key).convert(value)


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("robot.processes", "2", 2),
        ("robot.retry_delays", "5s, 1m,", ("5s", "1m")),
        ("smtp.hostname", "mx.example.org", "mx.example.org"),
        ("redis.server", "7", "7"),
    ],
)
def test_variable_is_read_as_the_type_of_its_setting(key, text, value):
    assert field(key).convert_text(text) == value


def test_value_is_shown_as_toml_without_passwords():
    assert show(("5s", "1m")) == '["5s", "1m"]'
    assert show("redis://:pw@h:1") == '"redis://***@h:1"'
