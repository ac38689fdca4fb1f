import pytest

from cockpit.ays.nesting import is_nested


@pytest.mark.parametrize(
    "text",
    [
        "event.to.all(a, event.cc.exists(b, a == b))",
        "[1].map(a, [2].filter(b, true)) == []",
        "[1].all(a, (a > 0) && [2] . exists_one (b, true))",
        "[1].all(a, ')' == a || [2].all(b, true))",
        "[1].all(a, r'\\' == ')' || [2].all(b, true))",
        '[1].all(a, """ " ) """ == a || [2].all(b, true))',
        "[1].all(a, // )\n [2].all(b, true))",
        '[1].all(a, "\\")" == a || [2].all(b, true))',
        "[1].all(a, [2].all(b, true)",
    ],
)
def test_a_macro_inside_another_is_nested(text):
    assert is_nested(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        'event.msg == "x"',
        "event.to.exists(a, a == 'x')",
        "event.to.exists(a, a == 'x') || event.cc.exists(a, size(a) > (1 + 2))",
        "event.to.exists(a, a == '.all(b, true)')",
        "event.to.exists(a, true) // .all(b, true)",
        "event.all == 1 && event.msg.contains('(')",
    ],
)
def test_one_after_the_other_is_not(text):
    assert not is_nested(text)
