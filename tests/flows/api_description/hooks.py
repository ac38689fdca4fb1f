"""What schemathesis loads before it asks."""

import itertools

import requests.adapters
import schemathesis
from hypothesis import strategies as st

_NUMBERS = itertools.count(1)
_LONGEST_WAIT_S = 0.05


def from_another_address(_adapter, request, **_settings):
    # The guard makes an address wait that guesses tokens. Here they all come from one machine, and
    # nearly a hundred operations are asked with a wrong one, so each request has an address.
    n = next(_NUMBERS)
    request.headers["X-Forwarded-For"] = f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"


requests.adapters.HTTPAdapter.add_headers = from_another_address


@schemathesis.hook
def before_call(context, case, kwargs):  # noqa: ARG001 - schemathesis gives them by name
    # Whoever asks for 30 s gets them: an hour of waiting for what does not come.
    wait = (case.query or {}).get("wait")
    if isinstance(wait, int | float) and wait > _LONGEST_WAIT_S:
        case.query["wait"] = _LONGEST_WAIT_S


schemathesis.openapi.media_type("application/x-sentry-envelope", st.binary())
