"""Values to the octets of one message that is safe to send."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from cockpit.errors import InputError
from cockpit.mail.message import Attachment

_MAX_ADDRESS_CHARS = 320  # RFC 5321 §4.5.3.1: 64, `@`, 255.
_MAX_SUBJECT_CHARS = 500
_MAX_REFERENCES = 20
_ID = re.compile(r"<[!-;=?-~]{1,500}>")
_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")


def compose(
    *,
    sender: str,
    to: str | Sequence[str],
    subject: str,
    body: str,
    message_id: str,
    epoch: int,
    cc: str | Sequence[str] = (),
    in_reply_to: str = "",
    references: str = "",
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """Write one message: RFC 5322, CRLF, 7 bits unless an address needs UTF-8.

    It says that a program wrote it, so that no auto-responder answers (RFC 3834 §5).

    Args:
        sender: `ann@example.org` or `Ann <ann@example.org>`, as all addresses.
        message_id: `<unique@host>`; the brackets are added when missing.
        epoch: Its Date, Unix seconds.
        in_reply_to: The Message-ID that it answers; references end with it.
        references: Message-IDs in a row; the last twenty are kept.

    Raises:
        InputError: A header value has CR, LF, NUL or a lone surrogate in it, or an address is none.
    """
    origin = _address("from", sender)
    recipients = [_address("to", each) for each in _several(to)]
    copies = [_address("cc", each) for each in _several(cc)]
    is_utf8 = not all(each.addr_spec.isascii() for each in [origin, *recipients, *copies])
    message = EmailMessage(SMTP.clone(cte_type="7bit", utf8=is_utf8))
    message["From"] = origin
    message["To"] = recipients
    if copies:
        message["Cc"] = copies
    message["Subject"] = _subject(subject)
    message["Date"] = format_datetime(datetime.fromtimestamp(epoch, UTC))
    message["Auto-Submitted"] = "auto-replied" if in_reply_to else "auto-generated"
    message.set_content(_body(body), charset="utf-8")
    for attachment in attachments:
        _attach(message, attachment)
    return _thread(message_id, in_reply_to, references) + message.as_bytes()


def _several(value: str | Sequence[str]) -> Sequence[str]:
    return (value,) if isinstance(value, str) else value


def _checked(what: str, value: str) -> str:
    # SECURITY: a line break in a value would begin a header of the writer's choice.
    if any(c in value for c in "\r\n\0"):
        raise InputError(f"{what}: has a line break or NUL in it: {value[:80]!r}")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as fault:
        raise InputError(f"{what}: has half a character in it: {value[:80]!r}") from fault
    return value


def _address(what: str, value: str) -> Address:
    name, spec = parseaddr(_checked(what, value))
    if "@" not in spec or len(value) > _MAX_ADDRESS_CHARS + 200 or len(spec) > _MAX_ADDRESS_CHARS:
        raise InputError(f"{what}: {value[:80]!r} is not an address (like ann@example.org)")
    local, _, domain = spec.rpartition("@")
    try:
        return Address(" ".join(name.split()), local, domain)
    except (ValueError, IndexError) as fault:
        raise InputError(f"{what}: {value[:80]!r} is not an address: {fault}") from fault


def _subject(value: str) -> str:
    text = " ".join(_checked("subject", value).split())
    return text if len(text) <= _MAX_SUBJECT_CHARS else text[: _MAX_SUBJECT_CHARS - 1] + "…"


def _body(value: str) -> str:
    # RFC 5322 §2.3: CR and LF only together; the policy writes LF as CRLF.
    text = value.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return text.encode("utf-8", "replace").decode("utf-8")  # Half a character becomes `?`.


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    name = _checked("attachment name", attachment.name)
    kind = attachment.content_type
    if not _TYPE.fullmatch(kind) or kind.startswith(("multipart/", "message/")):
        kind = "application/octet-stream"
    maintype, _, subtype = kind.partition("/")
    message.add_attachment(
        attachment.content, maintype=maintype, subtype=subtype, filename=name, cte="base64"
    )


def _thread(message_id: str, in_reply_to: str, references: str) -> bytes:
    """Write the fields of ids by hand: the library turns long ids into encoded words."""
    own = message_id if message_id.startswith("<") else f"<{message_id}>"
    if not _ID.fullmatch(_checked("message_id", own)):
        raise InputError(f"message_id: {message_id[:80]!r} is not an id (like <1@example.org>)")
    answered = _ID.findall(_checked("in_reply_to", in_reply_to))[:1]
    earlier = [*_ID.findall(_checked("references", references)), *answered]
    chain = list(dict.fromkeys(earlier))[-_MAX_REFERENCES:]
    lines = [f"Message-ID: {own}"]
    lines += [f"In-Reply-To: {each}" for each in answered]
    if chain:
        lines.append("References: " + "\r\n ".join(chain))  # RFC 5322 §3.6.4.
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")
