import re

import pytest

from cockpit.app.config import load, template
from cockpit.app.fields import fields
from cockpit.app.settings import Settings
from cockpit.errors import InputError, OpsError


def a_config(tmp_path, text, **environ):
    path = tmp_path / "cockpit.toml"
    path.write_text(text)
    return load(path, environ)


def problems(tmp_path, text, **environ):
    with pytest.raises(InputError) as caught:
        a_config(tmp_path, text, **environ)
    return str(caught.value).splitlines()


def test_without_file_and_variables_defaults_hold(tmp_path):
    config = load(tmp_path / "cockpit.toml", {"HOME": "/root"})

    assert config.settings == Settings()
    assert config.origin("smtp.listen") == "default"


def test_file_wins_over_default_and_variable_over_file(tmp_path):
    text = '# doors\n[smtp]\nhostname = "mx"\nlisten = "0.0.0.0:25"\n'
    config = a_config(tmp_path, text, COCKPIT_SMTP_LISTEN="127.0.0.1:0")

    assert config.settings.smtp.hostname == "mx"
    assert config.settings.smtp.listen == "127.0.0.1:0"
    assert config.origin("smtp.hostname") == "cockpit.toml:3"
    assert config.origin("smtp.listen") == "COCKPIT_SMTP_LISTEN"


def test_variable_names_a_file_that_holds_the_value(tmp_path):
    secret = tmp_path / "url"
    secret.write_text("redis://:pw@10.0.0.5:6379/0\n")
    config = a_config(tmp_path, "", COCKPIT_REDIS_URL_FILE=str(secret))

    assert config.settings.redis.url == "redis://:pw@10.0.0.5:6379/0"
    assert config.origin("redis.url") == "COCKPIT_REDIS_URL_FILE"
    assert config.shown("redis.url") == '"redis://***@10.0.0.5:6379/0"'


@pytest.mark.parametrize(
    "text",
    [
        '[robot]\n\nretries = 1\nstall = "1m"\n',
        '# x\n\n\nrobot.stall = "1m"\n',
        '\n\n[ "robot" ]\n "stall" = "1m"\n',
        '\n\n\nrobot = { retries = 1, stall = "1m" }\n',
    ],
)
def test_origin_is_the_line_however_toml_writes_the_key(tmp_path, text):
    assert a_config(tmp_path, text).origin("robot.stall") == "cockpit.toml:4"


def test_every_problem_is_told_at_once(tmp_path):
    text = '[smtp]\n\nlisen = "x"\n[robot]\nretries = 3\n\nprocesses = "two"\n'

    assert problems(tmp_path, text, COCKPIT_ROBOT_STALL="soon", COCKPIT_SMTP_LISEN="x") == [
        (
            "cockpit.toml:3: smtp.lisen: unknown key; nearest is smtp.listen "
            "(an address such as 127.0.0.1:2525)"
        ),
        'cockpit.toml:7: robot.processes: expected a whole number, got "two"',
        'COCKPIT_ROBOT_STALL: expected a duration such as 30s, 10m or 24h, got "soon"',
        "COCKPIT_SMTP_LISEN: unknown variable; nearest is COCKPIT_SMTP_LISTEN",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            '[smpt]\nlisten = "x:1"\n',
            "cockpit.toml:2: smpt.listen: unknown key; nearest is smtp.listen",
        ),
        ('listen = "x:1"\n', "cockpit.toml:1: listen: unknown key; nearest is smtp.listen"),
        ("[smtp.door]\nport = 1\n", "cockpit.toml:1: smtp.door: unknown key; nearest is smtp."),
        ("smtp = 3\n", "cockpit.toml:1: smtp: expected a section [smtp], got 3"),
        ("[robots]\n", "cockpit.toml:1: robots: unknown key; nearest is robot."),
        ("[[smtp]]\nx = 1\n", "cockpit.toml:1: smtp: expected a section [smtp], got "),
    ],
)
def test_misplaced_key_is_told_with_its_line(tmp_path, text, problem):
    [line] = problems(tmp_path, text)

    assert line.startswith(problem)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[smtp]\nlisten = "x:1\n', 2),
        ("[smtp]\nlisten\n", 2),
        ("a = 1\na = 2\n", 2),
        ("a = [1,", 1),
    ],
)
def test_syntax_error_names_its_line(tmp_path, text, line):
    [problem] = problems(tmp_path, text)

    assert re.match(rf"cockpit\.toml:{line}: not valid TOML: ", problem)


def test_file_that_is_not_utf8_names_its_line(tmp_path):
    (tmp_path / "cockpit.toml").write_bytes(b'[smtp]\nhostname = "\xff"\n')

    with pytest.raises(InputError, match=r"^cockpit\.toml:2: not UTF-8$"):
        load(tmp_path / "cockpit.toml", {})


def test_file_that_cannot_be_read_is_the_worlds_fault(tmp_path):
    with pytest.raises(OpsError, match="cannot read"):
        load(tmp_path, {})


