import pytest

from cockpit.errors import nearest


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (("email", "eco"), " (did you mean email?)"),
        (("alarm", "eco"), " (there is: alarm, eco)"),
        ((), " (there is none)"),
        ({"email": 1}, " (did you mean email?)"),
    ],
)
def test_the_nearest_word_is_named_or_what_there_is(known, said):
    assert nearest("emai", known) == said
