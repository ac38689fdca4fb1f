import pytest

from builders import a_repository
from cockpit.app.banner import banner
from cockpit.app.home import Home
from cockpit.app.setup import Prepared
from cockpit.robot import Catalog

ADDRESSES = {"smtp": "127.0.0.1:2525", "http": "127.0.0.1:8080", "scheme": "http"}
HRD = "events.email = notify, escalate\nevents.alarm = count\n"


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


@pytest.fixture
def shown(pipe, home):
    """Give a function that returns the banner over what is in the home's repositories."""
    return lambda **made: banner(home, Catalog(pipe, home.repos), ADDRESSES, Prepared(**made))


def test_a_door_that_speaks_tls_is_told_so(pipe, home):
    addresses = ADDRESSES | {"scheme": "https"}

    assert "https://127.0.0.1:8080" in banner(
        home, Catalog(pipe, home.repos), addresses, Prepared()
    )


def test_home_and_doors_are_told(shown, home):
    text = shown()

    assert text.startswith(f"Cockpit is ready; its home is {home.path}\n")
    assert "mail comes in at     127.0.0.1:2525" in text
    assert "REST answers at      http://127.0.0.1:8080, try it at /docs" in text


def test_it_says_that_no_mail_leaves_and_ends_with_what_to_try(shown):
    text = shown()

    assert "no mail leaves this machine" in text
    assert text.splitlines()[-1] == '  try next:  ./cockpit try mail --subject "disk full"'


def test_without_services_it_says_so(shown):
    assert "  no service listens to anything yet" in shown().splitlines()


def test_who_listens_to_what_has_a_line_for_each_type(shown, pipe, home):
    a_repository(home.repos, {"desk": {"service.hrd": HRD}})
    Catalog(pipe, home.repos).execute("desk")
    lines = shown().splitlines()
    first = lines.index("  who listens to what:") + 1

    assert sorted(lines[first : first + 2]) == [
        "    desk: desk!main on alarm: count",
        "    desk: desk!main on email: notify, escalate",
    ]
    assert "no service" not in "\n".join(lines)


def test_what_cannot_be_read_is_told_with_file_and_line(shown, home):
    a_repository(home.repos, {"desk": {"schema.hrd": "oncall = type:nosuch\n"}})
    (problem,) = [line for line in shown().splitlines() if "problem: " in line]

    assert problem.startswith("  problem: desk: ")
    assert "schema.hrd:1" in problem


def test_warnings_of_the_blueprints_are_told(shown):
    assert "  warning: 2_odd.yaml:1: odd" in shown(warnings=["2_odd.yaml:1: odd"]).splitlines()


def test_a_new_token_is_shown_and_an_old_one_never(shown):
    assert "  admin token (shown once): t0ken" in shown(token="t0ken").splitlines()
    assert "admin token" not in shown()
