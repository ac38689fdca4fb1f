"""What each sender of webhooks must prove itself with: settings, without which it is not let in."""

from typing import Annotated

import msgspec
from msgspec import Meta

# Read again while a cockpit runs: a secret is changed without a restart.
_LIVE = {"live": True}
_SECRET = {"secret": True} | _LIVE
# SECURITY: with a short key, or with none behind whsec_, anybody could sign.
_KEY = r"^((whsec_)?([A-Za-z0-9+/]{4}){8,}([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)?\Z"
_SIGNING = _SECRET | {"expected": "at least 24 bytes in base64, with or without whsec_ in front"}


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
            description="The webhook's signing token, which counts before the other.",
            pattern=_KEY,
            extra=_SIGNING,
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
        str, Meta(description="The header with the HMAC signature.", min_length=1, extra=_LIVE)
    ] = "X-Grafana-Alerting-Signature"
    timestamp_header: Annotated[
        str,
        Meta(
            description="The header with the time that is signed too; empty when none is.",
            extra=_LIVE,
        ),
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
        str,
        Meta(description="The secret, whsec_…; empty is closed.", pattern=_KEY, extra=_SIGNING),
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
