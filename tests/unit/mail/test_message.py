from cockpit.mail import Message


def test_what_is_missing_is_empty_and_nothing_is_shared():
    one, other = Message(), Message()
    one.to.append("a@x")

    assert other == Message()
    assert (other.subject, other.epoch, other.bodytype, other.to) == ("", 0, "text", [])
