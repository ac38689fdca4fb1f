"""The settings of the Telegram door."""

from typing import Annotated

import msgspec
from msgspec import Meta

from cockpit.app.forms import LIVE, WEB_LINK


class Telegram(msgspec.Struct, frozen=True, kw_only=True):
    """The door to Telegram: a bot that people talk to."""

    token: Annotated[
        str,
        Meta(
            description='The token of the bot, as @BotFather gives it; "" takes the one that '
            "`cockpit telegram setup` stored.",
            extra={"secret": True},
        ),
        LIVE,
    ] = ""
    api_url: Annotated[str, WEB_LINK, Meta(description="Where the Bot API answers."), LIVE] = (
        "https://api.telegram.org"
    )
    webhook: Annotated[
        str,
        WEB_LINK,
        Meta(
            description="The public address of /webhooks/telegram of this cockpit, to which "
            'Telegram sends; "" asks Telegram instead, which needs no public address.'
        ),
        LIVE,
    ] = ""
    groups: Annotated[
        tuple[str, ...],
        Meta(description="Group chats in which the bot answers, by their numbers."),
        LIVE,
    ] = ()
