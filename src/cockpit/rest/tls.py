"""TLS by certificate files, read again when they change: no restart when a certificate is renewed.

See: RFC 9325 §3.1.1 (versions).
"""

import socket
import ssl
import time
from collections.abc import Callable
from pathlib import Path

import gevent

from cockpit.errors import InputError, OpsError

_LOOK_S = 1.0


class Certificate:
    """The certificate of a server, and how its connections are wrapped.

    Args:
        certificate: PEM of the certificate and those that signed it.
        key: PEM of its private key.
        timeout_s: How long a peer may take for the handshake.
        report: Told when changed files cannot be used; the certificate before stays.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        certificate: Path,
        key: Path,
        *,
        timeout_s: float = 30.0,
        report: Callable[[BaseException], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._certificate = certificate
        self._key = key
        self._timeout_s = timeout_s
        self._report = report
        self._clock = clock
        self._looked = 0.0
        self._stamp: tuple[int, ...] = ()
        self._context: ssl.SSLContext | None = None

    def load(self) -> None:
        """Read the files.

        Raises:
            InputError: They are no certificate and its key.
            OpsError: They cannot be read.
        """
        self._looked, self._stamp = self._clock(), self._stamps()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(["http/1.1"])
        try:
            context.load_cert_chain(self._certificate, self._key, password=_no_password)
        except ssl.SSLError as error:
            what = f"{self._certificate} and {self._key} are no certificate and its key, PEM"
            # OpenSSL gives no reason when there is no PEM at all.
            raise InputError(f"{what}: {error.reason}" if error.reason else what) from error
        except OSError as error:
            raise OpsError(f"{self._certificate}, {self._key}: {error.strerror}") from error
        self._context = context

    def wrap(self, sock: socket.socket) -> ssl.SSLSocket:
        """Make a connection secret; the peer has the time-out for all of its part.

        Raises:
            OSError: The peer does not speak TLS, or is too slow.
        """
        self._look()
        assert self._context is not None
        with gevent.Timeout(self._timeout_s, TimeoutError):
            return self._context.wrap_socket(sock, server_side=True)

    def _look(self) -> None:
        if self._clock() - self._looked < _LOOK_S:
            return
        self._looked = self._clock()
        if self._stamps() == self._stamp:
            return
        # Files that cannot be used are told once, for their stamp was taken before they were read.
        try:
            self.load()
        except (InputError, OpsError) as error:
            # Whatever is in the files, it is no bug of ours: who renews them does so again.
            self._report(OpsError(str(error)))

    def _stamps(self) -> tuple[int, ...]:
        """Return what changes with the files; nothing while one of them is not there."""
        try:
            several = [path.stat() for path in (self._certificate, self._key)]
        except OSError:
            return ()
        return tuple(part for one in several for part in (one.st_mtime_ns, one.st_ino, one.st_size))


def _no_password() -> str:
    """Keep OpenSSL from asking at the terminal."""
    return ""
