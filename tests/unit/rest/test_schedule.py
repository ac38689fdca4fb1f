def test_what_will_happen_is_listed(client, rooms, repos):
    path = repos / "desk" / "servicetemplates" / "desk" / "service.hrd"
    path.write_text("recurring.notify = 1h\n")
    rooms.catalog.execute("desk")
    rooms.schedule.keep()
    (found,) = client.simulate_get("/schedule", query_string="repo=desk").json

    assert (found["kind"], found["repo"], found["service"]) == ("recurring", "desk", "desk!main")
    assert (found["name"], found["period_s"]) == ("notify", 3600)


def test_nothing_is_planned_where_nothing_recurs(client):
    assert client.simulate_get("/schedule").json == []
