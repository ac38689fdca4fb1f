"""A mail as a value: what `parse` gives and what attachments are everywhere."""

from typing import Literal

import msgspec

BodyType = Literal["text", "md"]


class Attachment(msgspec.Struct, frozen=True):
    """A file in a mail: its transfer encoding is undone, its name safe to use as a file name."""

    name: str
    content_type: str
    content: bytes


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A mail taken apart; what is missing is empty.

    Texts hold no control characters and no lone surrogates; lines of `text` end in LF.

    Attributes:
        sender: The address of the first From, without its name.
        to: Addresses of all To fields, in order.
        cc: Addresses of all Cc fields, in order.
        epoch: Date in Unix seconds; 0 when missing or malformed.
        message_id: With its angle brackets.
        bodytype: `md` only where the sender declared text/markdown.
        is_from_html: The mail had only HTML, and `text` is a plain reading of it.
        warnings: What did not go as it should, for people.
    """

    subject: str = ""
    sender: str = ""
    sender_name: str = ""
    to: list[str] = []
    cc: list[str] = []
    epoch: int = 0
    message_id: str = ""
    text: str = ""
    bodytype: BodyType = "text"
    is_from_html: bool = False
    attachments: list[Attachment] = []
    warnings: list[str] = []
