import pytest

from cockpit.access import senders
from cockpit.access.senders import Webhooks
from cockpit.eco import Node
from cockpit.rest.webhooks import Delivery, UnverifiedError
from cockpit.rest.webhooks.sources import sentry_source, source

OPEN = Webhooks(
    github=senders.Github(secret="s"),
    gitlab=senders.Gitlab(signing_secret="whsec_AAAA"),
    alertmanager=senders.Alertmanager(secret="s"),
    grafana=senders.Grafana(token="s"),
    prometheus=senders.Prometheus(secret="s"),
    standard=senders.Standard(secret="whsec_AAAA"),
    cloudevents=senders.Cloudevents(secret="s"),
    generic=senders.Generic(secret="s"),
    sentry=senders.Sentry(keys=("k",)),
)
NODE = Node(7, 9)
NAMES = [name for name in Webhooks.__struct_fields__ if name != "sentry"]


@pytest.mark.parametrize("name", NAMES)
def test_without_its_secret_a_source_is_closed(name):
    assert source(name, Webhooks()) is None


@pytest.mark.parametrize("name", NAMES)
def test_with_its_secret_a_source_asks_for_it(name):
    opened = source(name, OPEN)

    with pytest.raises(UnverifiedError):
        opened.verify(Delivery(headers={}))


@pytest.mark.parametrize(
    "name", ["alertmanager", "cloudevents", "generic", "grafana", "prometheus"]
)
def test_who_says_the_secret_is_let_in(name):
    source(name, OPEN).verify(Delivery(headers={"authorization": "Bearer s"}))


@pytest.mark.parametrize("name", ["", "sentry", "git", "GITHUB", "__class__"])
def test_a_name_that_is_none_is_no_source(name):
    assert source(name, OPEN) is None


@pytest.mark.parametrize("keys", [(), ("",)])
def test_sentry_is_closed_without_keys(keys):
    assert sentry_source(Webhooks(sentry=senders.Sentry(keys=keys)), "7", "store", NODE) is None


@pytest.mark.parametrize(
    ("kind", "body"),
    [("store", b'{"message": "m"}'), ("envelope", b'{}\n{"type": "event"}\n{"message": "m"}')],
)
def test_sentry_is_open_with_a_key(kind, body):
    opened = sentry_source(OPEN, "7", kind, NODE)
    sent = Delivery(headers={}, query={"sentry_key": "k"}, body=body, epoch=1)

    opened.verify(sent)
    (entry,) = opened.read(sent)

    assert (entry.event.error_msg, entry.event.app_name) == ("m", "sentry-7")
