r"""The inside of HRD quotes and of binary blocks: what cannot stand there as itself.

Text in single quotes may hold the escapes `\K` comma, `\Q` double quote, `\S` space, `\D` colon,
`\N` and `\n` newline; ours adds `\{27}`, a character by its number in hexadecimal, for what the
old ones cannot say (the single quote itself). Before an escape a pair of backslashes is one
backslash; everywhere else a backslash is just that.

See: AYS 8, escapes inside one-quoted text.
"""

import binascii
import re
import sys

_OLD = {"K": ",", "Q": '"', "S": " ", "D": ":", "N": "\n", "n": "\n"}
_ESCAPE = r"(?:[KQSDNn]|\{[0-9a-fA-F]{1,6}\})"
_HOSTILE = r"'\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff"
# PERF: the look-behind and the possessive run keep a row of backslashes linear.
_DECODED = re.compile(rf"(?<!\\)(\\++)({_ESCAPE})")
_LINE_BYTES = 24
_SAFE_BYTES = frozenset(range(33, 127)) - set(b"=#")


def decode(text: str) -> str:
    """Return what quoted text stands for."""
    return _DECODED.sub(_decode_one, text) if "\\" in text else text


def encode(text: str, *, also: str = "") -> str:
    r"""Return quoted text, without its quotes, that `decode` reads back.

    Args:
        also: Further characters to write as `\{…}`, such as brackets inside brackets.
    """
    hostile = f"[{_HOSTILE}{re.escape(also)}]"
    doubled = re.sub(rf"(?<!\\)(\\++)(?={_ESCAPE}|{hostile})", r"\1\1", text)
    return re.sub(hostile, _encode_one, doubled)


def wrap(data: bytes) -> list[str]:
    """Return the lines of a `bqp` block: quoted-printable, ASCII, none begins with `#`."""
    cuts = range(0, len(data), _LINE_BYTES)
    lines = ["".join(map(_printable, data[cut : cut + _LINE_BYTES])) for cut in cuts]
    return [f"{line}=" for line in lines[:-1]] + lines[-1:]


def unwrap(text: str) -> bytes:
    """Return the bytes of a `bqp` block."""
    return binascii.a2b_qp(raw_bytes(text))


def raw_bytes(text: str) -> bytes:
    """Return the bytes of a `b` block; bytes that were no UTF-8 in the file are themselves."""
    return text.encode("utf-8", errors="surrogateescape")


def _decode_one(found: re.Match[str]) -> str:
    pairs, is_escaped = divmod(len(found[1]), 2)
    escape = found[2]
    if not is_escaped:
        return "\\" * pairs + escape
    if escape in _OLD:
        return "\\" * pairs + _OLD[escape]
    number = int(escape[1:-1], 16)
    return "\\" * pairs + (chr(number) if number <= sys.maxunicode else f"\\{escape}")


def _encode_one(found: re.Match[str]) -> str:
    return r"\n" if found[0] == "\n" else f"\\{{{ord(found[0]):x}}}"


def _printable(byte: int) -> str:
    return chr(byte) if byte in _SAFE_BYTES else f"={byte:02X}"
