"""Which addresses of the network anybody may be sent to: those of the public Internet. Pure.

SECURITY: whoever chooses an address could otherwise have the robot reach this machine, its network,
or the cloud's own services. What is not known to be public is refused.

See: the IANA registries of special-purpose addresses for IPv4 and IPv6 (RFC 6890).
"""

import ipaddress
from collections.abc import Sequence

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_V4 = {
    "0.0.0.0/8": "this machine",
    "10.0.0.0/8": "private",
    "100.64.0.0/10": "a provider's own",
    "127.0.0.0/8": "this machine",
    "168.63.129.16/32": "a cloud's own",
    "169.254.0.0/16": "link-local",
    "172.16.0.0/12": "private",
    "192.0.0.0/24": "reserved",
    "192.0.2.0/24": "reserved",
    "192.88.99.0/24": "reserved",
    "192.168.0.0/16": "private",
    "198.18.0.0/15": "reserved",
    "198.51.100.0/24": "reserved",
    "203.0.113.0/24": "reserved",
    "224.0.0.0/4": "multicast",
    "240.0.0.0/4": "reserved",
}
# The public part of IPv6, and what is special inside it. All else is refused: also what holds an
# IPv4 address (::ffff:0:0/96, 64:ff9b::/96) and could lead to one of the above.
_V6_PUBLIC = ipaddress.ip_network("2000::/3")
_V6 = {
    "2001::/23": "reserved",
    "2001:db8::/32": "reserved",
    "2002::/16": "a tunnel to IPv4",
    "3fff::/20": "reserved",
}
_V6_OTHER = {
    "::/128": "this machine",
    "::1/128": "this machine",
    "::ffff:0:0/96": "IPv4 inside IPv6",
    "64:ff9b::/96": "IPv4 inside IPv6",
    "64:ff9b:1::/48": "IPv4 inside IPv6",
    "fc00::/7": "private",
    "fe80::/10": "link-local",
    "ff00::/8": "multicast",
}
_SPECIAL = tuple((ipaddress.ip_network(net), what) for net, what in (_V4 | _V6 | _V6_OTHER).items())


def refusal(address: str, allowed: Sequence[Network] = ()) -> str:
    """Return what an address is instead of public, as `10.0.0.1 is private`; "" for a public one.

    Args:
        address: IPv4 or IPv6, as the resolver gives it.
        allowed: Networks that are taken for public.

    Raises:
        ValueError: It is no address.
    """
    found = ipaddress.ip_address(address)
    if any(found in network for network in allowed):
        return ""
    for network, what in _SPECIAL:
        if found in network:
            return f"{address} is {what}"
    if found.version == 6 and found not in _V6_PUBLIC:  # noqa: PLR2004 - of the protocol
        return f"{address} is not public"
    return ""
