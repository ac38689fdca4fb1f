import json

import pytest

from cockpit.eco.frames import Place, backtrace, causes, excerpt, innermost, words


def raised(call):
    with pytest.raises(BaseException) as caught:
        call()
    return caught.value


def deep(n):
    return deep(n - 1) if n else 1 / 0


def ping(n):
    return pong(n)


def pong(n):
    return ping(n - 1) if n else 1 / 0


def test_frames_that_repeat_are_folded():
    text = backtrace(raised(lambda: deep(500)), 16_000)

    assert "[the frame above repeated 500 more times]" in text
    assert text.count("in deep") == 1


def test_circles_of_frames_are_folded():
    text = backtrace(raised(lambda: ping(300)), 16_000)

    assert "[the 2 frames above repeated 300 more times]" in text


def test_causes_stand_first_and_are_named():
    def fail():
        try:
            deep(0)
        except ZeroDivisionError as error:
            raise KeyError("k") from error

    error = raised(fail)
    text = backtrace(error, 16_000)

    assert text.index("ZeroDivisionError") < text.index("direct cause") < text.index("KeyError")
    assert causes(error) == ["ZeroDivisionError"]


def test_what_went_wrong_while_an_error_was_handled_is_told():
    def fail():
        try:
            deep(0)
        except ZeroDivisionError:
            {}["k"]

    assert "During handling" in backtrace(raised(fail), 16_000)


def test_the_errors_of_a_group_are_named():
    def fail():
        raise ExceptionGroup("both", [ValueError("a"), KeyError("b")])

    assert "  + ValueError: a\n  + KeyError: 'b'" in backtrace(raised(fail), 16_000)


def test_a_backtrace_keeps_its_end():
    assert len(backtrace(raised(lambda: deep(3)), 100)) <= 100
    assert backtrace(raised(lambda: deep(3)), 100).endswith("ZeroDivisionError: division by zero\n")


def test_the_users_own_frame_goes_before_that_of_a_library():
    place, frame = innermost(raised(lambda: json.loads("{")).__traceback__)

    assert place.filename == __file__
    assert frame is not None


def test_what_was_never_raised_has_no_frame():
    assert innermost(None) == (Place(), None)
    assert excerpt(Place()) == ""


def test_an_error_without_words_is_its_type():
    assert words(KeyError()) == "KeyError"
