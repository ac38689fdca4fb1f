PLANNED = {
    "kind": "recurring",
    "repo": "desk",
    "service": "web!main",
    "name": "check",
    "period_s": 3600.0,
    "misfire": "once",
    "next_epoch": 1795456059.5,
}


def test_what_will_happen_is_listed(server, run):
    server.on("GET /schedule", [PLANNED])

    assert "desk  web!main  recurring  check  3600" in run("schedule").out


def test_programs_get_all_of_it(server, run):
    server.on("GET /schedule", [PLANNED])

    assert run("schedule", "--json").document == [PLANNED]
