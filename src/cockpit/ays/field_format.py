"""The forms that text of a schema field must have: an address, a date, a piece of YAML.

Each check takes text and answers; the text is kept as it was written. All are linear in time.
"""

import datetime as dt
import ipaddress
import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

import msgspec
import yaml

from cockpit.ays import duration

_EMAIL = re.compile(r'[^\s@<>()\[\],;:"\\]{1,64}@[\w-]+(?:\.[\w-]+)*')
_GUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_TEL = re.compile(r"\+?[0-9 ()./-]+")
_TEL_DIGITS = range(3, 21)
_MAX_EMAIL = 254


class Format(NamedTuple):
    """A form of text: `fits` says no by False or by ValueError; `advice` tells what to write."""

    fits: Callable[[str], bool]
    advice: str


def _is_email(text: str) -> bool:
    return len(text) <= _MAX_EMAIL and _EMAIL.fullmatch(text) is not None


def _is_tel(text: str) -> bool:
    n_digits = sum(char.isdigit() for char in text)
    return n_digits in _TEL_DIGITS and _TEL.fullmatch(text) is not None


def _is_ip_address(text: str) -> bool:
    ipaddress.ip_address(text)
    return True


def _is_ip_range(text: str) -> bool:
    first, dash, last = (part.strip() for part in text.partition("-"))
    if not dash:
        ipaddress.ip_network(text, strict=False)
        return True
    low, high = ipaddress.ip_address(first), ipaddress.ip_address(last)
    return low.version == high.version and int(low) <= int(high)


def _is_guid(text: str) -> bool:
    return _GUID.fullmatch(text) is not None


def _is_date(text: str) -> bool:
    dt.datetime.fromisoformat(text.replace("/", "-"))
    return True


def _is_duration(text: str) -> bool:
    duration.parse(text)
    return True


def _is_json(text: str) -> bool:
    try:
        msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def _is_yaml(text: str) -> bool:
    try:
        for _ in yaml.compose_all(text, yaml.SafeLoader):
            pass
    except (yaml.YAMLError, RecursionError):
        return False
    return True


FORMATS: Final[Mapping[str, Format]] = {
    "email": Format(_is_email, "write it as ann@example.org"),
    "tel": Format(_is_tel, "write it as +32 9 324 20 00"),
    "ipaddr": Format(_is_ip_address, "write it as 192.0.2.7 or 2001:db8::7"),
    "iprange": Format(_is_ip_range, "write it as 192.0.2.0/24 or 192.0.2.1-192.0.2.9"),
    "guid": Format(_is_guid, "write it as 8-4-4-4-12 hexadecimal digits"),
    "date": Format(_is_date, "write it as 2016-05-04 or 2016-05-04T10:00:00"),
    "duration": Format(_is_duration, "write it as 10s, 1m, 24h, 2d or 1w"),
    "json": Format(_is_json, "it does not parse"),
    "yaml": Format(_is_yaml, "it does not parse"),
}
"""The types that are text of a certain form."""


def is_fit(text: str, type_: str) -> bool:
    """Tell whether the text has the form of its type; other types take every text."""
    form = FORMATS.get(type_)
    if form is None:
        return True
    try:
        return form.fits(text)
    except ValueError:
        return False
