"""A strict stand-in of Telegram: it answers 400 to whatever the Bot API would refuse.

with BotApi() as api:
    api.say("/help", user=ANN)
    api.wait(lambda api: api.messages(ANN.id))
    assert api.refused == []
"""

from bot_api.server import TOKEN, BotApi
from bot_api.world import User

__all__ = ["TOKEN", "BotApi", "User"]
