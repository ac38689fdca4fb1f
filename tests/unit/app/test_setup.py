import pytest

from builders import a_repository
from cockpit.access.tokens import TokenFile
from cockpit.app.home import LAYOUT, Home
from cockpit.app.setup import Prepared, examples, execute, prepare
from cockpit.errors import InputError, OpsError
from cockpit.robot import Catalog

NOBODY = "unix:///nonexistent/redis.sock"


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


@pytest.fixture
def desk(home):
    """A home with a repository `desk` of one template, that nobody has executed."""
    prepare(home)
    return a_repository(home.repos, {"desk": {"service.hrd": "events.alarm = act\n"}})


def files(folder):
    return {
        path.relative_to(folder): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


def test_a_new_home_gets_an_admin_token_that_is_valid(home):
    prepared = prepare(home)

    assert prepared == Prepared(token=prepared.token)
    assert TokenFile(home.secrets / "tokens.json").verify(prepared.token).scope == "admin"
    assert home.config.is_file()


def test_the_token_is_shown_once_and_stays_valid(home):
    token = prepare(home).token

    assert prepare(home) == Prepared()
    assert TokenFile(home.secrets / "tokens.json").verify(token).scope == "admin"


def test_the_token_stands_nowhere_in_the_home(home):
    token = prepare(home, "helpdesk").token.encode()

    assert token
    assert [path for path, octets in files(home.path).items() if token in octets] == []


def test_an_example_is_copied_whole(home):
    assert prepare(home, "helpdesk").repos == ["helpdesk"]
    assert files(home.repos / "helpdesk") == files(examples() / "helpdesk")


def test_an_example_that_is_there_keeps_what_its_owner_wrote(home):
    prepare(home, "helpdesk")
    (home.repos / "helpdesk" / "README.md").write_text("mine\n")

    prepare(home, "helpdesk")
    assert (home.repos / "helpdesk" / "README.md").read_text() == "mine\n"


def test_half_a_copy_does_not_count_and_the_next_start_copies_again(home):
    home.create()
    draft = home.repos / ".helpdesk.new"
    draft.mkdir()
    (draft / "half").write_text("half")
    prepare(home, "helpdesk")

    assert files(home.repos / "helpdesk") == files(examples() / "helpdesk")
    assert not draft.exists()


def test_an_example_that_cannot_be_copied_is_trouble_and_leaves_nothing(home):
    home.create()
    (home.repos / ".helpdesk.new").write_text("in the way")
    with pytest.raises(OpsError, match="helpdesk"):
        prepare(home, "helpdesk")

    assert not (home.repos / "helpdesk").exists()


def test_a_link_in_the_place_of_an_example_is_left_alone(home):
    home.create()
    (home.repos / "helpdesk").symlink_to(home.path / "nowhere")
    prepare(home, "helpdesk")

    assert (home.repos / "helpdesk").is_symlink()


@pytest.mark.parametrize("name", ["nosuch", "../examples/helpdesk", "helpdesk/", ".", ".."])
def test_an_unknown_example_is_refused_by_name_and_nothing_is_made(home, name):
    with pytest.raises(
        InputError, match=r"no example .*; there are chain, helpdesk, hook-out, nightly"
    ):
        prepare(home, name)

    assert not home.path.exists()


def test_a_home_of_a_later_cockpit_gets_neither_token_nor_example(home):
    home.create()
    home.format.write_text(f'{{"layout": {LAYOUT + 1}, "redis": ""}}')
    with pytest.raises(InputError, match="layout"):
        prepare(home, "helpdesk")

    assert list(home.repos.iterdir()) == list(home.secrets.iterdir()) == []


def test_executing_makes_the_services_of_a_new_repository_and_keeps_the_token(pipe, home):
    prepared = prepare(home, "helpdesk")
    done = execute(home, pipe.url, prepared)

    made = ["helpdesk/alarmcount!main", "helpdesk/helpdesk!main"]
    assert sorted(done.services) == made
    assert [f"{row.repo}/{row.key}" for row in Catalog(pipe, home.repos).services()] == made
    assert (done.token, done.repos, done.warnings) == (prepared.token, ["helpdesk"], [])


def test_an_example_that_was_copied_and_not_executed_is_executed_by_the_next_start(pipe, home):
    prepare(home, "helpdesk")
    done = execute(home, pipe.url, prepare(home, "helpdesk"))

    assert len(done.services) == 2


def test_an_example_whose_services_are_there_is_not_executed_again(pipe, home):
    execute(home, pipe.url, prepare(home, "helpdesk"))
    (home.repos / "helpdesk/blueprints/2_more.yaml").write_text("helpdesk__two:\n")
    done = execute(home, pipe.url, prepare(home, "helpdesk"))

    assert done.services == []


def test_without_an_example_no_redis_is_asked(home):
    prepared = prepare(home)

    assert execute(home, NOBODY, prepared) == prepared


def test_what_is_odd_in_a_blueprint_is_handed_on(pipe, home, desk):
    (desk / "servicetemplates" / "desk" / "service.hrd").write_text("events.emai = act\n")
    done = execute(home, pipe.url, Prepared(repos=["desk"]))

    assert done.services == ["desk/desk!main"]
    (warning,) = done.warnings
    assert warning.startswith("1_main.yaml:1: ")
    assert "servicetemplates/desk/service.hrd:1" in warning


def test_a_wrong_blueprint_is_told_with_file_and_line_and_makes_nothing(pipe, home, desk):
    (desk / "blueprints" / "1_main.yaml").write_text("desk__main:\n\nnosuch__main:\n")
    with pytest.raises(InputError, match=r"1_main\.yaml:3"):
        execute(home, pipe.url, Prepared(repos=["desk"]))

    assert Catalog(pipe, home.repos).services() == []
