from cockpit.bus import Made
from cockpit.rest.messages import Listing
from cockpit.rest.payload import choices
from cockpit.robot import MESSAGE_STATES


def test_messages_are_listed(client, rooms):
    rooms.postman.send(Made("j", "tell", 1), "ops", "look", service="desk/desk!main")
    (found,) = client.simulate_get("/messages").json

    assert (found["who"], found["text"], found["state"]) == ("ops", "look", "held")
    assert client.simulate_get("/messages", query_string="state=held").json == [found]
    assert client.simulate_get("/messages", query_string="state=mailed").json == []


def test_what_is_no_state_is_refused(client):
    assert client.simulate_get("/messages", query_string="state=lost").status_code == 400


def test_the_states_that_may_be_asked_for_are_those_that_there_are():
    assert choices(Listing, "state") == MESSAGE_STATES
