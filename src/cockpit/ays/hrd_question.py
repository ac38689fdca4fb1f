"""A question that stands in for a value: `token = @ASK type:password descr:'API token'`.

AYS 8 put it to whoever sat at the terminal. Here it is read, never executed: `{{…}}` in it is
text, and a tag that nobody knows is kept.

See: AYS 8, @ASK.
"""

import math
import re

import msgspec

from cockpit.errors import InputError

_MARK = re.compile(r"(?<![\w.@])@ask(?=[\s,]|$)", re.IGNORECASE)
_TOKEN = re.compile(r"""(?:'[^']*'|"[^"]*"|[^\s'"]|['"])+""")
_TAG = re.compile(r"(\w+)[:=](.*)", re.DOTALL)
_KNOWN = {"name", "type", "descr", "default", "regex", "retry", "minvalue", "maxvalue"}
_CHOICES = "dropdownvals"


class Question(msgspec.Struct, frozen=True):
    """What to ask for a value; the texts are without quotes.

    `default` is None when there is none. `choices` are the answers to pick from, empty for a free
    answer. `tags` holds the unknown tags by name in lower case, `labels` the words without colon.
    """

    name: str = ""
    type: str = "str"
    descr: str = ""
    default: str | None = None
    regex: str = ""
    retry: int | None = None
    min_value: float | None = None
    max_value: float | None = None
    choices: list[str] = []
    tags: dict[str, str] = {}
    labels: list[str] = []


def is_question(value: object) -> bool:
    """Tell whether a value asks: it holds `@ask`, in any case, as a word (no mail address)."""
    return isinstance(value, str) and _MARK.search(value) is not None


def parse(text: str, *, where: str) -> Question:
    """Read a question.

    Args:
        where: Opens the error, e.g. `instance.hrd:3`.

    Raises:
        InputError: The text asks nothing, or retry, minValue or maxValue is no number.
    """
    mark = _MARK.search(text)
    if mark is None:
        raise InputError(f"{where}: no @ASK in {text!r}")
    tags: dict[str, str] = {}
    labels: list[str] = []
    for token in _TOKEN.findall(text[mark.end() :]):
        found = _TAG.fullmatch(token.rstrip(","))
        if found:
            tags[found[1].lower()] = _bare(found[2])
        elif _bare(token.rstrip(",")):
            labels.append(_bare(token.rstrip(",")))
    retry = _number(tags.get("retry"), "retry", where)
    return Question(
        name=tags.get("name", ""),
        type=tags.get("type", "str").lower(),
        descr=tags.get("descr", "").replace("__", " ").replace("\\n", "\n"),
        default=tags.get("default"),
        regex=tags.get("regex", ""),
        retry=None if retry is None else int(retry),
        min_value=_number(tags.get("minvalue"), "minValue", where),
        max_value=_number(tags.get("maxvalue"), "maxValue", where),
        choices=[one.strip() for one in tags.get(_CHOICES, "").split(",") if one.strip()],
        tags={tag: value for tag, value in tags.items() if tag not in {*_KNOWN, _CHOICES}},
        labels=labels,
    )


def _bare(text: str) -> str:
    """Take the outer quotes off, single or double."""
    is_quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "'\""
    return text[1:-1] if is_quoted else text


def _number(text: str | None, tag: str, where: str) -> float | None:
    if text is None:
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise InputError(f"{where}: {tag} of @ASK is a number, not {text!r}")
    return number
