"""The five events: fields, types and documentation, in one file.

Field names are the specification's, to the letter, and stand on the wire even when empty. What
this project adds (`id`, `to`, `epoch`, `meta`; `status`… on alarms) is omitted when empty. The
descriptions and examples here are docs/events.md and the API's schema.
"""

import functools
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal, get_args, get_origin

import msgspec
from msgspec import Meta, field

TYPES: tuple[str, ...] = ("email", "telegram", "alarm", "eco", "generic")


def _is(description: str, example: Any) -> Meta:
    return Meta(description=description, examples=[example])


def _whole(description: str, example: int) -> Meta:
    # What every reader of JSON takes for the same number (RFC 8259 §6).
    return Meta(description=description, examples=[example], ge=-(2**53) + 1, le=2**53 - 1)


BodyType = Literal["md", "html", "text"]
Io = Literal["input", "output"]
EcoType = Literal["BUG", "INPUT", "OPERATIONS", "PERFORMANCE", "MONITORING", "UNKNOWN"]
State = Literal["NEW", "ALERT", "CLOSED"]
Mapping = dict[str, Any]

Id = Annotated[
    str,
    _is(
        "Id in the log, `<type>-<stream id>`, unique over all types. The log gives it: leave it "
        "out when you publish; one of your own is kept as `meta.source_id`.",
        "email-1795456059789-0",
    ),
]
To = Annotated[list[str], _is("Whom it was addressed to.", ["support@example.org"])]
Epoch = Annotated[int, _whole("When it happened, in seconds since 1970; 0 is unset.", 1462275396)]
About = Annotated[
    Mapping,
    _is(
        "How it got here: `source`, `received_at`, `dedupe`, `parent`, `hops`, `verified`, `raw`, "
        "`replay_of`, `source_id`…",
        {"source": "smtp"},
    ),
]


def _no_items() -> list[Any]:
    return []


def _no_entries() -> Mapping:
    return {}


# msgspec omits an empty list or mapping only when its factory is `list` or `dict`, and a text or
# number only when its default is plain: these defaults always stay on the wire.
_TEXT: Any = field(default_factory=str)
_NUMBER: Any = field(default_factory=int)
_LIST: Any = field(default_factory=_no_items)
_MAPPING: Any = field(default_factory=_no_entries)


