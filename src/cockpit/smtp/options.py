"""The limits of the SMTP door, each with a default that a stranger may meet."""

from typing import Literal

import msgspec


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What a session allows.

    Attributes:
        hostname: The name in the greeting.
        max_message_bytes: Announced as SIZE.
        drain_factor: How many times that a too big message may go on before it is cut off.
        max_line_bytes: Of one command with its CRLF (RFC 5321 §4.5.3.1.4: at least 512).
        max_recipients: Of one message (RFC 5321 §4.5.3.1.8: at least 100).
        max_errors: The last of so many refused commands ends the session.
        bare_newline: What a CR or LF alone in a message does. `reject` ends the session;
            `normalize` makes CRLF of it for peers on loopback, and rejects for all others.
            Neither lets it end a message or a command.
        command_timeout_s: For one whole command, however it drips in (RFC 5321 §4.5.3.2.7).
        message_timeout_s: For one whole message.
        max_in_flight_bytes: Of all unfinished messages together; beyond it they get 452.
    """

    hostname: str = "localhost"
    max_message_bytes: int = 25 * 1024 * 1024
    drain_factor: float = 1.25
    max_line_bytes: int = 2048
    max_recipients: int = 100
    max_errors: int = 10
    bare_newline: Literal["reject", "normalize"] = "reject"
    command_timeout_s: float = 300.0
    message_timeout_s: float = 600.0
    max_in_flight_bytes: int = 256 * 1024 * 1024

    @property
    def max_drained_bytes(self) -> int:
        """How many bytes of a too big message are read before the session ends."""
        return int(self.max_message_bytes * self.drain_factor)
