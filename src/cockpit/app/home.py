"""The home: one directory that holds everything of one cockpit, and who may use it.

What a second rack, an older Redis or an older program could silently destroy is refused here with
one line: `run/lock` is held by the rack, `format` says what wrote the home.
"""

import fcntl
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from cockpit.access.private_file import write_private
from cockpit.app.config import template
from cockpit.errors import InputError, OpsError

LAYOUT = 1
"""The layout of the home that this program writes; a home of a later one is refused."""


class Format(msgspec.Struct, frozen=True, kw_only=True):
    """What wrote a home; `redis` is "" until an embedded Redis ran."""

    layout: int = LAYOUT
    redis: str = ""


def find(option: str | None, environ: Mapping[str, str], cwd: Path) -> Path:
    """Return the home's absolute path, which need not exist.

    It is the option, else `COCKPIT_HOME`, else the nearest directory from `cwd` upwards that holds
    a cockpit.toml, else `./home`.
    """
    named = option or environ.get("COCKPIT_HOME")
    if named:
        return cwd.joinpath(Path(named).expanduser()).absolute()
    for directory in (cwd, *cwd.parents):
        if (directory / "cockpit.toml").is_file():
            return directory.absolute()
    return (cwd / "home").absolute()


class Home:
    """A home's paths, its format and its lock.

    Attributes:
        path: The home itself; absolute.
        config: cockpit.toml.
        repos: AYS repositories, one directory each.
        templates: Template repositories; there once one was added.
        trash: Repositories that were deleted; there once one was.
        stor: The content-addressed store.
        redis: The files of the embedded Redis (0700).
        sock: The socket of the embedded Redis.
        secrets: Passwords and digests of tokens (0700).
        run: What only matters while the rack runs (0700).
        addresses: JSON of the bound addresses, there once the rack is ready.
        token: The local token of the HTTP door (0600).
        pid: The process id of the rack.
        lock_file: Held by the rack as long as it lives.
        log: The files that the processes write about themselves.
        format: JSON that says what wrote the home.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.config = self.path / "cockpit.toml"
        self.repos = self.path / "repos"
        self.templates = self.path / "templates"
        self.trash = self.path / "trash"
        self.stor = self.path / "stor"
        self.redis = self.path / "redis"
        self.sock = self.redis / "redis.sock"
        self.secrets = self.path / "secrets"
        self.run = self.path / "run"
        self.addresses = self.run / "addresses.json"
        self.token = self.run / "token"
        self.pid = self.run / "rack.pid"
        self.lock_file = self.run / "lock"
        self.log = self.path / "log"
        self.format = self.path / "format"

    def create(self) -> None:
        """Make what is missing; what is there stays. Idempotent.

        Raises:
            InputError: A file stands where a directory should.
            OpsError: The disk is full or read-only.
        """
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            for directory in (self.repos, self.stor, self.log):
                directory.mkdir(exist_ok=True)
            for directory in (self.redis, self.secrets, self.run):
                directory.mkdir(mode=0o700, exist_ok=True)
                directory.chmod(0o700)
        except (FileExistsError, NotADirectoryError) as error:
            raise InputError(f"home {self.path}: {error.filename} is not a directory") from error
        except OSError as error:
            raise OpsError(f"cannot make {error.filename}: {error.strerror}") from error
        if not self.config.exists():
            write_private(self.config, template().encode())
        if not self.format.exists():
            self._write_format(Format())

    def check_format(self) -> Format:
        """Return what wrote the home.

        Raises:
            InputError: A later program wrote it, or the file is damaged.
            OpsError: The file cannot be read.
        """
        try:
            form = msgspec.json.decode(self.format.read_bytes(), type=Format)
        except FileNotFoundError:
            return Format()
        except OSError as error:
            raise OpsError(f"cannot read {self.format}: {error.strerror}") from error
        except msgspec.DecodeError as error:
            raise InputError(f"{self.format} is damaged: {error}") from error
        if form.layout > LAYOUT:
            raise InputError(
                f"home {self.path} has layout {form.layout}, written by a later cockpit; "
                f"this one knows layouts up to {LAYOUT}"
            )
        return form

    def record_redis(self, version: str) -> None:
        """Note in `format` which Redis is about to write the home.

        Raises:
            InputError: As `check_format`.
            OpsError: The file cannot be read or written.
        """
        if self.check_format().redis != version:
            self._write_format(Format(redis=version))

    def lock(self) -> "Lock":
        """Take the home for this process; the kernel gives it back when the process ends.

        Raises:
            OpsError: Another rack holds it, named by its process id.
        """
        try:
            handle = os.open(self.lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise OpsError(f"cannot open {self.lock_file}: {error.strerror}") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        except BlockingIOError as error:
            holder = os.pread(handle, 20, 0).decode(errors="replace").strip() or "unknown"
            os.close(handle)
            raise OpsError(f"home {self.path} is in use by the rack with pid {holder}") from error
        except OSError as error:
            os.close(handle)
            raise OpsError(f"cannot lock {self.lock_file}: {error.strerror}") from error
        return Lock(handle)

    @property
    def node(self) -> str:
        """The name of this home among those that share a Redis: random, made once, kept.

        Raises:
            OpsError: The file cannot be read or written.
        """
        path = self.run / "node"
        try:
            return path.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return _make_once(path, secrets.token_hex(8))
        except (OSError, UnicodeDecodeError) as error:
            raise OpsError(f"cannot read {path}: {error}") from error

    def _write_format(self, form: Format) -> None:
        write_private(self.format, msgspec.json.encode(form) + b"\n")


class Lock:
    """A home held by this process; as a context manager it is released at the end."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def release(self) -> None:
        """Give the home back; again is harmless."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def _make_once(path: Path, text: str) -> str:
    """Write the file unless someone else did meanwhile; return what stands there."""
    draft = path.with_name(f".{path.name}.{text}")
    write_private(draft, f"{text}\n".encode())
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise OpsError(f"cannot write {path}: {error.strerror}") from error
    finally:
        draft.unlink(missing_ok=True)
    return text
