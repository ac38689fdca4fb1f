"""Asks the running cockpit: its REST, with the token of its home or the one of the environment."""

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
import urllib3

from cockpit.errors import InputError, OpsError

_TIMEOUT_S = 60.0
_LONGEST_PAGE = 1000
_NEXT = re.compile(r"<([^>]+)>; *rel=\"?next\"?")


class AwayError(OpsError):
    """None answers, or it cannot now: the same may work in a moment."""


class Client:
    """A cockpit's REST; whatever it refuses is an OpsError with its reason.

    Args:
        url: Where it answers, `http://127.0.0.1:8080`.
        token: A bearer token of it; white space around it does not count.
        is_own: It is that of a home on this machine.

    Raises:
        InputError: The address or the token cannot be one.
    """

    def __init__(self, url: str, token: str, *, is_own: bool = False) -> None:
        if not url.startswith(("http://", "https://")):
            raise InputError(f"--url: {url!r} does not begin with http:// or https://")
        if not (token.strip().isascii() and token.strip().isprintable()):
            raise InputError("COCKPIT_TOKEN: a token has printable ASCII characters only")
        self._url = url
        self._token = token.strip()
        self._pool = urllib3.PoolManager(timeout=_TIMEOUT_S, retries=False, **_trust(is_own))

    def get(self, path: str, **query: object) -> Any:
        """Ask for something; parameters that are empty are left out."""
        return self._ask("GET", path, query=_given(query))

    def list(self, path: str, limit: int, **query: object) -> list[Any]:
        """Ask for rows, page by page, until there are as many, or no more."""
        page = min(limit, _LONGEST_PAGE)
        answer = self._send("GET", path, query=_given(query | {"limit": page}))
        rows: list[Any] = _read(answer.status, answer.data)
        while len(rows) < limit and (found := _NEXT.match(answer.headers.get("Link", ""))):
            answer = self._send("GET", found[1])
            rows += _read(answer.status, answer.data)
        return rows[:limit]

    def post(
        self, path: str, body: bytes = b"", kind: str = "application/json", **fields: object
    ) -> Any:
        """Send bytes, or a JSON object of the fields; those that are empty are left out."""
        return self._ask("POST", path, body=body or _object(_given(fields)), kind=kind)

    def put(self, path: str, **fields: object) -> Any:
        """Write something; only fields that are None are left out: empty ones clear."""
        given = {name: value for name, value in fields.items() if value is not None}
        return self._ask("PUT", path, body=_object(given))

    def delete(self, path: str, **query: object) -> Any:
        """Remove something; parameters that are empty are left out."""
        return self._ask("DELETE", path, query=_given(query))

    def stream(self, path: str, *, last: str = "", **query: object) -> Iterator[bytes]:
        """Yield an answer that does not end by itself, piece by piece as it comes.

        Args:
            last: The id that was seen last (`Last-Event-ID`); "" is none.

        Raises:
            AwayError: The connection broke, or nobody says anything any more.
        """
        headers = {"Last-Event-ID": last} if last else {}
        with self._send("GET", path, query=_given(query), headers=headers, whole=False) as answer:
            if answer.status >= HTTPStatus.BAD_REQUEST:
                _read(answer.status, answer.data)
            try:
                yield from answer.stream()
            except urllib3.exceptions.HTTPError as error:
                raise AwayError(f"{self._url} hung up ({_reason(error)})") from error

    def _ask(self, method: str, path: str, **told: Any) -> Any:
        answer = self._send(method, path, **told)
        return _read(answer.status, answer.data)

    def _send(
        self,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        kind: str = "application/json",
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        whole: bool = True,
    ) -> urllib3.BaseHTTPResponse:
        fields = {name: str(value) for name, value in (query or {}).items()}
        address = self._url.rstrip("/") + path
        if fields:
            address += "?" + urlencode(fields)
        told = {"Authorization": f"Bearer {self._token}", **(headers or {})}
        if body:
            told["Content-Type"] = kind
        try:
            answer = self._pool.request(
                method, address, body=body or None, headers=told, preload_content=whole
            )
        except urllib3.exceptions.LocationValueError as error:
            raise InputError(f"--url: {self._url!r} is not the address of a host") from error
        except urllib3.exceptions.HTTPError as error:
            raise AwayError(
                f"no cockpit answers at {self._url} ({_reason(error)}): `cockpit start` starts one"
            ) from error
        if answer.status == HTTPStatus.UNAUTHORIZED:
            raise OpsError(f"{self._url} refuses the token; COCKPIT_TOKEN gives one with --url")
        return answer


def _trust(is_own: bool) -> dict[str, Any]:
    if not is_own:
        return {}
    # SECURITY: the address comes from a file that only the home's owner writes, and leads to this
    # machine; its certificate is made out to a name by which others know it.
    urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    return {"cert_reqs": "CERT_NONE", "assert_hostname": False}


def _read(status: int, data: bytes) -> Any:
    try:
        found = msgspec.json.decode(data) if data else None
    except msgspec.DecodeError as error:
        raise OpsError(f"the answer ({status}) is no JSON: {data[:200]!r}") from error
    if status < HTTPStatus.BAD_REQUEST:
        return found
    said = found if isinstance(found, dict) else {}
    # Whatever was refused, the command line could be read: it is no wrong usage.
    kind = AwayError if status == HTTPStatus.SERVICE_UNAVAILABLE else OpsError
    raise kind(str(said.get("detail") or said.get("title") or f"the answer is {status}"))


def _given(query: Mapping[str, object]) -> dict[str, object]:
    return {k: v for k, v in query.items() if v not in ("", None)}


def _object(fields: Mapping[str, object]) -> bytes:
    return msgspec.json.encode(fields) if fields else b""


def _reason(error: Exception) -> str:
    return str(getattr(error, "reason", error)).rpartition(": ")[2]


def segment(name: str) -> str:
    """Return a name or an id as one part of a path, whatever is in it.

    Raises:
        InputError: It is empty, or leads elsewhere (`..`): the address would be another one.
    """
    if not name.strip():
        raise InputError("an id is needed, not an empty word")
    if {".", ".."}.intersection(name.split("/")):
        raise InputError(f"{name!r:.80} is no name: it would be a path")
    return quote(name, safe="")


def local(home: Path) -> Client:
    """Return the client of the cockpit that runs in a home.

    Raises:
        OpsError: None runs there.
    """
    address, scheme = door(home, "http"), door(home, "scheme")
    try:
        token = (home / "run" / "token").read_text(encoding="ascii")
    except OSError as error:
        raise OpsError(f"cannot read {error.filename}: {error.strerror}") from error
    return Client(f"{scheme}://{address}", token, is_own=True)


def door(home: Path, name: str) -> str:
    """Return where a door (`smtp`, `http`) of a home's cockpit is, as `host:port`, or its `scheme`.

    Raises:
        OpsError: None runs there, or it does not say.
    """
    path = home / "run" / "addresses.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, str])[name]
    except (FileNotFoundError, NotADirectoryError) as error:
        raise AwayError(f"no cockpit is running in {home}: `cockpit start` starts one") from error
    except OSError as error:
        raise OpsError(f"cannot read {path}: {error.strerror}") from error
    except (msgspec.DecodeError, KeyError) as error:
        raise OpsError(f"{path} does not tell where {name} is: start the cockpit again") from error
