"""An event happens: it is delivered to a subscriber, signed, until the subscriber takes it."""

from datetime import UTC, datetime

from cockpit.errors import GoneError


def deliver(event, service):
    # What waited for its retry while a subscriber went away.
    if service.state.get("deliver") == "disabled":
        return "not delivered: deliver is disabled"
    try:
        reply = service.post(
            service.hrd.get("url"),
            {"type": event.type, "timestamp": happened(event), "data": event},
            secret=service.hrd.get("secret"),
        )
    except GoneError:
        # No more events, until somebody says `cockpit service state hook!… deliver ok`.
        service.state.set("deliver", "disabled")
        raise
    return reply.status


def happened(event):
    epoch = event.epoch or int(event.id.split("-")[1]) / 1000
    return datetime.fromtimestamp(epoch, UTC).isoformat()
