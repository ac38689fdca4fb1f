"""Octets of a mail to a `Message`: the best reading, whatever they are.

It verifies nothing and trusts nothing; the raw mail stays the truth and is kept elsewhere.
"""

from itertools import compress

from cockpit.mail.content import decode_text, decode_transfer, read_html
from cockpit.mail.headers import (
    MAX_BLOCK_BYTES,
    Fields,
    clean,
    first,
    read_addresses,
    read_date,
    read_fields,
    read_parameters,
    read_words,
)
from cockpit.mail.message import Attachment, BodyType, Message
from cockpit.mail.names import Names, nameless, safe_name
from cockpit.mail.parts import Part, split_parts

_MAX_WARNINGS = 20
_BODY_KINDS = ("text/markdown", "text/plain", "text/html")  # The first with any text wins.


def parse(raw: bytes) -> Message:
    """Take a mail apart. Never raises; takes linear time.

    Args:
        raw: RFC 5322 with CRLF or LF, dot-unstuffed; also anything else.

    See: RFC 5322, RFC 2045 to 2047, RFC 2231, RFC 6532.
    """
    warnings: list[str] = []
    try:
        return _read(raw, warnings)
    except Exception as fault:  # noqa: BLE001 - a fault here would make the sender retry for days
        warnings.append(f"could not be taken apart ({type(fault).__name__}): all of it is the text")
        return Message(text=_lines(decode_text(raw, "")[0]), warnings=warnings)


def _read(raw: bytes, warnings: list[str]) -> Message:
    fields, parts = split_parts(raw, warnings)
    kind, texts, files = _sort(parts, warnings)
    bodytype: BodyType = "md" if kind == "text/markdown" else "text"
    sender_name, sender = next(iter(_addresses(fields, "from", warnings)), ("", ""))
    if len(fields.get("from", ())) > 1:
        warnings.append("several From fields: the first counts")
    date = first(fields, "date")
    epoch = read_date(date) if date else 0
    if date and not epoch:
        warnings.append("malformed Date")
    return Message(
        subject=read_words(first(fields, "subject")),
        sender=sender,
        sender_name=sender_name,
        to=[address for _, address in _addresses(fields, "to", warnings)],
        cc=[address for _, address in _addresses(fields, "cc", warnings)],
        epoch=epoch,
        message_id=clean(first(fields, "message-id")),
        text="\n".join(texts),
        bodytype=bodytype,
        is_from_html=kind == "text/html",
        attachments=_attach(files, warnings),
        warnings=list(dict.fromkeys(warnings))[:_MAX_WARNINGS],
    )


def _addresses(fields: Fields, name: str, warnings: list[str]) -> list[tuple[str, str]]:
    values = fields.get(name)
    if not values:
        return []
    pairs, is_whole = read_addresses(values)
    if not is_whole:
        warnings.append(f"{name.capitalize()} is too much to read whole")
    return pairs


def _sort(parts: list[Part], warnings: list[str]) -> tuple[str, list[str], list[Part]]:
    """Choose the kind of the body; give its texts, and the parts that are files.

    Another kind inside multipart/alternative says the same again and is left out.
    """
    is_body = [_is_body(part) for part in parts]
    inline = list(compress(parts, is_body))
    chosen, texts = "text/plain", [""]
    for kind in _BODY_KINDS:
        found = [_text(part, warnings) for part in inline if part.content_type == kind]
        if any(text.strip() for text in found):
            chosen, texts = kind, found
            break
    files = [
        part
        for part, is_inline in zip(parts, is_body, strict=True)
        if not is_inline or (part.content_type != chosen and not part.is_alternative)
    ]
    return chosen, texts, files


def _is_body(part: Part) -> bool:
    if part.content_type not in _BODY_KINDS:
        return False
    disposition, parameters = read_parameters(first(part.fields, "content-disposition"))
    has_name = "filename" in parameters or "name" in part.parameters
    return disposition != "attachment" and not has_name


def _text(part: Part, warnings: list[str]) -> str:
    text, is_right = decode_text(_octets(part, warnings), part.parameters.get("charset", ""))
    if not is_right:
        warnings.append("text is not in the character set it declares")
    return read_html(text) if part.content_type == "text/html" else _lines(text)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _octets(part: Part, warnings: list[str]) -> bytes:
    encoding = first(part.fields, "content-transfer-encoding")
    octets, is_sound = decode_transfer(part.body, encoding)
    if not is_sound:
        warnings.append(f"unsound transfer encoding {clean(encoding)[:40]}")
    return octets


def _attach(files: list[Part], warnings: list[str]) -> list[Attachment]:
    names, attached = Names(), []
    for number, part in enumerate(files, 1):
        octets = _octets(part, warnings)
        name = safe_name(_given_name(part, octets)) or nameless(number, part.content_type)
        attached.append(Attachment(names.take(name), clean(part.content_type), octets))
    return attached


def _given_name(part: Part, octets: bytes) -> str:
    if part.content_type == "message/rfc822":
        subject = _subject_inside(octets)
        if subject:
            return subject.replace("/", "_").replace("\\", "_") + ".eml"
    _, parameters = read_parameters(first(part.fields, "content-disposition"))
    return read_words(parameters.get("filename") or part.parameters.get("name", ""))


def _subject_inside(octets: bytes) -> str:
    header, _, _ = octets[:MAX_BLOCK_BYTES].replace(b"\r\n", b"\n").partition(b"\n\n")
    return read_words(first(read_fields(header, limit=100), "subject"))
