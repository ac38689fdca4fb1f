def test_status_is_what_the_rack_says(client):
    assert client.simulate_get("/status").json == {"version": "1", "notes": ["all is well"]}


def test_what_was_refused_is_shown_with_its_reason(client, rooms):
    rooms.rejections.add("ckpt.alarm", b"first", "no JSON")
    rooms.rejections.add("ckpt.email", b"second", "service: missing")
    (found,) = client.simulate_get("/rejected", query_string="limit=1").json

    assert (found["channel"], found["reason"], found["payload"]) == (
        "ckpt.email",
        "service: missing",
        "second",
    )


def test_a_list_of_refusals_is_cut_at_a_thousand(client):
    assert client.simulate_get("/rejected", query_string="limit=1001").status_code == 400
