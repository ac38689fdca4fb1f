"""The description of the API: whole, and true of the server that gives it."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import openapi_spec_validator
import pytest

from bot_api import BotApi
from flows.product import Product

RULES = Path(__file__).parent / "api_description"
SECRET = {
    f"webhooks_{name}_secret": "s3cret" for name in ("github", "gitlab", "prometheus", "generic")
}


def description(desk: Product) -> bytes:
    url = f"http://{desk.addresses()['http']}/openapi.json"
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.read()


def token(desk: Product) -> str:
    return (desk.home / "run" / "token").read_text().strip()


def asked(desk: Product, *options: str, timeout_s: int) -> subprocess.CompletedProcess[str]:
    """Let schemathesis ask every operation, from a process that gevent did not patch."""
    return subprocess.run(
        [
            Path(sys.executable).with_name("st"),
            *("--config-file", RULES / "schemathesis.toml"),
            *("run", f"http://{desk.addresses()['http']}/openapi.json", "--no-color"),
            *("--header", f"Authorization: Bearer {token(desk)}", "--output-sanitize", "false"),
            *options,
        ],
        cwd=desk.home.parent,
        env=os.environ | {"SCHEMATHESIS_HOOKS": str(RULES / "hooks.py")},
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )


@pytest.fixture
def desk(cockpit: Callable[..., Product], bot_api: BotApi) -> Product:
    made = cockpit(
        http_trusted_proxies="127.0.0.1",
        webhooks_sentry_keys="s3cret",
        telegram_api_url=bot_api.url,
        **SECRET,
    )
    return made.start(example="helpdesk")


def test_it_is_openapi_and_every_process_gives_the_same(cockpit: Callable[..., Product]):
    first, second = (description(cockpit(home).start()) for home in ("one", "two"))

    openapi_spec_validator.validate(json.loads(first))
    assert first == second


@pytest.mark.timeout(400)
def test_it_is_true_of_the_running_server(desk: Product):
    done = asked(desk, "--max-examples=25", "--generation-deterministic", timeout_s=360)

    assert done.returncode == 0, done.stdout + done.stderr + desk.errors()
    assert '"bug_found"' not in desk.errors()


@pytest.mark.long
@pytest.mark.timeout(2000)
def test_it_is_true_of_the_running_server_whatever_is_asked(desk: Product):
    done = asked(desk, "--max-examples=500", timeout_s=1900)

    assert done.returncode == 0, done.stdout + done.stderr + desk.errors()
    assert '"bug_found"' not in desk.errors()
