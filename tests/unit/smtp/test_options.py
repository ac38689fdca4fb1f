from cockpit.smtp import Options


def test_a_too_big_message_is_read_to_a_quarter_over_the_limit():
    assert Options(max_message_bytes=1000).max_drained_bytes == 1250


def test_bare_newlines_are_rejected_by_default():
    assert Options().bare_newline == "reject"
