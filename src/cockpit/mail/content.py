"""Octets of a part to text: transfer encodings, character sets, a plain reading of HTML.

Everything here takes any input, gives the best reading it can and takes linear time.
"""

import binascii
import html
import re

MAX_HTML_CHARS = 2 * 1024 * 1024

# Only real character sets: Python's codec registry also knows idna, punycode and others that
# are slow or raise in odd ways, and it remembers every unknown name for ever.
_CHARSET = re.compile(
    r"utf-(?:8|16|32)(?:-?[lb]e)?|utf8|latin-?[1-9]|koi8-[rut]|(?:cp|windows-|ibm)\d{3,5}"
    r"|iso-8859-(?:[1-9]|1[0-6])|iso-2022-(?:jp(?:-[123])?|kr)|euc[-_](?:jp|kr)|euc-?jis-?2004"
    r"|gb2312|gbk|gb18030|hz(?:-gb-2312)?|big5(?:-?hkscs)?|shift[-_]jis|sjis|johab|tis-620"
    r"|mac-?(?:roman|cyrillic|greek|turkish|latin2)|ptcp154|cp65001"
)
# What senders write, and the wider set that their programs really used.
_MEANT = {
    "ascii": "utf-8",
    "us-ascii": "utf-8",
    "utf8mb4": "utf-8",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "iso-8859-8-i": "iso-8859-8",
    "windows-874": "cp874",
}
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]+")
_MAX_BLOBS = 1000

_UUENCODE = {"x-uuencode", "uuencode", "uue", "x-uue"}
_HIDDEN = frozenset(("style", "script", "title"))
_BLOCKS = frozenset(
    ("br", "p", "div", "tr", "li", "ul", "ol", "table", "blockquote", "hr", "pre", "section")
) | {f"h{level}" for level in range(1, 7)}


def decode_transfer(body: bytes, encoding: str) -> tuple[bytes, bool]:
    """Undo a Content-Transfer-Encoding as far as it goes.

    Returns:
        The octets, and whether the encoding was sound. An unknown encoding changes nothing.

    See: RFC 2045 §6.
    """
    encoding = encoding.strip().lower()
    if encoding == "base64":
        return decode_base64(body)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(body), True
    if encoding in _UUENCODE:
        return _decode_uu(body), True
    return body, encoding in {"", "7bit", "8bit", "binary"}


def decode_base64(body: bytes) -> tuple[bytes, bool]:
    """Decode base64 with junk, without padding, or made of several blobs in a row."""
    if b"=" not in body.rstrip(b"=\r\n\t "):
        try:
            return binascii.a2b_base64(body), True
        except binascii.Error:
            pass
    # PERF: bounded, or "A=A=…" becomes millions of pieces; padding in the last is skipped.
    blobs = re.split(rb"=+", _NOT_BASE64.sub(b"", body), maxsplit=_MAX_BLOBS)
    return b"".join(_decode_blob(blob.replace(b"=", b"")) for blob in blobs), False


def _decode_blob(blob: bytes) -> bytes:
    if len(blob) % 4 == 1:  # Six bits are no octet.
        blob = blob[:-1]
    return binascii.a2b_base64(blob + b"=" * (-len(blob) % 4))


def _decode_uu(body: bytes) -> bytes:
    out = []
    for line in body.splitlines():
        if line.startswith((b"begin ", b"end")) or not line:
            continue
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            continue
    return b"".join(out)


def decode_text(data: bytes, charset: str) -> tuple[str, bool]:
    """Decode text by its declared character set, else UTF-8, else Windows-1252.

    Returns:
        The text, and whether the declaration (or its absence, meaning UTF-8) was right.
    """
    declared = charset.strip("\"' ").lower()
    codec = _MEANT.get(declared, declared)
    is_known = _CHARSET.fullmatch(codec) is not None
    for candidate in (codec, "utf-8") if is_known else ("utf-8",):
        try:
            return data.decode(candidate), candidate == codec or not declared
        except (UnicodeError, LookupError):
            continue
    return data.decode("cp1252", "replace"), False


def read_html(source: str) -> str:
    """Reduce HTML to its text: blocks become lines, style and comments vanish.

    PERF: one pass over the pieces between `<`; a pattern like `<!--.*?-->` takes quadratic
    time on unclosed comments.
    """
    pieces = source[:MAX_HTML_CHARS].replace("\0", "").split("<")
    kept, hidden = [pieces[0]], ""
    for piece in pieces[1:]:
        text, hidden = _read_piece(piece, hidden)
        kept.append(text)
    return _tidy("".join(kept))


def _read_piece(piece: str, hidden: str) -> tuple[str, str]:
    """Read `tag …>text`; give the text and the element or comment that hides what follows."""
    if piece.startswith("!--") and not hidden:
        piece, hidden = piece[3:], "!--"
    if hidden == "!--":
        _, end, text = piece.partition("-->")
        return (text, "") if end else ("", hidden)
    tag, _, text = piece.partition(">")
    name = tag[:12].lower().split(" ", 1)[0].rstrip("/\r\n\t")
    if hidden:
        return (text, "") if name == f"/{hidden}" else ("", hidden)
    return ("", name) if name in _HIDDEN else (_read_tag(name, text, piece), "")


def _read_tag(name: str, text: str, piece: str) -> str:
    if name.lstrip("/") in _BLOCKS:
        return "\0" + text  # NUL stands for the end of a block.
    if name in {"td", "th"}:
        return " " + text
    is_tag = name[:1].isalpha() or name[:1] in {"/", "!", "?"}
    return text if is_tag else "<" + piece  # "a < b" is text.


def _tidy(text: str) -> str:
    lines: list[str] = []
    for block in text.split("\0"):
        line = " ".join(_unescape(block).split())
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).strip("\n")


def _unescape(text: str) -> str:
    try:
        return html.unescape(text)
    except ValueError:  # A character reference of more digits than Python turns into a number.
        return text
