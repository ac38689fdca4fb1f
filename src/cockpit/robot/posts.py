"""What actions post: each call of a job is sent until a reply says yes, and that reply is kept.

post → the reply of an earlier attempt, else: write → send → judge → kept with the job
"""

import hashlib
import time
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from cockpit.bus import Made, Pipe, keys
from cockpit.robot import post
from cockpit.robot.post import Reply
from cockpit.robot.poster import Poster


class Posts:
    """The posts of one cockpit.

    Args:
        clock: Epoch seconds.
    """

    def __init__(
        self, pipe: Pipe, poster: Poster, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._pipe = pipe
        self._poster = poster
        self._clock = clock

    def post(
        self,
        made: Made,
        url: str,
        body: Any,
        *,
        secret: str | None,
        headers: Mapping[str, str] | None,
        timeout_s: float,
    ) -> Reply:
        """Send what an earlier attempt did not get through, and return the reply.

        A process that dies between the reply and its record sends again, with the same id.

        Raises:
            InputError: As `write`, `Poster.send` and `judge`; GoneError among them.
            OpsError: As `Poster.send` and `judge`, or Redis is away.
        """
        # A full stop would end the id in what is signed.
        digest = hashlib.blake2b(f"{made.job}:{made.slot}".encode(), digest_size=12).hexdigest()
        post_id = f"msg_{digest}"
        if found := find(self._pipe, made.job, post_id):
            return found
        written = post.write(
            url, body, post_id=post_id, epoch=int(self._clock()), secret=secret, headers=headers
        )
        reply = self._poster.send(written, timeout_s=timeout_s)
        reply = post.judge(reply, now=self._clock())
        self._pipe.calls(
            [
                ("HSET", keys.posts(made.job), post_id, msgspec.json.encode(reply)),
                ("HSET", made.key, made.slot, post_id),
            ]
        )
        return reply


def find(pipe: Pipe, job: str, post_id: str) -> Reply | None:
    """Return the reply to what a job posted; None when none is kept.

    Raises:
        OpsError: Redis is away.
    """
    raw = pipe.call("HGET", keys.posts(job), post_id)
    return msgspec.json.decode(raw, type=Reply) if raw else None
