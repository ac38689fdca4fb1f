"""Who asks, when a proxy asks for them: believed only of proxies that are configured. Pure.

See: RFC 7239 §5.2, §5.4 and §8.1.
"""

import ipaddress
from collections.abc import Iterable, Sequence

import msgspec

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Hop(msgspec.Struct, frozen=True):
    """What one proxy said of who asked it; "" is what it did not say."""

    source: str = ""
    scheme: str = ""


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Return networks by their texts: `10.0.0.5`, `10.0.0.0/8`, `::1`.

    Raises:
        ValueError: One is none.
    """
    return tuple(ipaddress.ip_network(text.strip()) for text in texts)


def origin(peer: str, hops: Sequence[Hop], trusted: Sequence[Network], scheme: str) -> Hop:
    """Return who asked first, as far as everybody on the way is trusted.

    Args:
        peer: The address at the other end of the connection.
        hops: What the proxies said, the nearest last.
        scheme: Of the connection.
    """
    found = Hop(peer, scheme)
    for hop in reversed(hops):
        if not _is_in(found.source, trusted):
            break
        found = Hop(_address(hop.source) or found.source, hop.scheme or found.scheme)
    return found


def asker(peer: str, told: Iterable[Sequence[Hop]], trusted: Sequence[Network], scheme: str) -> Hop:
    """Return who asked first, by each header that a proxy may have written.

    SECURITY: a proxy that writes one of them passes the other on as the client sent it. Which of
    two that disagree is the proxy's, nobody knows: then the proxy itself has asked.

    Args:
        told: What each of the headers says; one that is not there says nothing.
    """
    found = {origin(peer, hops, trusted, scheme).source: hops for hops in told if hops}
    if len(found) > 1:
        return Hop(peer, scheme)
    return origin(peer, next(iter(found.values()), ()), trusted, scheme)


def _is_in(address: str, trusted: Sequence[Network]) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False  # `unknown`, or a name that only the proxy knows.
    return any(found in network for network in trusted)


def _address(node: str) -> str:
    """Take the port off a node: `192.0.2.43:47011`, `[2001:db8::17]:4711`."""
    node = node.strip().strip('"')
    if node.startswith("["):
        return node[1:].partition("]")[0]
    return node.partition(":")[0] if node.count(":") == 1 else node
