"""What the bodies of all requests may hold in memory together. Pure."""

import falcon

_AGAIN_S = 5


class Budget:
    """Counts octets.

    Attributes:
        held_bytes: What is held now.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self.held_bytes = 0

    def take(self, n_bytes: int) -> None:
        """Count more.

        Raises:
            falcon.HTTPServiceUnavailable: It would be too much; nothing was counted.
        """
        if self.held_bytes + n_bytes > self._max_bytes:
            raise falcon.HTTPServiceUnavailable(
                description="many large bodies at once, try again later", retry_after=_AGAIN_S
            )
        self.held_bytes += n_bytes

    def give_back(self, n_bytes: int) -> None:
        """Count less."""
        self.held_bytes -= n_bytes
