"""What schemathesis loads before it asks."""

import itertools
import re

import hypothesis
import requests.adapters
import schemathesis
from hypothesis import strategies as st
from schemathesis.generation.stateful.state_machine import APIStateMachine

_NUMBERS = itertools.count(1)
_LONGEST_WAIT_S = 0.05


def from_another_address(_adapter, request, **_settings):
    # The guard makes an address wait that guesses tokens. Here they all come from one machine, and
    # nearly a hundred operations are asked with a wrong one, so each request has an address.
    n = next(_NUMBERS)
    request.headers["X-Forwarded-For"] = f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"


requests.adapters.HTTPAdapter.add_headers = from_another_address


def before_step(_machine, case):
    # Along a link it may put into the place of an id what the description forbids, even nothing
    # (`/events//why`, another address), and then miss what it just made. Such is asked, one operation
    # at a time, in the phases before, and in tests/unit/rest.
    told = case.operation.definition.raw["parameters"]
    patterns = {one["name"]: one["schema"].get("pattern", ".") for one in told}
    for name, value in (case.path_parameters or {}).items():
        if not re.search(patterns[name], str(value)):
            hypothesis.reject()


# Here and not in the hook below, which takes it for an error.
APIStateMachine.before_call = before_step


@schemathesis.hook
def before_call(context, case, kwargs):  # noqa: ARG001 - schemathesis gives them by name
    # Whoever asks for 30 s gets them: an hour of waiting for what does not come.
    wait = (case.query or {}).get("wait")
    if isinstance(wait, int | float) and wait > _LONGEST_WAIT_S:
        case.query["wait"] = _LONGEST_WAIT_S


schemathesis.openapi.media_type("application/x-sentry-envelope", st.binary())
