import io

import gevent
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
