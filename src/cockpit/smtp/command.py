"""The grammar of SMTP commands: one line in, its pieces out."""

import re

import msgspec

_MAX_PATH_BYTES = 256  # RFC 5321 §4.5.3.1.3, octets with the brackets.
_MAX_SIZE_DIGITS = 20  # RFC 1870 §3.

# RFC 5321 §4.1.2. Octets over 127 are RFC 6531 §3.3; a source route is read and dropped
# (RFC 5321 §4.1.1.3); a space after the colon is against the grammar and common.
# PERF: possessive throughout, so that no input makes it go back.
_PATH = re.compile(
    rb"(FROM|TO):[ ]?<(?:@[^\s<>:\x00-\x1f\x7f]*+:)?"
    rb"((?:[^<>\"\\\x00-\x20\x7f]|\"(?:[^\"\\\x00-\x1f\x7f]|\\[\x20-\x7e])*+\")*+)>"
    rb"((?: +[A-Za-z0-9][A-Za-z0-9-]*+(?:=[\x21-\x3c\x3e-\x7e\x80-\xff]++)?)*+) *",
    re.IGNORECASE,
)


class RefusedError(ValueError):
    """A command is refused; its text is the reply."""


class Path(msgspec.Struct, frozen=True):
    """The address of MAIL or RCPT, without brackets, and its parameters by upper-case name."""

    address: str
    parameters: dict[str, str]


def split_command(line: bytes) -> tuple[bytes, bytes]:
    """Split a line without CRLF into its upper-case verb and its argument."""
    verb, _, argument = line.partition(b" ")
    return verb.upper(), argument.strip(b" ")


def read_path(argument: bytes, keyword: bytes) -> Path:
    """Read `FROM:<address> NAME=value …` (or `TO:`).

    Raises:
        RefusedError: With the reply.

    See: RFC 5321 §4.1.1.2, §4.1.1.3.
    """
    found = _PATH.fullmatch(argument)
    if found is None or found[1].upper() != keyword:
        raise RefusedError(f"501 5.5.4 syntax: {keyword.decode()}:<address>")
    if len(found[2]) + 2 > _MAX_PATH_BYTES:
        raise RefusedError("501 5.1.0 the address is too long")
    try:
        address = found[2].decode("utf-8")
    except UnicodeDecodeError:
        raise RefusedError("553 5.6.7 the address is not UTF-8") from None
    return Path(address, _parameters(found[3]))


def _parameters(text: bytes) -> dict[str, str]:
    pairs = (each.partition(b"=") for each in text.split())
    return {name.upper().decode("ascii"): v.decode("utf-8", "replace") for name, _, v in pairs}


def check_mail(path: Path, *, max_message_bytes: int) -> None:
    """Check the parameters of MAIL.

    Raises:
        RefusedError: With the reply.

    See: RFC 1870 §6.1 (SIZE), RFC 6152 §2 (BODY), RFC 6531 §3.4 (SMTPUTF8).
    """
    unknown = path.parameters.keys() - {"SIZE", "BODY", "SMTPUTF8"}
    if unknown:
        raise RefusedError("555 5.5.4 unknown parameter")  # RFC 5321 §4.1.1.11.
    size = path.parameters.get("SIZE", "0")
    if not (size.isascii() and size.isdigit() and len(size) <= _MAX_SIZE_DIGITS):
        raise RefusedError("501 5.5.4 SIZE is a number")
    if int(size) > max_message_bytes:
        raise RefusedError(f"552 5.3.4 a message has at most {max_message_bytes} bytes")
    if path.parameters.get("BODY", "7BIT").upper() not in {"7BIT", "8BITMIME"}:
        raise RefusedError("501 5.5.4 BODY is 7BIT or 8BITMIME")
    check_ascii(path.address, "SMTPUTF8" in path.parameters)


def check_ascii(address: str, has_smtputf8: bool) -> None:
    """Let an address beyond ASCII pass only where SMTPUTF8 was asked for.

    Raises:
        RefusedError: With the reply (RFC 6531 §3.5).
    """
    if not has_smtputf8 and not address.isascii():
        raise RefusedError("553 5.6.7 this address needs SMTPUTF8")
