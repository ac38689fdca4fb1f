"""The address of a POST, taken apart. Pure.

See: RFC 3986 §3; RFC 9110 §4.2 and §7.2.
"""

from urllib.parse import urlsplit

import msgspec

from cockpit.errors import InputError

_PORTS = {"http": 80, "https": 443}


class Destination(msgspec.Struct, frozen=True):
    """Whom a request goes to.

    Attributes:
        host: A name or an address, IPv6 without brackets.
        target: Path and query, as the request line has them.
    """

    scheme: str
    host: str
    port: int
    target: str

    @property
    def is_tls(self) -> bool:
        """Whether the connection is encrypted."""
        return self.scheme == "https"

    @property
    def authority(self) -> str:
        """What the header Host says: the port only when it is not the usual one."""
        return _authority(self.host, "" if self.port == _PORTS[self.scheme] else str(self.port))

    @property
    def origin(self) -> str:
        """What people are told of it: paths and queries may hold secrets."""
        return f"{self.scheme}://{self.authority}"


def parse(url: str) -> Destination:
    """Take an address apart.

    Raises:
        InputError: It is none of http or https, names a user, or has what no address has. The
            message does not repeat it.
    """
    if not isinstance(url, str) or not url.isascii() or not url.isprintable():
        raise InputError("post: an address is printable ASCII; write the rest as %C3%A9 and xn--…")
    if " " in url or "\\" in url:
        raise InputError("post: an address has no spaces and no backslashes")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        host.encode("idna")
    except ValueError:
        # Its message would repeat what stands in the address.
        raise InputError("post: the host or the port of the address is none") from None
    if parts.scheme not in _PORTS or not host:
        raise InputError("post: an address begins with http:// or https:// and a host")
    if "@" in parts.netloc:
        raise InputError("post: no user and password in an address; say them in headers")
    written = "" if port is None else str(port)
    # What is read one way here must not be read another way elsewhere.
    if port == 0 or parts.netloc.lower() != _authority(host, written):
        raise InputError("post: the host or the port of the address is none")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Destination(parts.scheme, host, port or _PORTS[parts.scheme], target)


def _authority(host: str, port: str) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"{name}:{port}" if port else name
