from hypothesis import given
from hypothesis import strategies as st

from cockpit.robot.term import Term

WORDS = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1)


@given(
    kind=st.sampled_from(["recurring", "expects"]),
    service=WORDS,
    name=WORDS,
    period_ms=st.integers(1),
    misfire=st.sampled_from(["skip", "once", "all"]),
)
def test_what_is_written_is_read(**fields):
    term = Term(**fields)

    assert Term.read(term.member, term.text) == term
