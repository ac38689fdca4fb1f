"""What Telegram makes of a text with parse_mode HTML: the plain text and the marks over it.

See: https://core.telegram.org/bots/api, "Formatting options".
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

MARKS = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("span", "tg-spoiler"), "spoiler"),
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)([^<>]*)>")
_ATTRIBUTE = re.compile(r"""\s+([a-zA-Z][\w-]*)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'=]+))?""")
# All that Telegram reads; what else begins with & stands for itself.
_CHARACTER = re.compile(r"&(?:lt|gt|amp|quot|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});")


@dataclass(frozen=True)
class Opened:
    """A tag that waits for its end; `offset` in UTF-16 code units."""

    tag: str
    attributes: Mapping[str, str]
    offset: int


def units(text: str) -> int:
    """Count as Telegram does, in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parsed(text: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the plain text and its entities.

    Raises:
        ValueError: It is not what Telegram takes for HTML; the words are nearly Telegram's.
    """
    plain, marks, opened = "", [], []
    for word, tag in _words(text):
        if tag is None:
            plain += _CHARACTER.sub(lambda found: unescape(found[0]), word)
        elif not tag[1]:
            opened.append(_opened(tag, units(plain)))
        else:
            marks += _closed(tag, opened, units(plain))
    if opened:
        raise _error(f'Can\'t find end tag corresponding to start tag "{opened[-1].tag}"')
    told = {(mark["offset"], mark["length"]) for mark in marks if "language" in mark}
    marks = [mark for mark in marks if not _is_twice(mark, told)]
    return plain, sorted(marks, key=lambda mark: (mark["offset"], -mark["length"]))


def _is_twice(mark: Mapping[str, Any], told: Collection[tuple[int, int]]) -> bool:
    """Tell whether it is a `pre` around a `code` that names the language for both."""
    place = (mark["offset"], mark["length"])
    return mark["type"] == "pre" and "language" not in mark and place in told


def _words(text: str) -> Iterator[tuple[str, re.Match[str] | None]]:
    """Cut a text into tags and what is between them."""
    at = 0
    while (start := text.find("<", at)) >= 0:
        tag = _TAG.match(text, start)
        if tag is None:
            offset = len(text[:start].encode("utf-8", "surrogatepass"))
            raise _error(f"Unsupported start tag at byte offset {offset}")
        yield text[at:start], None
        yield tag[0], tag
        at = tag.end()
    yield text[at:], None


def _opened(tag: re.Match[str], offset: int) -> Opened:
    name, rest = tag[2].lower(), tag[3]
    if name not in MARKS:
        raise _error(f'Unsupported start tag "{name}"')
    if _ATTRIBUTE.sub("", rest).strip():
        raise _error(f'Unexpected text in the start tag "{name}": {rest.strip()}')
    attributes = {
        found[1].lower(): unescape((found[2] or "").strip("\"'"))
        for found in _ATTRIBUTE.finditer(rest)
    }
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise _error('Tag "span" must have class "tg-spoiler"')
    if name == "tg-emoji" and not attributes.get("emoji-id"):
        raise _error('Tag "tg-emoji" must have the attribute "emoji-id"')
    return Opened(name, attributes, offset)


def _closed(tag: re.Match[str], opened: list[Opened], end: int) -> list[dict[str, Any]]:
    """Take the newest open tag off the pile; what it marks."""
    name = tag[2].lower()
    if tag[3].strip():
        raise _error(f'Unexpected text in the end tag "{name}"')
    if not opened:
        raise _error(f'Unexpected end tag "{name}"')
    start = opened.pop()
    if start.tag != name:
        raise _error(f'Unmatched end tag, expected "</{start.tag}>", found "</{name}>"')
    mark = {"type": MARKS[name], "offset": start.offset, "length": end - start.offset}
    more = _more(start, opened)
    is_empty = mark["length"] == 0 or (name == "a" and not more)
    return [] if is_empty else [mark | more]


def _more(start: Opened, around: list[Opened]) -> dict[str, str]:
    """What a mark says beside where it is."""
    told = start.attributes
    if start.tag == "a":
        return {"url": told["href"]} if told.get("href") else {}
    if start.tag == "tg-emoji":
        return {"custom_emoji_id": told["emoji-id"]}
    if start.tag == "blockquote" and "expandable" in told:
        return {"type": "expandable_blockquote"}
    language = told.get("class", "")
    if start.tag == "code" and around and around[-1].tag == "pre" and language:
        return {"type": "pre", "language": language.removeprefix("language-")}
    return {}


def _error(words: str) -> ValueError:
    return ValueError(f"can't parse entities: {words}")
