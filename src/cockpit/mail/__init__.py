"""Mail as bytes and mail as values; nothing here knows a socket, a clock or Redis.

bytes → parts (split) → headers and content (decode) → Message;  values → compose → bytes

`parse` reads any octets and never raises; `Message` and `Attachment` are what it gives;
`compose` writes one message that is safe to send.
"""

from cockpit.mail.compose import compose
from cockpit.mail.message import Attachment, Message
from cockpit.mail.parse import parse

__all__ = ["Attachment", "Message", "compose", "parse"]
