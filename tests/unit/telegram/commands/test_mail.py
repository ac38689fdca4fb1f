def test_the_outbox_is_listed_and_a_mail_shown(chat):
    assert chat.say("/mail list") == "The outbox is empty."
    assert chat.say("/mail show") == "The outbox is empty."
    chat.robot.outbox.put(
        "a1b2c3d4e5f60718",
        sender="cockpit@here",
        to=["bob@there"],
        subject="hello",
        raw="Subject: hello\r\n\r\nhi\r\n",
        epoch_ms=9,
        made=None,
    )

    assert "to bob@there: hello" in chat.say("/mail list")
    chat.say("/mail show")
    assert "hi" in chat.press("a1b2c3d4e5f60718")
