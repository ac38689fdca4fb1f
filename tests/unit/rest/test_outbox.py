def put(rooms, mail):
    raw = f"Subject: {mail}\r\n\r\nhello\r\n".encode()
    rooms.outbox.put(
        mail, sender="me@x", to=["ann@x"], subject=mail, raw=raw, epoch_ms=int(mail[1:]) * 1000
    )


def test_the_newest_mail_comes_first_without_its_text(client, rooms):
    put(rooms, "m1")
    put(rooms, "m2")
    found = client.simulate_get("/outbox").json

    assert [each["id"] for each in found] == ["m2", "m1"]
    assert {key: found[0][key] for key in ("to", "subject", "state", "raw")} == {
        "to": ["ann@x"],
        "subject": "m2",
        "state": "held",
        "raw": "",
    }


def test_the_list_is_cut(client, rooms):
    put(rooms, "m1")
    put(rooms, "m2")

    assert len(client.simulate_get("/outbox", query_string="limit=1").json) == 1


def test_a_mail_is_shown_with_its_text(client, rooms):
    put(rooms, "m1")

    assert client.simulate_get("/outbox/m1").json["raw"] == "Subject: m1\r\n\r\nhello\r\n"


def test_a_mail_that_is_not_there_is_404(client):
    assert client.simulate_get("/outbox/m9").status_code == 404
