import itertools

from hypothesis import given
from hypothesis import strategies as st

from cockpit.cli.stream import frames

SENT = (
    b"retry: 2000\n: events follow\n\n"
    b'id: eco-1-0\nevent: eco\ndata: {"n":"\xc3\xa9"}\n\n'
    b": still here\n\n"
    b"id: eco-2-0\nevent: eco\ndata: {\ndata: }\n\n"
    b"id: eco-3-0\nevent: eco\ndata: {"
)
READ = [("eco-1-0", '{"n":"é"}'), ("eco-2-0", "{\n}")]


@given(st.lists(st.integers(0, len(SENT)), max_size=9))
def test_events_are_the_same_wherever_the_stream_is_cut(cuts):
    edges = [0, *sorted(cuts), len(SENT)]
    pieces = [SENT[a:b] for a, b in itertools.pairwise(edges)]

    assert list(frames(pieces)) == READ


def test_what_ends_in_the_middle_is_no_event():
    assert list(frames([b"data: 1\n"])) == []
