"""The systemd unit of a cockpit: what the service may do, and no more. Pure.

Theory of operation. The service owns its home and reads the rest of the machine. What it may not do
its actions may not do either: they run in its children. Where a template needs more, a drop-in says
so (`systemctl edit`), and docs/operating.md names the line for each need.

See: systemd.service(5), systemd.exec(5), systemd.kill(5).
"""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

_STATE = Path("/var/lib")
_HIDDEN = (Path("/home"), Path("/root"), Path("/run/user"))
"""What ProtectHome hides."""
_PRIVILEGED = 1024
_SEAL = re.compile(r"# sha256:([0-9a-f]{64})\n")

_HEAD = """\
# Written by `cockpit service-install`, which writes it anew as long as nobody edits it.
# Your changes stand best in a drop-in: `systemctl edit {name}`.
# sha256:{seal}
"""

_UNIT = """\
[Unit]
Description=Cockpit, the robot of people who keep systems running
Wants=network-online.target
After=network-online.target

[Service]
Type=notify
NotifyAccess=main
ExecStart={program} start --home {home}
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
RestartSec=2s
# A mistake in the settings does not go away by itself.
RestartPreventExitStatus=2
# The rack alone is asked to stop: it lets doors and actions end, then its Redis.
KillMode=mixed
TimeoutStopSec=90s
# Redis reads all it has before the doors open.
TimeoutStartSec=5min
# A robot that fills memory dies alone.
OOMPolicy=continue
LimitNOFILE=65536

User={user}
Group={user}
UMask=0077
{places}

ProtectSystem=strict
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
NoNewPrivileges=yes
{capabilities}
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
KeyringMode=private
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
"""


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """What a unit is about.

    Attributes:
        name: Of the unit, without `.service`.
        home: Of the cockpit; absolute.
        user: Whom it runs as, and that user's group.
        program: The `cockpit` command; absolute.
        parts: Folders that the program is made of: virtual environment, source, Python.
        ports: Where its doors listen.
    """

    name: str
    home: Path
    user: str
    program: Path
    parts: tuple[Path, ...]
    ports: tuple[int, ...]

    @property
    def hidden(self) -> list[Path]:
        """The parts that lie where a service sees nothing unless it is shown."""
        return [part for part in self.parts if _is_below(part, _HIDDEN)]


def unit(service: Service) -> str:
    """Return the text of the unit, sealed."""
    body = _UNIT.format(
        program=_quoted(service.program),
        home=_quoted(service.home),
        user=service.user,
        places="\n".join(_places(service)),
        capabilities="\n".join(_capabilities(service.ports)),
    )
    return _HEAD.format(name=service.name, seal=_digest(body)) + body


def is_edited(text: str) -> bool:
    """Tell whether a unit is not as `unit` wrote it."""
    found = _SEAL.search(text)
    return found is None or _digest(text[found.end() :]) != found[1]


def _places(service: Service) -> list[str]:
    """Say where the home is, and show what ProtectHome would hide."""
    lines: list[str] = []
    is_hidden = _is_below(service.home, _HIDDEN)
    if _is_below(service.home, (_STATE,)):
        state = _escaped(str(service.home.relative_to(_STATE)))
        lines += [f"StateDirectory={state}", "StateDirectoryMode=0700"]
    elif not is_hidden:
        lines.append(f"ReadWritePaths={_quoted(service.home)}")
    if not (is_hidden or service.hidden):
        return [*lines, "ProtectHome=yes"]
    lines.append("ProtectHome=tmpfs")
    lines += [f"BindReadOnlyPaths={_quoted(part)}" for part in service.hidden]
    return [*lines, f"BindPaths={_quoted(service.home)}"] if is_hidden else lines


def _capabilities(ports: Sequence[int]) -> list[str]:
    if not any(0 < port < _PRIVILEGED for port in ports):
        return ["CapabilityBoundingSet="]
    name = "CAP_NET_BIND_SERVICE"
    return [f"CapabilityBoundingSet={name}", f"AmbientCapabilities={name}"]


def _is_below(path: Path, folders: Sequence[Path]) -> bool:
    return any(folder in path.parents for folder in folders)


def _quoted(path: Path) -> str:
    """Return a path as one word of a unit; see systemd.syntax(7), QUOTING."""
    text = _escaped(str(path))
    return f'"{text}"' if re.search(r"[\s'\"]", str(path)) else text


def _escaped(text: str) -> str:
    # % and $ stand for specifiers and variables.
    for mark, twice in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%"), ("$", "$$")):
        text = text.replace(mark, twice)
    return text


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
