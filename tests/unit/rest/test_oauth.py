from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import falcon.testing
import pytest

from cockpit.access.jwt import Jwt, Terms
from cockpit.access.oauth import Oauth
from cockpit.access.oauth import Provider as Registered
from cockpit.errors import OpsError
from cockpit.rest import application
from provider import CLIENT, ORGANISATION, SECRET, Provider

CALLBACK = "/oauth/callback"


@pytest.fixture
def provider():
    made = Provider()
    yield made
    made.close()


@pytest.fixture
def redirect():
    """Where people are sent back to."""
    return ["http://falconframework.org/oauth/callback"]


@pytest.fixture
def browser(provider, rooms, pipe, redirect, reported):
    """A stranger at a cockpit that knows the provider."""
    terms = Terms(
        issuer="itsyouonline",
        audience=ORGANISATION,
        organisation=ORGANISATION,
        key=provider.key,
        algorithms=("ES384",),
        scope="operate",
    )
    registered = Registered(
        authorize_url=f"{provider.url}/authorize",
        token_url=f"{provider.url}/token",
        client_id=CLIENT,
        client_secret=SECRET,
        redirect_url=lambda: redirect[0],
        scope="user:memberof:ops",
    )
    way = Oauth(registered, pipe, Jwt(terms))
    return falcon.testing.TestClient(
        application(replace(rooms, oauth=lambda: way), report=reported.append)
    )


def away(browser):
    """Go to the provider; returns where it is, and the cookie."""
    answer = browser.simulate_get("/oauth/login")
    assert answer.status_code == 302
    return answer.headers["Location"], answer.cookies["cockpit_oauth"]


def back(browser, url, cookie, **more):
    query = dict(parse_qsl(urlsplit(url).query)) | more
    cookies = {"cockpit_oauth": cookie} if cookie else {}
    return browser.simulate_get(CALLBACK, params=query, cookies=cookies)


def test_a_member_gets_a_token(browser, provider):
    url, cookie = away(browser)
    answer = back(browser, provider.let_in(url), cookie.value)

    assert answer.status_code == 200
    assert answer.json["token"].count(".") == 2
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.cookies["cockpit_oauth"].value == ""


@pytest.mark.parametrize(
    ("url", "is_secure"), [("https://cockpit.example.org/oauth/callback", True), ("http://x", None)]
)
def test_the_cookie_is_for_this_alone(browser, redirect, url, is_secure):
    redirect[0] = url
    _, cookie = away(browser)

    assert (cookie.http_only, cookie.secure, cookie.path) == (True, is_secure or False, "/oauth")
    assert (cookie.same_site, cookie.max_age) == ("Lax", 600)


def test_a_state_that_was_used_is_refused(browser, provider):
    url, cookie = away(browser)
    once = provider.let_in(url)
    answers = [back(browser, once, cookie.value) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 400]
    assert "used already" in answers[1].json["detail"]


def test_a_link_to_somebody_elses_login_is_refused(browser, provider):
    url, _ = away(browser)
    _, other = away(browser)
    once = provider.let_in(url)

    assert back(browser, once, None).status_code == 400
    assert back(browser, once, other.value).status_code == 400
    assert back(browser, once, "ä").status_code == 400
    assert provider.asked == []


def test_a_state_is_needed(browser):
    assert browser.simulate_get(CALLBACK, query_string="code=x").status_code == 400


def test_who_is_no_member_stays_out(browser, provider):
    provider.claims = {"scope": "user:memberof:dev"}
    url, cookie = away(browser)
    answer = back(browser, provider.let_in(url), cookie.value)

    assert (answer.status_code, "no" in answer.json["detail"]) == (401, True)


def test_what_the_provider_says_is_told(browser, provider):
    url, cookie = away(browser)
    provider.let_in(url)
    state = dict(parse_qsl(urlsplit(url).query))["state"]
    answer = browser.simulate_get(
        CALLBACK,
        params={"state": state, "error": "access_denied", "error_description": "x"},
        cookies={"cockpit_oauth": cookie.value},
    )

    assert (answer.status_code, "access_denied" in answer.json["detail"]) == (401, True)


def test_trouble_of_the_provider_is_ours_to_know(browser, provider, reported):
    provider.answer = (500, b"{}")
    url, cookie = away(browser)
    answer = back(browser, provider.let_in(url), cookie.value)

    assert (answer.status_code, "500" in answer.json["detail"]) == (503, False)
    assert [str(error) for error in reported] == ["the provider answers 500"]
    assert isinstance(reported[0], OpsError)


def test_nobody_fills_the_memory_with_logins(browser):
    answers = [browser.simulate_get("/oauth/login").status_code for _ in range(21)]

    assert answers == [302] * 20 + [429]


@pytest.mark.parametrize("path", ["/oauth/login", f"{CALLBACK}?state=x&code=y"])
def test_without_a_provider_there_is_nothing(stranger, path):
    assert stranger.simulate_get(path).status_code == 404