@pytest.mark.parametrize("name", ["COCKPIT_HOME", "COCKPIT_TOKEN", "COCKPIT_URL", "COCKPIT_FOO"])
def test_variables_that_are_no_settings_pass(tmp_path, name):
    assert a_config(tmp_path, "", **{name: "x"}).settings == Settings()


def test_slip_in_the_section_of_a_variable_is_told(tmp_path):
    assert problems(tmp_path, "", COCKPIT_SMPT_LISTEN="x") == [
        "COCKPIT_SMPT_LISTEN: unknown variable; nearest is COCKPIT_SMTP_LISTEN"
    ]


def test_value_and_file_of_one_setting_exclude_each_other(tmp_path):
    [problem] = problems(tmp_path, "", COCKPIT_REDIS_URL="", COCKPIT_REDIS_URL_FILE="x")

    assert problem == "COCKPIT_REDIS_URL_FILE: COCKPIT_REDIS_URL is set too; keep one of them"


def test_missing_file_of_a_variable_is_told(tmp_path):
    [problem] = problems(tmp_path, "", COCKPIT_REDIS_URL_FILE="/nowhere/url")

    assert problem == (
        "COCKPIT_REDIS_URL_FILE: cannot read /nowhere/url: No such file or directory"
    )


def test_origin_of_an_unknown_key_names_the_nearest(tmp_path):
    with pytest.raises(InputError, match=r"nearest is smtp\.listen"):
        a_config(tmp_path, "").origin("smtp.lisen")


def test_template_as_written_means_defaults(tmp_path):
    assert a_config(tmp_path, template()).settings == Settings()


def test_template_shows_every_key_with_its_default(tmp_path):
    uncommented = re.sub(r"^# (\w+ = |\[|\]|  \{)", r"\1", template(), flags=re.MULTILINE)
    config = a_config(tmp_path, uncommented)

    assert config.settings == Settings()
    assert {config.origin(f.key).split(":")[0] for f in fields()} == {"cockpit.toml"}
    assert all(f"# {f.description}\n" in template() for f in fields())


def test_mistakes_among_people_and_calendars_name_their_lines(tmp_path):
    text = (
        '[people.ann]\nmail = "x"\n\n[calendars.day.instead]\n2026-12-25 = ["ann"]\n'
        'x = ["ann"]\n[calendars.day]\nshifts = [\n  {from = "6", who = ["ann"]},\n]\n'
    )
    lines = [problem.split(": ")[0] for problem in problems(tmp_path, text)]

    assert lines == ["cockpit.toml:2", "cockpit.toml:6", "cockpit.toml:8"]


def test_mistakes_of_the_file_come_in_the_order_of_its_lines(tmp_path):
    text = '[smtp]\nsize = 1\n[people.ann]\nmail = "x"\n[logs]\nfiles = 0\n'
    found = problems(tmp_path, text)

    assert [problem.split(":")[1] for problem in found] == ["2", "4", "6"]


def test_settings_that_lack_another_one_name_their_line(tmp_path):
    text = '[http]\nkey = "key.pem"\n'

    assert problems(tmp_path, text, COCKPIT_JWT_ISSUER="i", COCKPIT_JWT_KEY="k") == [
        "cockpit.toml:2: http.key: needs http.certificate as well",
        "COCKPIT_JWT_ISSUER: jwt.issuer: needs jwt.audience as well",
        "COCKPIT_JWT_ISSUER: jwt.issuer: needs jwt.organisation as well",
    ]


def test_a_section_within_a_section(tmp_path):
    path = tmp_path / "cockpit.toml"
    path.write_text('[webhooks.github]\nsecret = "s3cret"\n[webhooks.sentry]\nkeys = ["a", "b"]\n')

    config = load(path, {"COCKPIT_WEBHOOKS_GITLAB_SECRET": "t"})

    assert config.settings.webhooks.github.secret == "s3cret"
    assert config.settings.webhooks.gitlab.secret == "t"
    assert config.settings.webhooks.sentry.keys == ("a", "b")
    assert config.origin("webhooks.github.secret") == "cockpit.toml:2"
    assert config.shown("webhooks.github.secret") == '"***"'
    assert config.shown("webhooks.standard.secret") == '""'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[webhooks.git]\nsecret = "s"\n', "webhooks.git: unknown key"),
        (
            '[webhooks.github]\nsecrit = "s"\n',
            "webhooks.github.secrit: unknown key; nearest is webhooks.github.secret",
        ),
        ('[webhooks]\ngithub = "s"\n', "webhooks.github: expected a section"),
    ],
)
def test_a_mistake_within_a_section_is_named(tmp_path, text, problem):
    path = tmp_path / "cockpit.toml"
    path.write_text(text)

    with pytest.raises(InputError, match=problem):
        load(path, {})


def test_a_key_that_anybody_may_guess_is_told_without_it(tmp_path):
    with pytest.raises(InputError) as refused:
        a_config(tmp_path, "", COCKPIT_WEBHOOKS_STANDARD_SECRET="whsec_AAAA")

    assert "COCKPIT_WEBHOOKS_STANDARD_SECRET: expected at least 24 bytes" in str(refused.value)
    assert "AAAA" not in str(refused.value)
