from cockpit.app.door_settings import Http, Smtp
from cockpit.app.forms import Address


def test_doors_listen_on_this_machine_alone_by_default():
    assert Smtp().address == Address("127.0.0.1", 2525)
    assert Http().address == Address("127.0.0.1", 8080)


def test_texts_with_units_give_their_value():
    assert Smtp().max_size_bytes == Http().max_body_bytes == 25 * 1024**2
    assert Http(timeout="2m").timeout_s == 120
