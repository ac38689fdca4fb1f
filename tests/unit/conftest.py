"""Any event of each type, for the laws: `st.from_type(events.Event)`."""

import msgspec
from hypothesis import strategies as st

from cockpit import events
from cockpit.events import kinds

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NUMBERS = st.integers(-(2**63), 2**63 - 1)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
MAPPINGS = st.dictionaries(TEXT, VALUES, max_size=4)
BY_ANNOTATION = {
    str: TEXT,
    int: st.integers(-(2**53 - 1), 2**53 - 1),  # What every reader of JSON takes for the same.
    list[str]: st.lists(TEXT, max_size=3),
    dict[str, str]: st.dictionaries(TEXT, TEXT, max_size=3),
    dict[str, object]: MAPPINGS,
}


def any_event(kind):
    fields = {}
    for known in msgspec.structs.fields(events.BY_TYPE[kind]):
        words = kinds.choices(known)
        plain = known.type.__origin__
        fields[known.name] = st.sampled_from(words) if words else BY_ANNOTATION.get(plain, MAPPINGS)
    return st.builds(events.BY_TYPE[kind], **fields)


for one in events.TYPES:
    st.register_type_strategy(events.BY_TYPE[one], any_event(one))
