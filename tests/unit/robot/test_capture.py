import io

import gevent
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.robot.capture import _HEAD, _TAIL, Output, Stream, stamp

LENGTHS = st.lists(st.integers(0, 40_000), max_size=8)


def texts_of(lengths):
    """Text in which every character tells its place."""
    whole = "".join(chr(0x4E00 + n % 20_000) for n in range(sum(lengths)))
    pieces, at = [], 0
    for length in lengths:
        pieces.append(whole[at : at + length])
        at += length
    return whole, pieces


@given(LENGTHS)
def test_the_first_and_the_last_stay_and_the_gap_is_counted(lengths):
    whole, pieces = texts_of(lengths)
    output = Output()
    for piece in pieces:
        output.write(piece)
    cut = max(0, len(whole) - _HEAD - _TAIL)
    gap = f"\n[… {cut} characters cut …]\n" if cut else ""

    assert output.text() == whole[:_HEAD] + gap + (whole[_HEAD:][-_TAIL:])


@pytest.fixture
def hiding():
    def hiding(*secrets):
        output = Output()
        for secret in secrets:
            output.hide(secret)
        return output

    return hiding


def test_a_short_secret_is_hidden_as_a_word_only(hiding):
    assert hiding("1").conceal("x 11, y 1, z-1") == "x 11, y ***, z-***"
    assert hiding("5432").conceal("port=15432") == "port=1***"


def test_the_short_lines_of_a_secret_are_no_secrets(hiding):
    output = hiding('{\n"key": "s3cret"\n}\n')

    assert output.conceal('{} \n"key": "s3cret"') == "{} \n***"


def test_a_value_stays_what_json_can_hold(hiding):
    value = {"s3cret": ["a s3cret", 5432, 1, True, 5.5, None], "n": 1}

    assert hiding("s3cret", "5432", "1").concealed(value) == {
        "***": ["a ***", "***", 1, True, 5.5, None],
        "n": 1,
    }
    assert hiding().concealed(value) is value


def test_what_holds_a_secret_is_found_in_every_shape(hiding):
    output = hiding("s3cret", "1", "admin")

    assert all(map(output.holds, ["a s3cret", [["s3cret"]], {"s3cret": 1}, {"a": ("s3cret",)}]))
    assert not any(map(output.holds, ["secret", 1, "1", "administrator", [1], {"a": None}]))


def test_each_greenlet_has_its_own_output_and_others_write_through():
    real = io.StringIO()
    stream = Stream(real)

    def run(text):
        output = Output()
        stream.begin(output)
        for _ in range(3):
            print(text, file=stream, flush=True)
            gevent.idle()
        stream.end()
        print("after", file=stream)
        return output.text()

    a, b = gevent.spawn(run, "a"), gevent.spawn(run, "b")
    gevent.joinall([a, b], timeout=10)

    assert (a.get(), b.get()) == ("a\n" * 3, "b\n" * 3)
    assert real.getvalue() == "after\nafter\n"


def test_lines_written_together_are_captured():
    real = io.StringIO()
    stream, output = Stream(real), Output()
    stream.begin(output)
    stream.writelines(["a\n", "b\n"])

    assert (output.text(), real.getvalue()) == ("a\nb\n", "")


def test_the_rest_of_a_stream_is_the_real_ones():
    real = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    stream = Stream(real)

    assert stream.encoding == "latin-1"
    assert stream.write("x") == 1


def test_a_log_line_has_its_time():
    assert stamp("hello", lambda: 0.0).endswith(":00:00 hello\n")
