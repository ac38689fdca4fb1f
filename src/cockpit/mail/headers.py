"""Header fields: taking them from octets, and reading words, addresses, dates and parameters."""

import binascii
import re
from email.message import Message
from email.utils import getaddresses, mktime_tz, parsedate_tz
from itertools import islice

from cockpit.mail.content import decode_base64, decode_text

MAX_BLOCK_BYTES = 256 * 1024
MAX_FIELDS = 1000
MAX_ADDRESSES = 2000
_MAX_ADDRESS_CHARS = 64 * 1024
_MAX_PARAMETER_CHARS = 8 * 1024
_MAX_DATE_CHARS = 200

Fields = dict[str, list[str]]

# RFC 5322 §2.2: printable ASCII but the colon; §2.2.3: a line that starts with white space goes on.
_FIELD = re.compile(rb"^([!-9;-~]++)[ \t]*+:(.*+(?:\n[ \t].*+)*+)", re.MULTILINE)
_WORD = re.compile(r"=\?([\w.:-]{1,40})(?:\*[\w-]{0,20})?\?([bBqQ])\?([^?]*)\?=")
_CONTROL = re.compile(r"[\0-\x1f\x7f-\x9f\u2028\u2029]+")
_ONE_ADDRESS = re.compile(
    r"(?:([^\"(),:;<>@\[\]\\=]*+)<([^\s\"(),:;<>@\[\]\\]++@[^\s\"(),:;<>@\[\]\\]++)>"
    r"|([^\s\"(),:;<>@\[\]\\]++@[^\s\"(),:;<>@\[\]\\]++))"
)


def read_fields(block: bytes, limit: int = MAX_FIELDS) -> Fields:
    """Read header fields by lower-case name, unfolded; lines that are no field are passed over."""
    fields: Fields = {}
    for field in islice(_FIELD.finditer(block), limit):
        name = field[1].decode("ascii").lower()
        fields.setdefault(name, []).append(_unfold(field[2]))
    return fields


def _unfold(value: bytes) -> str:
    try:
        text = value.decode("utf-8")  # RFC 6532 §3.2; what came before it was mostly Latin-1.
    except UnicodeDecodeError:
        text = value.decode("latin-1")
    if "\n" in text:
        text = text.replace("\r\n", "").replace("\n", "")
    return text.strip()


def first(fields: Fields, name: str) -> str:
    """Give the first value of a field, "" when there is none."""
    values = fields.get(name)
    return values[0] if values else ""


def read_words(value: str) -> str:
    """Decode encoded words and put a space in place of control characters.

    Neighbours of one character set are joined first: careless senders split characters.

    See: RFC 2047 §2, §6.2.
    """
    if "=?" not in value:
        return clean(value)
    out: list[str] = []
    run, charset, end = bytearray(), "", 0
    for word in _WORD.finditer(value):
        gap = value[end : word.start()]
        is_adjacent = end > 0 and not gap.strip()  # §6.2: white space between words is no text.
        if not is_adjacent or word[1].lower() != charset:
            out.append(decode_text(bytes(run), charset)[0])
            run.clear()
        if not is_adjacent:
            out.append(gap)
        run += _octets(word[2], word[3])
        charset, end = word[1].lower(), word.end()
    out += [decode_text(bytes(run), charset)[0], value[end:]]
    return clean("".join(out))


def _octets(encoding: str, payload: str) -> bytes:
    octets = payload.encode("utf-8")
    if encoding in "bB":
        return decode_base64(octets)[0]
    return binascii.a2b_qp(octets, header=True)  # `_` is a space: RFC 2047 §4.2.


def clean(text: str) -> str:
    """Put a space in place of control characters, and trim."""
    return _CONTROL.sub(" ", text).strip()


def read_addresses(values: list[str]) -> tuple[list[tuple[str, str]], bool]:
    """Read (name, address) pairs; names are decoded after the addresses are told apart.

    Returns:
        The pairs, and whether all was read: 64 KB, 2,000 addresses and sane nesting are.
    """
    if len(values) == 1:
        found = _ONE_ADDRESS.fullmatch(values[0])
        if found is not None:
            return [((found[1] or "").strip(), found[2] or found[3])], True
    joined = ", ".join(values)
    is_whole = len(joined) <= _MAX_ADDRESS_CHARS
    if not is_whole:
        joined = joined[:_MAX_ADDRESS_CHARS].rpartition(",")[0]
    try:
        pairs = getaddresses([joined])
    except (RecursionError, ValueError, IndexError):  # It recurses over nested comments.
        return [], False
    is_whole = is_whole and len(pairs) <= MAX_ADDRESSES
    found_all = [(read_words(name), clean(address)) for name, address in pairs[:MAX_ADDRESSES]]
    return [pair for pair in found_all if pair[1]], is_whole


def read_date(value: str) -> int:
    """Read a date into Unix seconds; 0 when it is none.

    See: RFC 5322 §3.3.
    """
    try:
        parts = parsedate_tz(value[:_MAX_DATE_CHARS])
        return max(0, int(mktime_tz(parts))) if parts else 0
    except (ValueError, OverflowError, IndexError, TypeError):
        return 0


def read_parameters(value: str) -> tuple[str, dict[str, str]]:
    """Read `kind; name=value; …` into the lower-case kind and its parameters.

    Continuations and character sets are resolved.

    See: RFC 2045 §5.1, RFC 2231.
    """
    kind, semicolon, _ = value.partition(";")
    kind = kind.strip().lower()
    if not semicolon:
        return kind, {}
    holder = Message()
    holder["x"] = value[:_MAX_PARAMETER_CHARS]  # PERF: the library's reader is quadratic.
    try:
        pairs = holder.get_params([], header="x")
    except (ValueError, IndexError, TypeError):
        return kind, {}
    found: dict[str, str] = {}
    for name, text in pairs[1:]:
        found.setdefault(name.lower(), _parameter(text))
    return kind, found


def _parameter(value: str | tuple[str | None, str | None, str]) -> str:
    if isinstance(value, str):
        return value
    charset, _, text = value  # RFC 2231 §4: the library gives octets as Latin-1.
    return decode_text(text.encode("latin-1", "replace"), charset or "")[0]
