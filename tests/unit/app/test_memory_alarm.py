from cockpit.app.memory_alarm import MemoryAlarm
from cockpit.bus import Log
from unit.telegram.conftest import Log as Kept


def test_it_fires_when_the_doors_close_and_resolves_when_they_open(pipe):
    log, logger = Log(pipe), Kept()
    alarm = MemoryAlarm(log, logger, clock=lambda: 600)
    alarm(True, 0.856)
    alarm(True, 0.86)
    alarm(False, 0.4)

    found = log.after(["alarm"], 9, "0")
    assert [(one.service, one.method, one.status) for one in found] == [
        ("cockpit!main", "memory", "firing"),
        ("cockpit!main", "memory", "resolved"),
    ]
    assert found[0].msg.startswith("Redis uses 86% of its memory")
    assert [name for name, _ in logger.lines] == ["doors_closed", "doors_closed", "doors_opened"]
