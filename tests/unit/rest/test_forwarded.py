import pytest

from cockpit.rest.forwarded import Hop, asker, networks, origin

TRUSTED = networks(["10.0.0.0/8", "::1"])


def asked(peer, *hops):
    found = origin(peer, [Hop(*hop) for hop in hops], TRUSTED, "http")
    return found.source, found.scheme


def test_without_a_proxy_the_peer_asks():
    assert asked("192.0.2.1") == ("192.0.2.1", "http")


def test_a_stranger_may_say_what_it_likes():
    assert asked("192.0.2.1", ("127.0.0.1", "https")) == ("192.0.2.1", "http")


@pytest.mark.parametrize(
    "node", ["192.0.2.43", "192.0.2.43:47011", '"192.0.2.43:1"', " 192.0.2.43 "]
)
def test_a_trusted_proxy_is_believed(node):
    assert asked("10.0.0.5", (node, "https")) == ("192.0.2.43", "https")


def test_addresses_of_ipv6_stand_in_brackets():
    assert asked("::1", ("[2001:db8::17]:4711", "")) == ("2001:db8::17", "http")


def test_what_stands_before_the_first_stranger_counts_for_nothing():
    route = [("127.0.0.1", "https"), ("192.0.2.43", "http"), ("10.0.0.7", "")]

    assert asked("10.0.0.5", *route) == ("192.0.2.43", "http")


@pytest.mark.parametrize("node", ["unknown", "_hidden"])
def test_who_is_hidden_ends_the_way(node):
    assert asked("10.0.0.5", ("1.2.3.4", ""), (node, "https")) == (node, "https")


def test_a_hop_that_says_nothing_changes_nothing():
    assert asked("10.0.0.5", ("", "")) == ("10.0.0.5", "http")


@pytest.mark.parametrize("text", ["x", "10.0.0.1/8", ""])
def test_what_is_no_network_is_refused(text):
    with pytest.raises(ValueError):
        networks([text])


def test_two_headers_that_agree_are_believed():
    by_standard, by_others = [Hop("192.0.2.43:1", "https")], [Hop("1.1.1.1"), Hop("192.0.2.43")]

    assert asker("10.0.0.5", [by_standard, by_others], TRUSTED, "http").source == "192.0.2.43"
    assert asker("10.0.0.5", [[], by_others], TRUSTED, "http").source == "192.0.2.43"
    assert asker("10.0.0.5", [[], []], TRUSTED, "http").source == "10.0.0.5"


def test_a_client_cannot_name_itself_in_the_header_that_its_proxy_does_not_write():
    forged, written = [Hop("203.0.113.9")], [Hop("192.0.2.43")]

    assert asker("10.0.0.5", [forged, written], TRUSTED, "http") == Hop("10.0.0.5", "http")
    assert asker("10.0.0.5", [written, forged], TRUSTED, "http") == Hop("10.0.0.5", "http")
