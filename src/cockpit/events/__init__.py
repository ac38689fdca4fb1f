"""The five events that everything else talks about.

bytes, mapping or YAML → spelling → kinds (the types decide) → bytes, mapping or YAML

Unknown fields are ignored, old spellings accepted; what is wrong is an InputError that names the
field. Needs no server, no database and no package but msgspec (PyYAML for YAML, when called).
"""

from cockpit.events.kinds import BY_TYPE, TYPES, Alarm, Eco, Email, Event, Generic, Telegram
from cockpit.events.people import dump_yaml, example, load_yaml, summary
from cockpit.events.telegram_args import argument, check
from cockpit.events.wire import decode, encode, from_mapping, to_mapping

__all__ = [
    "BY_TYPE",
    "TYPES",
    "Alarm",
    "Eco",
    "Email",
    "Event",
    "Generic",
    "Telegram",
    "argument",
    "check",
    "decode",
    "dump_yaml",
    "encode",
    "example",
    "from_mapping",
    "load_yaml",
    "summary",
    "to_mapping",
]
