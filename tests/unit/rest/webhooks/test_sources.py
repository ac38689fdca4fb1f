import pytest

from cockpit.rest.webhooks import Delivery, UnverifiedError, sources
from cockpit.rest.webhooks.sources import Webhooks, sentry_source, source

OPEN = Webhooks(
    github=sources.Github(secret="s"),
    gitlab=sources.Gitlab(signing_secret="whsec_AAAA"),
    alertmanager=sources.Alertmanager(secret="s"),
    grafana=sources.Grafana(token="s"),
    prometheus=sources.Prometheus(secret="s"),
    standard=sources.Standard(secret="whsec_AAAA"),
    cloudevents=sources.Cloudevents(secret="s"),
    generic=sources.Generic(secret="s"),
    sentry=sources.Sentry(keys=("k",)),
)
NAMES = [name for name in Webhooks.__struct_fields__ if name != "sentry"]


@pytest.mark.parametrize("name", NAMES)
def test_without_its_secret_a_source_is_closed(name):
    assert source(name, Webhooks()) is None


@pytest.mark.parametrize("name", NAMES)
def test_with_its_secret_a_source_asks_for_it(name):
    opened = source(name, OPEN)

    with pytest.raises(UnverifiedError):
        opened.verify(Delivery(headers={}))


@pytest.mark.parametrize("name", ["", "sentry", "git", "GITHUB", "__class__"])
def test_a_name_that_is_none_is_no_source(name):
    assert source(name, OPEN) is None


@pytest.mark.parametrize("keys", [(), ("",)])
def test_sentry_is_closed_without_keys(keys):
    assert sentry_source(Webhooks(sentry=sources.Sentry(keys=keys)), "7", "store") is None


@pytest.mark.parametrize(
    ("kind", "body"),
    [("store", b'{"message": "m"}'), ("envelope", b'{}\n{"type": "event"}\n{"message": "m"}')],
)
def test_sentry_is_open_with_a_key(kind, body):
    opened = sentry_source(OPEN, "7", kind)
    sent = Delivery(headers={}, query={"sentry_key": "k"}, body=body, epoch=1)

    opened.verify(sent)
    (entry,) = opened.read(sent)

    assert (entry.event.error_msg, entry.event.app_name) == ("m", "sentry-7")
