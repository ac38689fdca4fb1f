from cockpit.bus import Made


def test_messages_are_listed(client, rooms):
    rooms.postman.send(Made("j", "tell", 1), "ops", "look", service="desk/desk!main")
    (found,) = client.simulate_get("/messages").json

    assert (found["who"], found["text"], found["state"]) == ("ops", "look", "held")
    assert client.simulate_get("/messages", query_string="state=held").json == [found]
    assert client.simulate_get("/messages", query_string="state=mailed").json == []


def test_what_is_no_state_is_refused(client):
    assert client.simulate_get("/messages", query_string="state=lost").status_code == 422
