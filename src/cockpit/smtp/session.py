"""The SMTP server protocol without sockets: octets in, replies and envelopes out.

Theory of operation:

1. All octets go into one buffer; commands are cut off its front, messages are searched in
   bulk for CRLF.CRLF and nothing else (RFC 5321 §4.1.1.4), which is what makes both speed and
   safety from smuggled messages.
2. The CRLF of the DATA line stays in the buffer, so that an empty message and a dot on the
   first line are no special cases.
3. A finished message pauses the session until `answer` gives its reply; what a pipelining peer
   sent meanwhile waits in the buffer.
4. A message that is not wanted (too big, no room) is dropped as it comes, but for the four
   octets that could begin its end.
5. What is decided depends on the octets alone, never on how they were cut into pieces.
"""

import re
from collections.abc import Callable
from ipaddress import ip_address
from typing import ClassVar, Literal

import msgspec

from cockpit.smtp.command import RefusedError, check_ascii, check_mail, read_path, split_command
from cockpit.smtp.options import Options

Phase = Literal["command", "data", "answer", "closed"]

_END = b"\r\n.\r\n"
_TAIL = len(_END) - 1
_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_MAX_REPLY_CHARS = 500  # RFC 5321 §4.5.3.1.5: 512 octets with CRLF.
_HTTP = frozenset((b"GET", b"POST", b"PUT", b"HEAD", b"OPTIONS", b"CONNECT", b"HOST:"))


class Envelope(msgspec.Struct, frozen=True):
    """One finished message.

    Attributes:
        helo: What the peer called itself.
        sender: The reverse path; "" for a bounce.
        params: Parameters of MAIL, by upper-case name.
        peer: The IP address.
        data: The content: CRLF, dot-unstuffed, as sent otherwise.
        esmtp: The peer greeted with EHLO.
    """

    helo: str
    sender: str
    recipients: tuple[str, ...]
    params: dict[str, str]
    peer: str
    data: bytes
    esmtp: bool


class _Transaction(msgspec.Struct):
    """What MAIL began.

    Attributes:
        refusal: The reply that a message being dropped gets at its end.
        scanned: How far the buffer was searched for the end.
        dropped: How many octets of the message are no longer in the buffer.
    """

    sender: str | None = None
    recipients: list[str] = []
    params: dict[str, str] = {}
    refusal: bytes = b""
    scanned: int = 0
    dropped: int = 0


