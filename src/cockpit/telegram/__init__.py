"""The Telegram robot: people talk to the cockpit in chats, and it to them.

update → Intake → ckpt.telegram → Desk → command → reply → Outgoing → Sender → chat

`Client` speaks the Bot API, `Gate` knows who may, `Conversation` understands, `Notices` and
`Follows` tell, `Progress` lets messages go on telling, `Orders` does what events ask for. Without a
token there is no chat, and orders are carried out all the same.
"""

from cockpit.telegram.door import Door, State, Terms
from cockpit.telegram.gate import Gate
from cockpit.telegram.house import House
from cockpit.telegram.outgoing import Message, Outgoing

__all__ = ["Door", "Gate", "House", "Message", "Outgoing", "State", "Terms"]
