import time

STATUS = {
    "version": "0.1.0",
    "doors": {
        "smtp": {"address": "127.0.0.1:2525", "last_receive": 0},
        "http": {"address": "127.0.0.1:8080"},
        "bridge": {"listening": True, "absences": 0},
        "telegram": {"is_on": False},
    },
    "settings": {"epoch": 1795648460, "changed": [], "needs_restart": [], "problems": []},
    "repos": ["helpdesk"],
    "robots": [],
    "memory": {"used_bytes": 3 * 2**20, "used": 0.25, "doors_closed": False},
    "counts": {
        "jobs": {"ok": 2, "dead": 1},
        "events": {"email": 4},
        "outbox": 5,
        "held": 8,
        "alarms": {"firing": 9, "resolved": 10},
        "ecos": {"states": {"NEW": 1, "ALERT": 2, "CLOSED": 3}, "dropped": {"shop": 7}},
        "rejected": 6,
        "repeats": 7,
    },
    "notes": [],
}


def test_doors_memory_and_counts_are_shown(server, run):
    server.on("GET /status", STATUS)
    out = run("status").out

    for text in ("127.0.0.1:2525, no mail yet", "127.0.0.1:8080", "2 ok, 1 dead", "4 email"):
        assert text in out
    for text in (
        "3 MB of Redis, 25%",
        "5 mails",
        "8 messages held",
        "9 firing, 10 resolved",
        "1 NEW, 2 ALERT, 3 CLOSED, 7 over the quota of shop",
        "6 rejected, 7 repeats",
        "listening",
    ):
        assert text in out


def test_a_robot_tells_its_work_and_when_it_was_seen(server, run):
    robot = {"name": "r1", "running": 2, "repos": ["helpdesk"], "seen": time.time()}
    server.on("GET /status", STATUS | {"robots": [robot]})

    assert "r1: 2 running, helpdesk, seen" in run("status").out


def test_the_bot_is_shown_where_there_is_one(server, run):
    server.on("GET /status", STATUS)
    assert "chats" not in run("status").out
    bot = {"is_on": True, "username": "desk_bot", "queued": 2, "dead": 1, "error": "away"}
    server.on("GET /status", STATUS | {"doors": STATUS["doors"] | {"telegram": bot}})

    assert "chats   @desk_bot, 2 messages wait, 1 given up, away" in run("status").out


def test_what_is_wrong_is_shown(server, run):
    doors = STATUS["doors"] | {"bridge": {"listening": False, "absences": 1}}
    memory = STATUS["memory"] | {"doors_closed": True}
    changed = {"doors": doors, "memory": memory, "notes": ["3 services wait"]}
    server.on("GET /status", STATUS | changed)
    out = run("status").out

    for text in ("not listening", "closed, memory is short", "note: 3 services wait"):
        assert text in out


def test_settings_that_were_refused_or_wait_are_shown(server, run):
    read = {"needs_restart": ["http.listen"], "problems": ["cockpit.toml:4: robot.retires: no"]}
    server.on("GET /status", STATUS | {"settings": STATUS["settings"] | read})
    out = run("status").out

    assert "refused cockpit.toml:4: robot.retires: no" in out
    assert "restart http.listen has another value in cockpit.toml" in out


def test_programs_get_the_document(server, run):
    server.on("GET /status", STATUS)

    assert run("--json", "status").document == STATUS
