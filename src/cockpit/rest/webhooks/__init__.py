"""What other programs send, each in its own format: pure adapters from a request to events.

request → Delivery → verify (the sender's own secret) → read → [Entry: event and mark]

* `Delivery`: one request, as an adapter reads it; `Entry`: an event, and the mark against repeats.
* One file per sender: `github`, `gitlab`, `alertmanager`, `grafana`, `prometheus`, `sentry`,
  `standard` (Standard Webhooks), `cloudevents`, `plain` (any JSON). Each has `verify` and `read`.
* `alert` is the alert that three of them share, `envelope` the container of Sentry's clients,
  `signature` how secrets are compared.
"""

from cockpit.rest.webhooks.delivery import Delivery, Entry, UnverifiedError

__all__ = ["Delivery", "Entry", "UnverifiedError"]
