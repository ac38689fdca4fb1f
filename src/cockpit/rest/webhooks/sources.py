"""The senders that may be let in, and what each must prove.

SECURITY: a source without its secret is closed, and looks like an address that is not there.
"""

from collections.abc import Callable

import msgspec

from cockpit.access.senders import Webhooks
from cockpit.eco import Node
from cockpit.rest.webhooks import (
    alertmanager,
    cloudevents,
    github,
    gitlab,
    grafana,
    plain,
    prometheus,
    sentry,
    standard,
)
from cockpit.rest.webhooks.delivery import Delivery, Entry
from cockpit.rest.webhooks.grafana import Signing
from cockpit.rest.webhooks.signature import need_secret, need_signed


class Source(msgspec.Struct, frozen=True):
    """One source that is open: lets in, and reads."""

    verify: Callable[[Delivery], None]
    read: Callable[[Delivery], list[Entry]]


def source(name: str, hooks: Webhooks) -> Source | None:
    """Return the source at `/webhooks/<name>`; None for one that is closed or unknown."""
    opened = _OPENED.get(name)
    return opened(hooks) if opened else None


def sentry_source(hooks: Webhooks, project: str, kind: str, node: Node) -> Source | None:
    """Return the source of Sentry's clients; None while it is closed.

    Args:
        project: The project's id in the address.
        kind: `envelope` or `store`.
        node: What its ecos say of where they happened.
    """
    keys = [key for key in hooks.sentry.keys if key]
    if not keys:
        return None
    take = sentry.read_envelope if kind == "envelope" else sentry.read_store
    return Source(lambda sent: sentry.verify(sent, keys), lambda sent: take(sent, project, node))


def _by_secret(
    secret: str,
    verify: Callable[[Delivery, str], None],
    read: Callable[[Delivery], list[Entry]],
) -> Source | None:
    return Source(lambda sent: verify(sent, secret), read) if secret else None


def _gitlab(hooks: Webhooks) -> Source | None:
    told = hooks.gitlab
    if not (told.secret or told.signing_secret):
        return None
    return Source(lambda sent: gitlab.verify(sent, told.secret, told.signing_secret), gitlab.read)


def _grafana(hooks: Webhooks) -> Source | None:
    told = hooks.grafana
    if not (told.secret or told.token):
        return None
    signing = Signing(
        secret=told.secret, header=told.signature_header, stamp_header=told.timestamp_header
    )
    return Source(lambda sent: grafana.verify(sent, told.token, signing), grafana.read)


_OPENED: dict[str, Callable[[Webhooks], Source | None]] = {
    "github": lambda hooks: _by_secret(hooks.github.secret, github.verify, github.read),
    "gitlab": _gitlab,
    "alertmanager": lambda hooks: _by_secret(
        hooks.alertmanager.secret, need_secret, alertmanager.read
    ),
    "grafana": _grafana,
    "prometheus": lambda hooks: _by_secret(hooks.prometheus.secret, need_secret, prometheus.read),
    "standard": lambda hooks: _by_secret(hooks.standard.secret, need_signed, standard.read),
    "cloudevents": lambda hooks: _by_secret(
        hooks.cloudevents.secret, need_secret, cloudevents.read
    ),
    "generic": lambda hooks: _by_secret(hooks.generic.secret, plain.verify, plain.read),
}
SOURCES: tuple[str, ...] = tuple(_OPENED)
"""What may stand in `/webhooks/<name>`."""
