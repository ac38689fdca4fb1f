"""The forms a setting's text can take, and what each is worth.

A form knows how to complete "expected …" in an error, and refuses a text by ValueError.
"""

import ipaddress
import re
import zoneinfo
from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from cockpit.ays import duration

_SIZE_UNITS = {"": 1, "b": 1, "kb": 1024, "mb": 1024**2, "gb": 1024**3, "tb": 1024**4}
_HIGHEST_PORT = 65535


class Form(msgspec.Struct, frozen=True):
    """A form of text; stands in a setting's annotation."""

    expected: str
    parse: Callable[[str], object]


class Address(msgspec.Struct, frozen=True):
    """Where a door listens; port 0 means any free one."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_size(text: str) -> int:
    """Return bytes: `25mb`, `512 KB`, `1gb` (steps of 1024) or a plain number.

    Raises:
        ValueError: No such size, or zero.
    """
    found = re.fullmatch(r"(\d+)\s*([kmgt]?b|)", text.strip().lower(), re.ASCII)
    size_bytes = int(found[1]) * _SIZE_UNITS[found[2]] if found else 0
    if size_bytes == 0:
        raise ValueError(f"no size: {text!r}")
    return size_bytes


def parse_address(text: str) -> Address:
    """Return the address of `host:port`; an IPv6 host stands in brackets.

    Raises:
        ValueError: No host, or no port from 0 to 65535.
    """
    found = re.fullmatch(r"(?:\[([0-9a-fA-F:.%\w]+)\]|([^\s:\[\]/]+)):(\d{1,5})", text, re.ASCII)
    if not found or int(found[3]) > _HIGHEST_PORT:
        raise ValueError(f"no address: {text!r}")
    return Address(found[1] or found[2], int(found[3]))


def parse_duration(text: str) -> float:
    """Return seconds, more than zero.

    Raises:
        ValueError: No duration, or zero.
    """
    return duration.parse_period(text)


def mask_password(text: str) -> str:
    """Return a link with the user and password before its host hidden."""
    return re.sub(r"//[^/\s]*@", "//***@", text)


def _parse_link(text: str, schemes: tuple[str, ...]) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in schemes or not (parts.netloc or parts.path.strip("/"))):
        raise ValueError(f"no link: {text!r}")
    return text


def _parse_zone(text: str) -> str:
    try:
        zoneinfo.ZoneInfo(text or "UTC")
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"no time zone: {text!r}") from error
    return text


def _parse_name(text: str) -> str:
    if not text or text != text.strip() or not text.isprintable():
        raise ValueError(f"no name: {text!r}")
    return text


def parse_level(text: str) -> tuple[float, str]:
    """Return seconds and a name: `0m oncall`, `15m leads`.

    Raises:
        ValueError: No duration, or nobody.
    """
    time, _, who = text.strip().partition(" ")
    if not who.strip():
        raise ValueError(f"nobody: {text!r}")
    return duration.parse(time), who.strip()


SIZE = Form("a size such as 25mb or 2gb", parse_size)
ADDRESS = Form("an address such as 127.0.0.1:2525", parse_address)
DURATION = Form("a duration such as 30s, 10m or 24h", parse_duration)
ZONE = Form('a time zone such as Europe/Brussels, or "" for this machine\'s', _parse_zone)
NAME = Form("a name", _parse_name)
NETWORK = Form("a network such as 10.0.0.0/8 or 10.0.0.5", ipaddress.ip_network)
WEB_LINK = Form(
    'a link such as https://cockpit.example.org/stor, or ""',
    lambda text: _parse_link(text, ("http", "https")),
)
REDIS_LINK = Form(
    'a link such as redis://10.0.0.5:6379/0, or ""',
    lambda text: _parse_link(text, ("redis", "rediss", "unix")),
)

LEVEL = Form("a time and who, such as 15m oncall", parse_level)
LevelText = Annotated[str, LEVEL]
AddressText = Annotated[str, ADDRESS]
DurationText = Annotated[str, DURATION]
SizeText = Annotated[str, SIZE]
NameText = Annotated[str, NAME]
NetworkText = Annotated[str, NETWORK]

LIVE = Meta(extra={"live": True})
"""Stands in the annotation of a setting that follows the file while a cockpit runs."""
