"""Asks the running cockpit: its REST, with the token of its home or the one of the environment."""

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec
import urllib3

from cockpit.errors import InputError, OpsError

_TIMEOUT_S = 60.0
_WRONG = (400, 413, 415)


class Client:
    """A cockpit's REST.

    Args:
        url: Where it answers, `http://127.0.0.1:8080`.
    """

    def __init__(self, url: str, token: str) -> None:
        self._url = url.rstrip("/")
        self._token = token
        self._pool = urllib3.PoolManager(timeout=_TIMEOUT_S, retries=False)

    def get(self, path: str, **query: object) -> Any:
        """Ask for something; parameters that are empty are left out."""
        return self._ask("GET", path, query=query)

    def post(
        self, path: str, body: bytes = b"", kind: str = "application/json", **query: object
    ) -> Any:
        """Send something."""
        return self._ask("POST", path, body=body, kind=kind, query=query)

    def delete(self, path: str) -> Any:
        """Remove something."""
        return self._ask("DELETE", path)

    def _ask(
        self,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        kind: str = "application/json",
        query: Mapping[str, object] | None = None,
    ) -> Any:
        fields = {k: str(v) for k, v in (query or {}).items() if v not in ("", None)}
        address = self._url + path
        if fields:
            address += "?" + urlencode(fields)
        headers = {"Authorization": f"Bearer {self._token}"}
        if body:
            headers["Content-Type"] = kind
        try:
            answer = self._pool.request(method, address, body=body or None, headers=headers)
        except urllib3.exceptions.HTTPError as error:
            raise OpsError(f"no cockpit answers at {self._url}: {_reason(error)}") from error
        return _read(answer.status, answer.data)


def _read(status: int, data: bytes) -> Any:
    try:
        found = msgspec.json.decode(data) if data else None
    except msgspec.DecodeError as error:
        raise OpsError(f"the answer ({status}) is no JSON: {data[:200]!r}") from error
    if status < HTTPStatus.BAD_REQUEST:
        return found
    detail = found.get("detail") or found.get("title") if isinstance(found, dict) else found
    if status in _WRONG:
        raise InputError(str(detail))
    raise OpsError(str(detail))


def _reason(error: Exception) -> str:
    return str(getattr(error, "reason", error)).rpartition(": ")[2]


def local(home: Path) -> Client:
    """Return the client of the cockpit that runs in a home.

    Raises:
        OpsError: None runs there.
    """
    try:
        address = addresses(home)["http"]
        token = (home / "run" / "token").read_text(encoding="ascii")
    except OSError as error:
        raise OpsError(f"cannot read {error.filename}: {error.strerror}") from error
    return Client(f"http://{address}", token)


def addresses(home: Path) -> dict[str, str]:
    """Return where the doors of a home's cockpit are.

    Raises:
        OpsError: None runs there.
    """
    try:
        raw = (home / "run" / "addresses.json").read_bytes()
    except FileNotFoundError as error:
        raise OpsError(f"no cockpit runs in {home}: `cockpit start` starts it") from error
    return msgspec.json.decode(raw, type=dict[str, str])
