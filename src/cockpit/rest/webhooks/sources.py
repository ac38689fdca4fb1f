"""The senders that may be let in, and what each must prove.

SECURITY: a source without its secret is closed, and looks like an address that is not there.
"""

from collections.abc import Callable
from typing import Annotated

import msgspec
from msgspec import Meta

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

_SECRET = {"secret": True}


class Github(msgspec.Struct, frozen=True, kw_only=True):
    """GitHub's webhooks, at /webhooks/github."""

    secret: Annotated[
        str, Meta(description="The webhook's secret; empty is closed.", extra=_SECRET)
    ] = ""


class Gitlab(msgspec.Struct, frozen=True, kw_only=True):
    """GitLab's webhooks, at /webhooks/gitlab."""

    secret: Annotated[str, Meta(description="The webhook's secret token.", extra=_SECRET)] = ""
    signing_secret: Annotated[
        str,
        Meta(
            description="The webhook's signing token, which counts before the other.", extra=_SECRET
        ),
    ] = ""


class Alertmanager(msgspec.Struct, frozen=True, kw_only=True):
    """Alertmanager's webhook_config, at /webhooks/alertmanager."""

    secret: Annotated[
        str,
        Meta(
            description="The bearer token, or the password of Basic; empty is closed.",
            extra=_SECRET,
        ),
    ] = ""


class Grafana(msgspec.Struct, frozen=True, kw_only=True):
    """Grafana's webhook contact point, at /webhooks/grafana."""

    secret: Annotated[
        str,
        Meta(
            description="The HMAC secret; when it is set, what is not signed is refused.",
            extra=_SECRET,
        ),
    ] = ""
    token: Annotated[
        str,
        Meta(
            description="The bearer token, or the password of Basic, without HMAC.", extra=_SECRET
        ),
    ] = ""
    signature_header: Annotated[
        str, Meta(description="The header with the HMAC signature.", min_length=1)
    ] = "X-Grafana-Alerting-Signature"
    timestamp_header: Annotated[
        str, Meta(description="The header with the time that is signed too; empty when none is.")
    ] = ""


class Prometheus(msgspec.Struct, frozen=True, kw_only=True):
    """Prometheus itself, to which this is an Alertmanager, at /api/v2/alerts."""

    secret: Annotated[
        str,
        Meta(
            description="The bearer token, or the password of Basic; empty is closed.",
            extra=_SECRET,
        ),
    ] = ""


class Standard(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever signs as Standard Webhooks, at /webhooks/standard."""

    secret: Annotated[
        str, Meta(description="The secret, whsec_…; empty is closed.", extra=_SECRET)
    ] = ""


class Cloudevents(msgspec.Struct, frozen=True, kw_only=True):
    """CloudEvents over HTTP, at /webhooks/cloudevents."""

    secret: Annotated[
        str,
        Meta(
            description="The bearer token, or the password of Basic; empty is closed.",
            extra=_SECRET,
        ),
    ] = ""


class Generic(msgspec.Struct, frozen=True, kw_only=True):
    """Any JSON, at /webhooks/generic."""

    secret: Annotated[
        str,
        Meta(description="The bearer token, or X-Webhook-Token; empty is closed.", extra=_SECRET),
    ] = ""


class Sentry(msgspec.Struct, frozen=True, kw_only=True):
    """Sentry's clients, at /api/<project>/envelope/ and /store/."""

    keys: Annotated[
        tuple[str, ...],
        Meta(
            description="Public keys: the user in a DSN http://KEY@host:port/7. None is closed.",
            extra=_SECRET,
        ),
    ] = ()


class Webhooks(msgspec.Struct, frozen=True, kw_only=True):
    """Every source, by its name."""

    github: Github = Github()
    gitlab: Gitlab = Gitlab()
    alertmanager: Alertmanager = Alertmanager()
    grafana: Grafana = Grafana()
    prometheus: Prometheus = Prometheus()
    standard: Standard = Standard()
    cloudevents: Cloudevents = Cloudevents()
    generic: Generic = Generic()
    sentry: Sentry = Sentry()


class Source(msgspec.Struct, frozen=True):
    """One source that is open: lets in, and reads."""

    verify: Callable[[Delivery], None]
    read: Callable[[Delivery], list[Entry]]


def source(name: str, hooks: Webhooks) -> Source | None:
    """Return the source at `/webhooks/<name>`; None for one that is closed or unknown."""
    opened = _OPENED.get(name)
    return opened(hooks) if opened else None


def sentry_source(hooks: Webhooks, project: str, kind: str) -> Source | None:
    """Return the source of Sentry's clients; None while it is closed.

    Args:
        project: The project's id in the address.
        kind: `envelope` or `store`.
    """
    keys = [key for key in hooks.sentry.keys if key]
    if not keys:
        return None
    take = sentry.read_envelope if kind == "envelope" else sentry.read_store
    return Source(lambda sent: sentry.verify(sent, keys), lambda sent: take(sent, project))


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
        hooks.alertmanager.secret, alertmanager.verify, alertmanager.read
    ),
    "grafana": _grafana,
    "prometheus": lambda hooks: _by_secret(
        hooks.prometheus.secret, prometheus.verify, prometheus.read
    ),
    "standard": lambda hooks: _by_secret(hooks.standard.secret, standard.verify, standard.read),
    "cloudevents": lambda hooks: _by_secret(
        hooks.cloudevents.secret, cloudevents.verify, cloudevents.read
    ),
    "generic": lambda hooks: _by_secret(hooks.generic.secret, plain.verify, plain.read),
}
