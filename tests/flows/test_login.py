"""Somebody without a token logs in at the identity provider, and comes in with what it gives."""

import http.client
import json
from collections.abc import Callable, Iterator

import pytest

from flows.product import Product
from provider import CLIENT, ORGANISATION, SECRET, Provider


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()
    yield made
    made.close()


@pytest.fixture
def desk(cockpit: Callable[..., Product], provider: Provider) -> Product:
    made = cockpit(
        jwt_issuer="itsyouonline",
        jwt_audience=ORGANISATION,
        jwt_organisation=ORGANISATION,
        jwt_key=f"{cockpit().home.parent}/provider.pem",
        jwt_authorize_url=f"{provider.url}/authorize",
        jwt_token_url=f"{provider.url}/token",
        jwt_client_id=CLIENT,
        jwt_client_secret=SECRET,
    )
    (made.home.parent / "provider.pem").write_bytes(provider.key)
    return made.start()


def get(desk: Product, path: str, **headers: str) -> tuple[int, http.client.HTTPMessage, dict]:
    connection = http.client.HTTPConnection(desk.addresses()["http"], timeout=30)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        octets = answer.read()
        return answer.status, answer.headers, json.loads(octets) if octets else {}
    finally:
        connection.close()


def test_a_member_logs_in_once_and_may_ask(desk: Product, provider: Provider):
    status, headers, _ = get(desk, "/oauth/login")
    assert status == 302
    cookie = headers["Set-Cookie"].partition(";")[0]
    back = provider.let_in(headers["Location"])
    assert back.startswith(f"http://{desk.addresses()['http']}/oauth/callback?")
    path = back.removeprefix(f"http://{desk.addresses()['http']}")

    assert get(desk, path)[0] == 400
    status, _, granted = get(desk, path, Cookie=cookie)
    assert status == 200
    token = granted["token"]
    assert get(desk, "/status", Authorization=f"Bearer {token}")[0] == 200
    assert get(desk, "/tokens", Authorization=f"Bearer {token}")[0] == 403
    assert get(desk, path, Cookie=cookie)[0] == 400


def test_the_secret_is_not_shown(desk: Product):
    shown = desk.run("config", "show")

    assert "client_secret" in shown.stdout
    assert SECRET not in shown.stdout