class Session:
    """One connection of a peer.

    Attributes:
        phase: What comes next; `answer` while it waits for `answer`.
        step: Grows with each finished command and message: deadlines start anew then.

    See: RFC 5321, RFC 2920 (PIPELINING), RFC 1870 (SIZE), RFC 6152 (8BITMIME),
        RFC 6531 (SMTPUTF8), RFC 2034 (ENHANCEDSTATUSCODES).
    """

    def __init__(self, options: Options, peer: str) -> None:
        self._options = options
        self._peer = peer
        self._normalizes = options.bare_newline == "normalize" and _is_loopback(peer)
        self.phase: Phase = "command"
        self.step = 0
        self._buffer = bytearray()
        self._happened: list[bytes | Envelope] = []
        self._answering_bytes = 0
        self._errors = 0
        self._is_skipping = False
        self._helo = ""
        self._is_esmtp = False
        self._transaction = _Transaction()

    @property
    def is_closed(self) -> bool:
        """Whether the connection is to be closed once the replies are sent."""
        return self.phase == "closed"

    @property
    def held_bytes(self) -> int:
        """How many bytes of a message (and of what follows it) are in memory."""
        return len(self._buffer) + self._answering_bytes

    def greeting(self) -> bytes:
        """Give the first words of the server."""
        return f"220 {self._options.hostname} ESMTP cockpit\r\n".encode()

    def receive(self, data: bytes | bytearray | memoryview) -> list[bytes | Envelope]:
        """Feed octets from the peer and get what happened, in order.

        Any split of the same octets gives the same result. Never blocks. After an envelope,
        always the last item, everything waits for `answer`.

        Args:
            data: As read, any length; copied. Empty means that the peer hung up.

        See: RFC 5321 §2.3.8 (lines end in CRLF only), §4.5.2 (dots).
        """
        if not data:
            self._close()
        if self.phase != "closed":
            self._buffer += data
        return self._advance()

    def answer(self, text: str) -> list[bytes | Envelope]:
        """Give the reply to the last envelope and go on with what was sent meanwhile.

        Args:
            text: One line without CRLF, like `250 2.0.0 stored`; only ASCII gets through.
        """
        if self.phase != "answer":
            raise RuntimeError("no message waits for an answer")
        self.phase, self._answering_bytes = "command", 0
        self.step += 1
        line = " ".join(text.split())[:_MAX_REPLY_CHARS]
        self._reply(line.encode("ascii", "replace"))
        return self._advance()

    def shed(self) -> bool:
        """Drop the message that is coming in; it gets 452 at its end (RFC 1870 §6.1).

        Returns:
            Whether there was one to drop.
        """
        if self.phase != "data" or self._transaction.refusal:
            return False
        self._transaction.refusal = b"452 4.3.1 too much mail at once, try again later"
        self._drop()
        return True

    def _advance(self) -> list[bytes | Envelope]:
        while self._buffer and self._read_next():
            pass
        happened, self._happened = self._happened, []
        return happened

    def _read_next(self) -> bool:
        """Take one line or message off the buffer; False when it has none, or has to wait."""
        if self.phase == "command":
            return self._skip_line() if self._is_skipping else self._read_line()
        return self.phase == "data" and self._read_message()

    def _read_line(self) -> bool:
        buffer, limit = self._buffer, self._options.max_line_bytes
        end = buffer.find(b"\n", 0, limit)
        if end < 0:
            if len(buffer) < limit:
                return False
            self._is_skipping = True
            self._fail("500 5.5.2 the line is too long")
            return True
        if buffer[end - 1 : end] != b"\r":
            # RFC 5321 §2.3.8. What else the peer means differently cannot be known: hang up.
            self._close(b"521 5.5.2 lines end in CRLF, closing")
            return False
        line = bytes(buffer[: end - 1])
        del buffer[: end - 1]  # The CRLF stays: see rule 2.
        self._obey(line)
        if self.phase == "command":
            del buffer[:2]
        self.step += 1
        return True

    def _skip_line(self) -> bool:
        end = self._buffer.find(b"\n")
        self._is_skipping = end < 0
        del self._buffer[: end + 1 if end >= 0 else len(self._buffer)]
        return True

    def _obey(self, line: bytes) -> None:
        verb, argument = split_command(line)
        if b"\0" in line or b"\r" in line:
            self._fail("500 5.5.2 NUL or CR in a command")
        elif verb in self._VERBS:
            try:
                self._VERBS[verb](self, argument)
            except RefusedError as refused:
                self._fail(str(refused))
        elif verb in _HTTP:
            # SECURITY: a browser made to post here must not get a second line in.
            self._close(b"521 5.5.1 this is SMTP, closing")
        else:
            self._fail("500 5.5.1 unknown command")

    def _read_message(self) -> bool:
        buffer, options = self._buffer, self._options
        end = buffer.find(_END, self._transaction.scanned)
        size = self._transaction.dropped + (end if end >= 0 else len(buffer) - _TAIL)
        if size > options.max_message_bytes:
            self._transaction.refusal = self._transaction.refusal or (
                b"552 5.3.4 a message has at most %d bytes" % options.max_message_bytes
            )
        if size > options.max_drained_bytes:
            self._close(b"552 5.3.4 far too big, closing")
            return False
        if end < 0:
            self._transaction.scanned = max(0, len(buffer) - _TAIL)
            if self._transaction.refusal:
                self._drop()
            return False
        # RFC 5321 §4.5.2: a dot that begins a line is taken off.
        data = bytes(memoryview(buffer)[: end + 2]).replace(b"\r\n.", b"\r\n")[2:]
        del buffer[: end + len(_END)]
        self._finish(data)
        return True

    def _drop(self) -> None:
        surplus = max(0, len(self._buffer) - _TAIL)
        del self._buffer[:surplus]
        self._transaction.dropped += surplus
        self._transaction.scanned = 0

    def _finish(self, data: bytes) -> None:
        self.phase = "command"
        self.step += 1
        if self._transaction.refusal:
            self._reply(self._transaction.refusal)
        elif (clean := self._with_crlf(data)) is None:
            self._close(b"521 5.6.0 CR or LF alone in the message, closing")
        else:
            self.phase, self._answering_bytes = "answer", len(clean)
            self._happened.append(self._envelope(clean))
        self._forget()

    def _with_crlf(self, data: bytes) -> bytes | None:
        n_lines = data.count(b"\r\n")
        if data.count(b"\n") == n_lines == data.count(b"\r"):
            return data
        return _BARE.sub(b"\r\n", data) if self._normalizes else None

    def _envelope(self, data: bytes) -> Envelope:
        return Envelope(
            helo=self._helo,
            sender=self._transaction.sender or "",
            recipients=tuple(self._transaction.recipients),
            params=self._transaction.params,
            peer=self._peer,
            data=data,
            esmtp=self._is_esmtp,
        )

    def _forget(self) -> None:
        self._transaction = _Transaction()

    def _reply(self, line: bytes) -> None:
        self._happened.append(line + b"\r\n")

    def _fail(self, line: str) -> None:
        self._reply(line.encode())
        self._errors += 1
        if self._errors >= self._options.max_errors:
            self._close(b"421 4.7.0 too many errors, closing")

    def _close(self, line: bytes = b"") -> None:
        if line:
            self._reply(line)
        self.phase = "closed"
        self._buffer.clear()

    def _ehlo(self, argument: bytes) -> None:
        """RFC 5321 §4.1.1.1: it also ends a transaction."""
        self._greet(argument, is_esmtp=True)
        lines = [
            self._options.hostname,
            "PIPELINING",
            f"SIZE {self._options.max_message_bytes}",
            "8BITMIME",
            "SMTPUTF8",
            "ENHANCEDSTATUSCODES",
        ]
        self._reply("\r\n".join(f"250-{line}" for line in lines).encode() + b"\r\n250 HELP")

    def _old_helo(self, argument: bytes) -> None:
        self._greet(argument, is_esmtp=False)
        self._reply(f"250 {self._options.hostname}".encode())

    def _greet(self, argument: bytes, *, is_esmtp: bool) -> None:
        if not argument:
            raise RefusedError("501 5.5.4 say your host name")
        self._helo, self._is_esmtp = argument.decode("utf-8", "replace"), is_esmtp
        self._forget()

    def _mail(self, argument: bytes) -> None:
        if not self._helo:
            raise RefusedError("503 5.5.1 EHLO first")
        if self._transaction.sender is not None:
            raise RefusedError("503 5.5.1 one MAIL at a time")  # RFC 5321 §4.1.4.
        path = read_path(argument, b"FROM")
        check_mail(path, max_message_bytes=self._options.max_message_bytes)
        self._transaction.sender, self._transaction.params = path.address, path.parameters
        self._reply(b"250 2.1.0 ok")

    def _rcpt(self, argument: bytes) -> None:
        if self._transaction.sender is None:
            raise RefusedError("503 5.5.1 MAIL first")
        path = read_path(argument, b"TO")
        if not path.address:
            raise RefusedError("501 5.1.3 a recipient has an address")
        if path.parameters:
            raise RefusedError("555 5.5.4 unknown parameter")
        check_ascii(path.address, "SMTPUTF8" in self._transaction.params)
        if len(self._transaction.recipients) >= self._options.max_recipients:
            # RFC 5321 §4.5.3.1.10: the peer sends the rest in another message; no error of his.
            self._reply(b"452 4.5.3 too many recipients")
            return
        self._transaction.recipients.append(path.address)
        self._reply(b"250 2.1.5 ok")

    def _data(self, argument: bytes) -> None:
        if argument:
            raise RefusedError("501 5.5.4 DATA stands alone")
        if not self._transaction.recipients:
            raise RefusedError("503 5.5.1 RCPT first")  # RFC 5321 §4.1.1.4.
        self.phase = "data"
        self._reply(b"354 end with CRLF.CRLF")

    def _rset(self, argument: bytes) -> None:
        if argument:
            raise RefusedError("501 5.5.4 RSET stands alone")
        self._forget()
        self._reply(b"250 2.0.0 ok")

    def _noop(self, _argument: bytes) -> None:
        self._reply(b"250 2.0.0 ok")

    def _vrfy(self, _argument: bytes) -> None:
        self._reply(b"252 2.5.0 cannot verify, but send it")  # RFC 5321 §7.3.

    def _help(self, _argument: bytes) -> None:
        self._reply(b"214 2.0.0 RFC 5321")

    def _quit(self, _argument: bytes) -> None:
        self._close(b"221 2.0.0 bye")

    def _unsupported(self, _argument: bytes) -> None:
        raise RefusedError("502 5.5.1 not offered here")

    _VERBS: ClassVar[dict[bytes, Callable[["Session", bytes], None]]] = {
        b"EHLO": _ehlo,
        b"HELO": _old_helo,
        b"MAIL": _mail,
        b"RCPT": _rcpt,
        b"DATA": _data,
        b"RSET": _rset,
        b"NOOP": _noop,
        b"VRFY": _vrfy,
        b"HELP": _help,
        b"QUIT": _quit,
        b"EXPN": _unsupported,
        b"STARTTLS": _unsupported,
        b"AUTH": _unsupported,
        b"BDAT": _unsupported,
    }


def _is_loopback(peer: str) -> bool:
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback
