import configparser
import shlex
from pathlib import Path

import msgspec
import pytest

from cockpit.app.systemd_unit import Service, is_edited, unit

HOME = Path("/var/lib/cockpit")
SERVICE = Service(
    name="cockpit",
    home=HOME,
    user="cockpit",
    program=Path("/opt/cockpit/bin/cockpit"),
    parts=(Path("/opt/cockpit"), Path("/usr")),
    ports=(2525, 8080),
)


class Keys(configparser.RawConfigParser):
    """Keys of a unit keep their case; one that stands twice has both values."""

    def optionxform(self, key):
        return key


def read(**changes):
    """Return the section `Service` of a unit."""
    text = unit(msgspec.structs.replace(SERVICE, **changes))
    parser = Keys(interpolation=None, strict=True)
    parser.read_string(text)
    return parser["Service"]


def test_it_starts_reloads_and_stops_as_the_rack_expects():
    service = read()

    assert shlex.split(service["ExecStart"]) == [
        "/opt/cockpit/bin/cockpit",
        "start",
        "--home",
        "/var/lib/cockpit",
    ]
    assert service["ExecReload"] == "/bin/kill -HUP $MAINPID"
    assert (service["Type"], service["KillMode"], service["OOMPolicy"]) == (
        "notify",
        "mixed",
        "continue",
    )
    assert (service["Restart"], service["RestartPreventExitStatus"]) == ("on-failure", "2")


def test_the_home_below_var_lib_is_its_state():
    assert read()["StateDirectory"] == "cockpit"
    assert read(home=HOME / "second")["StateDirectory"] == "cockpit/second"
    assert "ReadWritePaths" not in read()


def test_a_home_elsewhere_is_the_one_place_to_write_to():
    service = read(home=Path("/srv/cockpit"))

    assert service["ReadWritePaths"] == "/srv/cockpit"
    assert (service["ProtectSystem"], "StateDirectory" in service) == ("strict", False)


def test_nothing_of_people_is_seen_but_what_the_program_needs():
    assert read()["ProtectHome"] == "yes"
    service = read(parts=(Path("/home/ann/cockpit/.venv"), Path("/usr")))

    assert service["ProtectHome"] == "tmpfs"
    assert service["BindReadOnlyPaths"] == "/home/ann/cockpit/.venv"


def test_a_home_among_those_of_people_is_shown_to_be_written_to():
    service = read(home=Path("/home/ann/home"))

    assert (service["ProtectHome"], service["BindPaths"]) == ("tmpfs", "/home/ann/home")
    assert "ReadWritePaths" not in service


@pytest.mark.parametrize(
    ("ports", "capability"),
    [
        ((25, 8080), "CAP_NET_BIND_SERVICE"),
        ((2525, 443), "CAP_NET_BIND_SERVICE"),
        ((1024, 8080), ""),
        ((0, 0), ""),
    ],
)
def test_only_low_ports_need_a_capability(ports, capability):
    service = read(ports=ports)

    assert service["CapabilityBoundingSet"] == capability
    assert service.get("AmbientCapabilities", "") == capability


@pytest.mark.parametrize(
    "key",
    [
        "NoNewPrivileges",
        "PrivateTmp",
        "PrivateDevices",
        "ProtectKernelTunables",
        "RestrictSUIDSGID",
        "MemoryDenyWriteExecute",
    ],
)
def test_it_is_hardened(key):
    assert read()[key] == "yes"


def test_what_commands_of_actions_need_is_left_to_them():
    service = read()

    # git and ssh drop privileges they never had; name resolution asks netlink; monitoring sees
    # processes of others.
    assert service["SystemCallFilter"] == "@system-service"
    assert set(service["RestrictAddressFamilies"].split()) == {
        "AF_UNIX",
        "AF_INET",
        "AF_INET6",
        "AF_NETLINK",
    }
    assert not {"ProtectProc", "ProcSubset", "PrivateNetwork", "PrivateUsers"} & set(service)


def test_odd_paths_stay_one_word():
    service = read(home=Path("/srv/50% of $x"), program=Path('/opt/a "b"/cockpit'))

    assert service["ExecStart"] == (r'"/opt/a \"b\"/cockpit" start --home "/srv/50%% of $$x"')
    assert service["ReadWritePaths"] == '"/srv/50%% of $$x"'


def test_a_unit_tells_whether_somebody_edited_it():
    text = unit(SERVICE)

    assert not is_edited(text)
    assert is_edited(text.replace("UMask=0077", "UMask=0022"))
    assert is_edited(text + "# mine\n")
    assert is_edited("[Unit]\n")