class _Wire(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", omit_defaults=True):
    """An event that also reads as the mapping of its wire names: `event["from"]`.

    An addition that is empty reads as empty too; only a name that is no field is a KeyError.
    """

    type: ClassVar[str]

    def __getitem__(self, name: str) -> Any:
        return getattr(self, attributes(type(self))[name])

    def __contains__(self, name: object) -> bool:
        return name in attributes(type(self))

    def __iter__(self) -> Iterator[str]:
        return iter(attributes(type(self)))

    def __len__(self) -> int:
        return len(attributes(type(self)))

    def get(self, name: str, default: Any = None) -> Any:
        """Return a field by its wire name, or the default when no field has that name."""
        attribute = attributes(type(self)).get(name)
        return default if attribute is None else getattr(self, attribute)

    def keys(self) -> list[str]:
        """Return the wire names, `type` first."""
        return list(self)

    def values(self) -> list[Any]:
        """Return the values in the order of `keys`."""
        return [self[name] for name in self]

    def items(self) -> list[tuple[str, Any]]:
        """Return the pairs of wire name and value."""
        return [(name, self[name]) for name in self]


class Email(_Wire, frozen=True, kw_only=True, tag="email"):
    """A mail that came in; HTML is turned into markdown as well as possible."""

    type: ClassVar[str] = "email"
    body: Annotated[
        str,
        _is(
            "The text. Over 256 KiB it is cut, and linked whole in `meta`.",
            "this is a test\n\ncan be multiple lines\n",
        ),
    ] = _TEXT
    bodytype: Annotated[BodyType, _is("What `body` is written in.", "md")] = field(
        default_factory=lambda: "text"
    )
    attachments: Annotated[
        dict[str, str],
        _is(
            "File name → link to the stored file, `<stor.public_url>/<space>/ab/cd/<hash>`.",
            {"aname.doc": "https://stor.something.com:8080/myspacename/aa/bb/aabbccddeeffgghh"},
        ),
    ] = _MAPPING
    cc: Annotated[list[str], _is("The addresses in copy.", [])] = _LIST
    sender: Annotated[
        str, _is("The sender's address (in Python also `event.sender`).", "kristof@incubaid.com")
    ] = field(name="from", default_factory=str)
    subject: Annotated[str, _is("The subject.", "a subject")] = _TEXT
    to: To = field(default_factory=list)
    id: Id = ""
    epoch: Epoch = 0
    meta: About = field(default_factory=dict)


class Telegram(_Wire, frozen=True, kw_only=True, tag="telegram"):
    """A message from or to people; what `args` holds depends on `io` and `action`."""

    type: ClassVar[str] = "telegram"
    io: Annotated[Io, _is("`input` came from people, `output` goes to them.", "input")]
    action: Annotated[
        str,
        _is(
            "What to do: `repo.create`, `bp.create`, `service.execute`, `message`…",
            "service.execute",
        ),
    ]
    args: Annotated[
        Mapping, _is("What the action needs.", {"name": "node!cpu1", "action": "monitor"})
    ] = _MAPPING
    to: To = field(default_factory=list)
    id: Id = ""
    epoch: Epoch = 0
    meta: About = field(default_factory=dict)


class Alarm(_Wire, frozen=True, kw_only=True, tag="alarm"):
    """A monitoring system says that something is wrong, or right again."""

    type: ClassVar[str] = "alarm"
    service: Annotated[str, _is("What it is about, `role!instance`.", "myservice!instance")]
    method: Annotated[str, _is("What found it.", "monitor")]
    msg: Annotated[str, _is("What is wrong, for people.", "Something wrong happend")] = _TEXT
    epoch: Epoch = _NUMBER
    status: Annotated[str, _is("`firing` or `resolved`, when the sender tells.", "firing")] = ""
    severity: Annotated[str, _is("The sender's word for how bad it is.", "critical")] = ""
    labels: Annotated[dict[str, str], _is("The sender's labels.", {"alertname": "DiskFull"})] = (
        field(default_factory=dict)
    )
    url: Annotated[str, _is("Where to read more.", "https://monitor.example.org/a/1")] = ""
    to: To = field(default_factory=list)
    id: Id = ""
    meta: About = field(default_factory=dict)


class Eco(_Wire, frozen=True, kw_only=True, tag="eco"):
    """An error condition of an application; equal ones are counted."""

    type: ClassVar[str] = "eco"
    guid: Annotated[
        str, _is("Unique id of the error condition.", "762d6f24-8b50-4e46-8cb6-fa6d0f56f1fd")
    ] = _TEXT
    gid: Annotated[int, _whole("The grid it happened on.", 1)] = _NUMBER
    nid: Annotated[int, _whole("The node it happened on.", 10)] = _NUMBER
    pid: Annotated[int, _whole("The process it happened in.", 239)] = _NUMBER
    app_name: Annotated[str, _is("The application's name.", "myapp")] = _TEXT
    eco_type: Annotated[EcoType, _is("The kind of error.", "BUG")] = field(
        default_factory=lambda: "UNKNOWN"
    )
    state: Annotated[State, _is("Where its handling stands.", "NEW")] = field(
        default_factory=lambda: "NEW"
    )
    error_msg: Annotated[str, _is("The message for whoever repairs it.", "error internal")]
    error_pub: Annotated[str, _is("The message for end users.", "Something went wrong, sorry")] = (
        _TEXT
    )
    category: Annotated[str, _is("A dotted category.", "eco.category")] = _TEXT
    func_name: Annotated[str, _is("The innermost function.", "hello")] = _TEXT
    func_filename: Annotated[str, _is("Its file.", "main.py")] = _TEXT
    line_nbr: Annotated[int, _whole("Its line.", 23)] = _NUMBER
    code: Annotated[
        str,
        _is("The source around the line.", "from JumpScale import j\nprint('hello world')\n"),
    ] = _TEXT
    backtrace: Annotated[str, _is("The trace.", "backtrace here\n")] = _TEXT
    extra: Annotated[
        str, _is("More, as text; a mapping is accepted and kept as JSON text.", "extra detail")
    ] = _TEXT
    last_time: Annotated[int, _whole("Last seen, in seconds since 1970.", 1462275396)] = _NUMBER
    close_time: Annotated[int, _whole("When it was closed; 0 is not yet.", 1462275496)] = _NUMBER
    occurence: Annotated[int, _whole("How often it was seen.", 2)] = _NUMBER
    tags: Annotated[
        str, _is("Tags as text; a list is accepted and joined by commas.", "list of tags here")
    ] = _TEXT
    to: To = field(default_factory=list)
    id: Id = ""
    epoch: Epoch = 0
    meta: About = field(default_factory=dict)


class Generic(_Wire, frozen=True, kw_only=True, tag="generic"):
    """Anything else, for example what a webhook delivered."""

    type: ClassVar[str] = "generic"
    tags: Annotated[
        list[str],
        _is("Words to tell it by; text separated by commas is accepted.", ["github", "push"]),
    ] = _LIST
    args: Annotated[
        Mapping,
        _is(
            "Any mapping; from GitHub `source`, `event` and `key` plus the payload.",
            {"source": "github", "event": "push", "key": "push.1.1462275396"},
        ),
    ] = _MAPPING
    to: To = field(default_factory=list)
    id: Id = ""
    epoch: Epoch = 0
    meta: About = field(default_factory=dict)


Event = Email | Telegram | Alarm | Eco | Generic
BY_TYPE: dict[str, type[Event]] = {s.type: s for s in (Email, Telegram, Alarm, Eco, Generic)}


@functools.cache
def attributes(kind: type[_Wire]) -> dict[str, str]:
    """Return wire name → Python attribute of one type of event, `type` first."""
    names = {known.encode_name: known.name for known in msgspec.structs.fields(kind)}
    return {"type": "type"} | names


def is_addition(known: msgspec.structs.FieldInfo) -> bool:
    """Tell whether a field is this project's addition: omitted on the wire when empty."""
    return known.default is not msgspec.NODEFAULT or known.default_factory in {list, dict}


def told(known: msgspec.structs.FieldInfo) -> tuple[str, Any]:
    """Return the description and the example of a field."""
    meta = known.type.__metadata__[0]
    return meta.description, meta.examples[0]


def choices(known: msgspec.structs.FieldInfo) -> tuple[str, ...]:
    """Return the words a field may hold, or nothing when it is free."""
    plain = known.type.__origin__
    return get_args(plain) if get_origin(plain) is Literal else ()
