"""The `git` program, run so that no repository and no address can make it do anything else.

No hooks, no questions, no transports but the usual ones, no settings of a caller's environment, and
never the repository around ours: a home may lie inside a checkout.
"""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import gevent
import gevent.subprocess

from cockpit.errors import InputError, OpsError

# SECURITY: hooks and the like are programs; what was cloned must not choose which ones run here.
_SETTINGS = {
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "core.askPass": "",
    "commit.gpgSign": "false",  # It asks a person for a passphrase.
    "submodule.recurse": "false",
    "gc.autoDetach": "false",
    "advice.detachedHead": "false",
    "http.lowSpeedLimit": "1000",
    "http.lowSpeedTime": "60",
}
_IDENTITY = {"user.name": "Cockpit", "user.email": "cockpit@localhost"}
_TRANSPORTS = "file:git:http:https:ssh"
_INHERITED = (
    "GIT_SSL_",
    "GIT_AUTHOR_",
    "GIT_COMMITTER_",
    "GIT_SSH",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_NOSYSTEM",
)
_ADDRESS = re.compile(
    r"(?:file|git|https?|ssh)://\S+"  # as RFC 3986 has it
    r"|/\S*"  # a directory of this machine
    r"|(?:\w[\w.-]*@)?\w[\w.-]*:(?!:|//)\S+"  # as scp has it
)
_PASSWORD = re.compile(r"(https?://)[^/\s]+@")
_TELLING = ("fatal:", "error:", "\t", " ! [")
_KEEP = 64 * 1024
_SHOWN = 500
_LOCAL_S = 60.0

Tell = Callable[[str], None]


class Git:
    """Runs git in work trees below one directory.

    Args:
        above: Git looks for no repository from here upwards.
    """

    def __init__(self, above: Path) -> None:
        self._above = above.resolve()

    def ask(
        self,
        tree: Path,
        *words: str,
        timeout_s: float = _LOCAL_S,
        tell: Tell | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> str:
        """Return what a git command prints, without the last newline.

        Args:
            tell: Gets each line of its progress.
            settings: Hold for this command, beside ours.

        Raises:
            OpsError: It failed, took too long, or there is no git here.
        """
        options = _options(_SETTINGS | dict(settings or {}))
        code, out, err = self._run(tree, [*options, *words], timeout_s, tell)
        if code:
            raise OpsError(_why(words[0], err or out))
        return out.removesuffix("\n")

    def succeeds(self, tree: Path, *words: str) -> bool:
        """Tell whether a git command ends with 0.

        Raises:
            OpsError: It took too long, or there is no git here.
        """
        return self._run(tree, [*_options(_SETTINGS), *words], _LOCAL_S, None)[0] == 0

    def commit(self, tree: Path, message: str) -> None:
        """Commit what is staged, as the person who is configured, else as Cockpit.

        Raises:
            OpsError: As `ask`.
        """
        is_known = self.succeeds(
            tree, "-c", "user.useConfigOnly=true", "var", "GIT_COMMITTER_IDENT"
        )
        settings = {} if is_known else _IDENTITY
        self.ask(
            tree, "commit", "--quiet", "--no-verify", f"--message={message}", settings=settings
        )

    def _run(
        self, tree: Path, words: Sequence[str], timeout_s: float, tell: Tell | None
    ) -> tuple[int, str, str]:
        program = shutil.which("git")
        if program is None:
            raise OpsError("git is not installed here: on Debian, apt-get install git")
        try:
            process = gevent.subprocess.Popen(
                [program, *words],
                cwd=tree,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            raise OpsError(f"git cannot start in {tree}: {error.strerror}") from error
        streams: tuple[tuple[Any, Tell | None], ...]
        streams = ((process.stdout, None), (process.stderr, tell))
        readers = [gevent.spawn(_read, stream, told) for stream, told in streams]
        try:
            with gevent.Timeout(timeout_s, TimeoutError):
                process.wait()
                gevent.joinall(readers)
        except TimeoutError as error:
            raise OpsError(f"git took longer than {timeout_s:g} s and was ended") from error
        finally:
            _end(process)
            gevent.killall(readers)
            for stream, _ in streams:
                stream.close()
        out, err = (reader.value.decode("utf-8", "replace") for reader in readers)
        return int(process.returncode or 0), out, err

    def _environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("GIT_") or name.startswith(_INHERITED)
        }
        return {
            **kept,
            "SSH_ASKPASS_REQUIRE": "never",
            "GIT_ALLOW_PROTOCOL": _TRANSPORTS,
            "GIT_CEILING_DIRECTORIES": str(self._above),
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_PAGER": "cat",
            "LC_ALL": "C.UTF-8",
            "LANGUAGE": "C",
        }


def check_address(url: str) -> None:
    """Refuse what git would take for an option or for a command to run.

    Raises:
        InputError: It is no URL, no `user@host:path` and no absolute path.
    """
    if not (_ADDRESS.fullmatch(url) and url.isprintable()):
        raise InputError(
            f"{url!r:.200} is no address of a repository: https://…, ssh://…, git@host:path,"
            " file:///… or an absolute path"
        )


def check_branch(name: str) -> None:
    """Refuse what cannot be the name of a branch or tag.

    Raises:
        InputError: It cannot.
    """
    if name and not re.fullmatch(r"[\w.][\w./+@-]*", name):
        raise InputError(f"{name!r:.200} cannot be the name of a branch")


def masked(text: str) -> str:
    """Return a text without the user names and passwords of its addresses."""
    return _PASSWORD.sub(r"\1***@", text)


def _options(settings: Mapping[str, str]) -> list[str]:
    return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]


def _read(stream: Any, tell: Tell | None) -> bytes:
    """Return the end of a stream, its lines told as they come; progress ends its lines with CR."""
    kept = b""
    rest = b""
    while piece := stream.read1(_KEEP):
        kept = (kept + piece)[-_KEEP:] if tell else kept + piece
        if tell:
            *lines, rest = (rest + piece).replace(b"\r", b"\n").split(b"\n")
            for line in filter(None, lines):
                tell(masked(line.decode("utf-8", "replace")))
    return kept


def _end(process: Any) -> None:
    """Kill what is left of the group: helpers of git too."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def _why(command: str, said: str) -> str:
    """Return git's own reason in one line, with the files it names and without its hints."""
    lines = masked(said).replace("\r", "\n").splitlines()
    telling = [line for line in lines if line.startswith(_TELLING)]
    told = telling or [line for line in lines if line.strip() and not line.startswith("hint:")][-1:]
    text = " ".join(line.removeprefix("fatal:").removeprefix("error:").strip() for line in told)
    return f"git {command}: {text[:_SHOWN] or 'failed'}"
