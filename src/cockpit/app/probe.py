"""What a probe hears: each part is asked, and none may take long."""

import time
from collections.abc import Callable

import gevent

from cockpit.app.engine import Engine
from cockpit.bus import Pipe, keys
from cockpit.errors import OpsError
from cockpit.rest import Server
from cockpit.rest.readiness import DoorState, Readiness, judge
from cockpit.rest.traffic import Traffic
from cockpit.smtp import Door
from cockpit.telegram import State

_PATIENCE_S = 1.5


def probe(
    pipe: Pipe,
    engine: Engine,
    *,
    server: Server | None,
    door: Door | None,
    traffic: Traffic,
    telegram: Callable[[], State],
) -> Readiness:
    """Say whether this cockpit is ready; takes two seconds at most.

    Args:
        server: None before it starts, as `door`.
        telegram: Gives how the door to Telegram is: one that is off is not told of, and one that
            cannot reach Telegram makes nothing else unready.
    """
    robots, dispatcher, bridge, trouble = _asked(pipe)
    doors = {
        "smtp": _door(door is not None and door.is_open, door.last_receive_epoch if door else 0),
        "http": _door(server is not None and server.is_open, traffic.last_receive_epoch),
        "bridge": _door(engine.is_bridge_listening, engine.bridge_last_receive_epoch),
    }
    if bridge and not engine.is_bridging:
        doors["bridge"] = DoorState(state="elsewhere", last_receive_age_s=None)
    if not trouble and (bot := telegram()).is_on:
        age_s = round(bot.last_poll_age, 3) if bot.last_poll_age >= 0 else None
        doors["telegram"] = DoorState(state="open", last_receive_age_s=age_s)
    return judge(
        doors,
        trouble=trouble,
        dispatching=dispatcher or engine.is_dispatching,
        robots=robots,
        memory_used=engine.pressure.used,
        memory_short=engine.pressure.is_closed,
    )


def _asked(pipe: Pipe) -> tuple[int, bool, bool, str]:
    """Ask Redis for robots alive, dispatcher and bridge anywhere; "" or why it does not answer."""
    late = OpsError(f"Redis is away: no answer within {_PATIENCE_S} s")
    try:
        with gevent.Timeout(_PATIENCE_S, late):
            robots, dispatcher, bridge = pipe.calls(
                [
                    ("ZCOUNT", keys.ROBOTS, int(time.time() * 1000), "+inf"),
                    ("EXISTS", keys.lease("dispatcher")),
                    ("EXISTS", keys.lease("bridge")),
                ]
            )
    except OpsError as error:
        return 0, False, False, str(error)
    return robots, bool(dispatcher), bool(bridge), ""


def _door(is_open: bool, epoch: float) -> DoorState:
    age_s = round(max(0.0, time.time() - epoch), 3) if epoch else None
    return DoorState(state="open" if is_open else "closed", last_receive_age_s=age_s)
