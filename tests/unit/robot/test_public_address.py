import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.robot.public_address import refusal

V4 = st.ip_addresses(v=4)
V6 = st.ip_addresses(v=6)


def networks(*texts):
    return [ipaddress.ip_network(text) for text in texts]


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "1.1.1.1", "172.15.0.1", "172.32.0.1", "100.63.255.255", "100.128.0.0", "192.0.1.1",
     "223.255.255.255", "2606:4700::1111", "2a00:1450:4001:80f::200e", "2001:4860:4860::8888"],
)  # fmt: skip
def test_public_addresses_may_be_reached(address):
    assert refusal(address) == ""


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("0.0.0.0", "this machine"),
        ("127.0.0.1", "this machine"),
        ("127.255.255.255", "this machine"),
        ("10.0.0.1", "private"),
        ("172.16.0.1", "private"),
        ("172.31.255.255", "private"),
        ("192.168.1.1", "private"),
        ("100.64.0.1", "a provider's own"),
        ("100.100.100.200", "a provider's own"),
        ("168.63.129.16", "a cloud's own"),
        ("169.254.169.254", "link-local"),
        ("192.0.0.192", "reserved"),
        ("192.0.2.1", "reserved"),
        ("192.88.99.1", "reserved"),
        ("198.19.0.1", "reserved"),
        ("198.51.100.1", "reserved"),
        ("203.0.113.1", "reserved"),
        ("224.0.0.1", "multicast"),
        ("240.0.0.1", "reserved"),
        ("255.255.255.255", "reserved"),
        ("::", "this machine"),
        ("::1", "this machine"),
        ("::7f00:1", "not public"),
        ("::ffff:127.0.0.1", "IPv4 inside IPv6"),
        ("::ffff:8.8.8.8", "IPv4 inside IPv6"),
        ("::ffff:0:7f00:1", "not public"),
        ("64:ff9b::7f00:1", "IPv4 inside IPv6"),
        ("64:ff9b:1::a00:1", "IPv4 inside IPv6"),
        ("2002:7f00:1::", "a tunnel to IPv4"),
        ("2001:0:7f00:1::", "reserved"),
        ("2001:db8::1", "reserved"),
        ("3fff::1", "reserved"),
        ("fc00::1", "private"),
        ("fd00:ec2::254", "private"),
        ("fe80::1", "link-local"),
        ("fe80::1%eth0", "link-local"),
        ("fec0::1", "not public"),
        ("ff02::1", "multicast"),
        ("5f00::1", "not public"),
        ("100::1", "not public"),
    ],
)
def test_what_is_not_public_is_refused_and_called_by_its_name(address, what):
    assert refusal(address) == f"{address} is {what}"


@given(V4 | V6)
def test_what_python_knows_to_be_no_public_host_is_refused(address):
    if not address.is_global or address.is_multicast:
        assert refusal(str(address))


@given(V4, st.sampled_from([0, 0xFFFF << 32, 0x64FF9B << 96, 0x64FF9B0001 << 80]))
def test_no_ipv4_address_is_reached_through_ipv6(address, prefix):
    assert refusal(str(ipaddress.IPv6Address(prefix | int(address))))


@given(V4)
def test_no_ipv4_address_is_reached_through_a_tunnel(address):
    assert refusal(str(ipaddress.IPv6Address(0x2002 << 112 | int(address) << 80)))
    assert refusal(str(ipaddress.IPv6Address(0x20010000 << 96 | int(address) ^ 0xFFFFFFFF)))


@given(V4 | V6, st.integers(0, 128))
def test_an_allowed_network_is_as_good_as_public_and_no_other_is(address, length):
    length = min(length, address.max_prefixlen)
    network = ipaddress.ip_network((address, length), strict=False)

    assert refusal(str(address), [network]) == ""
    assert refusal(str(address), networks("192.0.2.0/32", "2001:db8::/128")) == (
        "" if str(address) in ("192.0.2.0", "2001:db8::") else refusal(str(address))
    )


def test_an_allowed_ipv4_network_allows_no_ipv6_address_that_holds_it():
    assert refusal("127.0.0.1", networks("127.0.0.0/8")) == ""
    assert refusal("::ffff:127.0.0.1", networks("127.0.0.0/8")) != ""


@pytest.mark.parametrize("text", ["", "localhost", "127.1", "0x7f000001", "[::1]"])
def test_what_is_no_address_is_no_address(text):
    with pytest.raises(ValueError):
        refusal(text)
