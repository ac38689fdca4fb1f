"""What becomes of a failed attempt: again later, or dead. Pure."""

import random
from collections.abc import Sequence

import msgspec

from cockpit.errors import InputError, OpsError

_LONGEST_S = 86400.0


class Policy(msgspec.Struct, frozen=True):
    """How often and when a job is tried again.

    Attributes:
        retries: Tries after the first; an InputError gets none.
        delays_s: Delay before each retry in seconds; the last one repeats.
        strict: Later jobs of the service wait for the retry.
        timeout_s: Longest time of one attempt.
    """

    retries: int
    delays_s: Sequence[float]
    strict: bool
    timeout_s: float

    def delay_s(self, failures: int, rng: random.Random, *, least_s: float = 0.0) -> float | None:
        """Return the delay after the n-th failure (1 = first), or None when it was the last.

        Up to a tenth is added, so that jobs that failed together do not come back together.

        Args:
            least_s: The delay is no shorter.
        """
        if failures > self.retries:
            return None
        base = self.delays_s[min(failures, len(self.delays_s)) - 1] if self.delays_s else 0.0
        return max(base, least_s) * (1 + rng.random() / 10)


def is_final(error: BaseException) -> bool:
    """Tell whether trying again cannot help: the caller is wrong."""
    return isinstance(error, InputError)


def least_delay_s(error: BaseException) -> float:
    """Return how long the world asked us to wait: a day at most, for a stranger may ask."""
    if isinstance(error, OpsError) and error.after_s > 0:
        return min(error.after_s, _LONGEST_S)
    return 0.0
