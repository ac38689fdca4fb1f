"""A filter: the CEL expression beside a subscription, `events.email.where = event.to == …`.

It sees `event` (every field by its wire name), `service` (key, role, instance, repo) and `hrd` (the
data of the service: `hrd.owner`, `hrd["ssh.port"]`). Whoever only asks about the event is asked
once for all services.

See: issue 3, filters; the Common Expression Language specification.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any, Final

import msgspec

from cockpit.errors import InputError, nearest

NAMES: Final = ("event", "service", "hrd")
FUNCTIONS: Final = (
    *("size", "contains", "startsWith", "endsWith", "matches", "int", "uint", "double", "string"),
    *("bytes", "bool", "timestamp", "duration", "type", "dyn", "min", "max", "getDate"),
    *("getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getFullYear", "getHours"),
    *("getMilliseconds", "getMinutes", "getMonth", "getSeconds"),
)
# What a macro calls each element: `one` in `event.to.exists(one, one == "ann@here")`.
_ELEMENTS = re.compile(r"\.(?:all|exists|exists_one|map|filter)\s*\(\s*([A-Za-z_]\w*)\s*,")
_PATH = r"event(?:\.[A-Za-z_]\w*)+"
# Of all filters this one is the most common, and services with an event of their own are many.
_OWN = re.compile(rf"(?:({_PATH})\s*==\s*service\.key|service\.key\s*==\s*({_PATH}))")


class Filter(msgspec.Struct, frozen=True):
    """A compiled expression.

    Attributes:
        names: Which of `event`, `service`, `hrd` and the fields it asks for.
        own: Set for `event.… == service.key`: the left side, to be looked up instead of compared.
        source: Where it stands, `service.hrd:12`.
    """

    text: str
    source: str
    names: frozenset[str]
    program: Any
    own: Any = None

    def holds(self, context: Any) -> bool:
        """Tell whether the filter lets an event through.

        Args:
            context: A CEL context with the names that it asks for.

        Raises:
            InputError: The event lacks a field, types do not fit, or it is no yes or no.
        """
        answer = self._value(self.program, context)
        if not isinstance(answer, bool):
            raise InputError(f"{self.text} is {answer!r:.80}, not true or false")
        return answer

    def key(self, context: Any) -> str:
        """Return the key of the one service that an `own` filter lets the event through to.

        Raises:
            InputError: The event lacks the field.
        """
        return str(self._value(self.own, context))

    def _value(self, program: Any, context: Any) -> Any:
        try:
            return program.execute(context)
        except KeyError as error:
            raise InputError(f"{self.text}: there is no field {error}") from error
        except Exception as error:
            raise InputError(f"{self.text}: {str(error).splitlines()[0]:.200}") from error


def compile_filter(text: str, *, source: str, fields: Collection[str] = ()) -> Filter:
    """Compile the raw text of a filter; quotes around all of it are taken off.

    Args:
        fields: Fields of events that it may ask for without `event.` before them.

    Raises:
        InputError: It is no CEL, or uses names or functions that nobody knows.
    """
    import cel  # noqa: PLC0415 - 10 MB that only filters need

    text = _bare(text.strip())
    try:
        program = cel.compile(text)
        own = _OWN.fullmatch(text)
        left = cel.compile(own[1] or own[2]) if own else None
    except Exception as error:
        why = str(error).partition("ERROR: <input>:")[2] or str(error)
        raise InputError(f"{text!r} is no CEL: {' '.join(why.split()):.200}") from error
    found = set(program.variables())
    known = (*NAMES, *fields)
    _refuse("name", found.difference(known, _ELEMENTS.findall(text)), known)
    called = {name for name in program.functions() if name.isidentifier()}
    _refuse("function", called.difference(FUNCTIONS), FUNCTIONS)
    return Filter(text, source, frozenset(found.intersection(known)), program, left)


def context(**names: Mapping[str, Any]) -> Any:
    """Return a CEL context with these names."""
    import cel  # noqa: PLC0415 - see compile_filter

    made = cel.Context()
    for name, value in names.items():
        made.add_variable(name, value)
    return made


def _bare(text: str) -> str:
    quote = text[:1]
    is_quoted = len(text) > 1 and quote in "'\"" and text[-1] == quote and quote not in text[1:-1]
    return text[1:-1] if is_quoted else text


def _refuse(what: str, unknown: set[str], known: tuple[str, ...]) -> None:
    for name in sorted(unknown):
        raise InputError(f"unknown {what} {name}{nearest(name, known)}")
