"""HRD, the line format of AYS: `key = value`, flat dotted keys, no sections.

Reading never fails: what cannot be understood is a warning with file:line, and a value that is
broken raises only when that value is asked for. Variables are replaced when a value is asked
for; a question `@ask` is the text it is until `question` reads it.

See: AYS 8, HRD grammar, access API and observed edge cases.
"""

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from cockpit.ays import hrd_question, hrd_variable
from cockpit.ays.hrd_branch import Branches
from cockpit.ays.hrd_question import Question
from cockpit.ays.hrd_reader import Entry, entries
from cockpit.ays.hrd_type import as_text, to_bool, to_dict, to_int, to_list
from cockpit.ays.hrd_variable import Secret
from cockpit.ays.service import plain
from cockpit.errors import InputError, OpsError

__all__ = ["Entry", "Hrd", "parse"]

_MISSING: Final = object()
_T = TypeVar("_T")


class Hrd(Branches):
    """A store of values under dotted keys, in file order; upper and lower case are one key.

    `get` and the typed accessors raise InputError for a key that is missing and has no default;
    None is a default for `get` only. `changes` holds what `set` and `delete` did since the store
    was made (None: deleted).
    """

    def __init__(
        self,
        entries: Iterable[Entry] = (),
        *,
        source: str = "",
        warnings: Iterable[str] = (),
        secret: Secret | None = None,
    ) -> None:
        self.source = source
        self.warnings = list(warnings)
        self.changes: dict[str, Any] = {}
        self._entries: dict[str, Entry] = {}
        self._secret = secret
        for entry in entries:
            self._add(entry)

    @classmethod
    def of(
        cls,
        data: Mapping[str, Any],
        *,
        source: str = "",
        variables: Iterable[str] = (),
        secret: Secret | None = None,
    ) -> "Hrd":
        """Wrap the data of a service.

        Args:
            variables: The keys in whose values `$(key)` and `$(secret:NAME)` count. Elsewhere
                they are text: data may come from a stranger's mail.
            secret: Returns the secret of a name; it may raise InputError.
        """
        live = {key.lower() for key in variables}
        made = (
            Entry(key, value, as_text(value), is_literal=key.lower() not in live)
            for key, value in data.items()
        )
        return cls(made, source=source, secret=secret)

    def entries(self) -> list[Entry]:
        """Return all entries in file order."""
        return list(self._entries.values())

    def data(self) -> dict[str, Any]:
        """Return the values by key, in the spelling of the keys, variables as written."""
        return {entry.key: entry.value for entry in self._entries.values()}

    def exists(self, key: str) -> bool:
        """Tell whether the key is there."""
        return self._id(key) in self._entries

    def where(self, key: str) -> str:
        """Return the place of a key as `file:line`; the file alone when it has no line."""
        entry = self._find(key)
        return hrd_variable.where(self.source, entry) if entry else self.source or "hrd"

    def raw(self, key: str) -> str:
        """Return the text behind the key, untyped; lines of a block are joined by newlines."""
        return self._entry(key).raw

    def get(self, key: str, default: Any = _MISSING) -> Any:
        """Return the value with its variables replaced, else the default.

        Lists and dicts are copies. See `hrd_variable.expand` for what variables can raise.
        """
        if default is not _MISSING and not self.exists(key):
            return default
        entry = self._sound(key)
        value = hrd_variable.expand(entry, self._find, source=self.source, secret=self._secret)
        return deepcopy(value) if value is entry.value else value

    def get_str(self, key: str, default: Any = None) -> str:
        """Return text; what was read as a dict (a URL, a time) comes back as it was written."""
        if default is not None and not self.exists(key):
            return as_text(default)
        entry = self._sound(key)
        if isinstance(entry.value, bytes):
            return self._made(key, entry.value, as_text, "is no UTF-8 text")
        return hrd_variable.expand_text(entry, self._find, source=self.source, secret=self._secret)

    def get_int(self, key: str, default: Any = None) -> int:
        """Return a whole number; `none` and nothing are 0."""
        return self._made(key, self._given(key, default), to_int, "is not a number")

    def get_float(self, key: str, default: Any = None) -> float:
        """Return a number."""
        return self._made(key, self._given(key, default), float, "is not a number")

    def get_bool(self, key: str, default: Any = None) -> bool:
        """Return True for `1` and `true` in any case, False for everything else."""
        return to_bool(self._given(key, default))

    def get_list(self, key: str, default: Any = None) -> list[Any]:
        """Return a list; text is split at commas, an empty one is the default."""
        value = self._given(key, default)
        return to_list(default if value == "" and default is not None else value)

    def get_dict(self, key: str, default: Any = None) -> dict[str, Any]:
        """Return a dict whose texts are typed: int, float, bool, else str."""
        return self._made(key, self._given(key, default), to_dict, "is not a dict")

    def question(self, key: str) -> Question | None:
        """Return the `@ask` that stands in for the value; None when the value asks nothing."""
        entry = self._entry(key)
        if not hrd_question.is_question(entry.value):
            return None
        return hrd_question.parse(entry.value, where=self.where(key))

    def apply_on_content(self, text: str, additional_args: Mapping[str, Any] | None = None) -> str:
        """Return the text with `$(key)` replaced; the arguments go before the keys.

        SECURITY: `$(secret:NAME)` in it stays, for the text may come from a stranger. A key whose
        value names a secret brings it in.
        """
        given = {name.lower(): str(value) for name, value in (additional_args or {}).items()}

        def find(name: str) -> Entry | None:
            told = given.get(name.lower())
            if told is None:
                return self._find(name)
            return Entry(name, told, told, is_literal=True)

        def replaced(part: str) -> str:
            whole = Entry("", part, part)
            return hrd_variable.expand_text(whole, find, source=self.source, secret=self._secret)

        return hrd_variable.around_secrets(text, replaced)

    def apply_on_file(self, path: str, additional_args: Mapping[str, Any] | None = None) -> None:
        """Replace `$(key)` in a text file, which is written only when something changes.

        Raises:
            InputError: The file is no UTF-8.
            OpsError: It cannot be read or written.
        """
        try:
            before = Path(path).read_bytes().decode()
            after = self.apply_on_content(before, additional_args)
            if after != before:
                Path(path).write_bytes(after.encode())
        except UnicodeDecodeError as error:
            raise InputError(f"{path}: no UTF-8 text, so no $(key) is replaced in it") from error
        except OSError as error:
            raise OpsError(f"{path}: {error.strerror}") from error

    def apply_on_dir(self, path: str, additional_args: Mapping[str, Any] | None = None) -> None:
        """Replace `$(key)` in every file below; links are not followed, binary files are left.

        Raises:
            OpsError: A file cannot be read or written.
        """
        for place in sorted(Path(path).rglob("*")):
            if place.is_file() and not place.is_symlink() and _is_text(place):
                self.apply_on_file(str(place), additional_args)

    def set(
        self,
        key: str,
        value: object,
        persistent: bool = True,  # noqa: ARG002 - an argument of AYS 8
        ttype: str | None = None,  # noqa: ARG002 - an argument of AYS 8
    ) -> None:
        """Store a value that JSON can hold; an existing key keeps its spelling.

        A `$(key)` in the value is text from now on: it may come from a stranger's mail.

        Args:
            persistent, ttype: Read no more: all is kept, and types are those of JSON.

        Raises:
            InputError: JSON cannot hold the value, it is None, or the key is empty.
        """
        kept = plain(value)
        if kept is None or not key.strip():
            raise InputError(f"hrd.set({key!r}, …): needs a key and a value; delete(key) removes")
        name = self._id(key)
        known = self._entries.get(name)
        entry = Entry(known.key if known else key, kept, as_text(kept), is_literal=True)
        self._entries[name] = entry
        self.changes[entry.key] = entry.value

    def delete(self, key: str) -> None:
        """Remove a key; a missing one is fine."""
        entry = self._entries.pop(self._id(key), None)
        if entry:
            self.changes[entry.key] = None

    def pop(self, key: str, default: Any = _MISSING) -> Any:
        """Remove a key and return its value, else the default."""
        value = self.get(key, default)
        self.delete(key)
        return value

    def set_args(self, args: Mapping[str, Any], prefix: str = "") -> None:
        """Store several values; the prefix and a dot go before each key."""
        for name, value in args.items():
            self.set(f"{prefix.rstrip('.')}.{name}" if prefix else name, value)

    def list_add(self, key: str, item: Any) -> None:
        """Add an item to a list unless it is in it; a missing list begins empty."""
        items = self.get_list(key, [])
        if item not in items:
            self.set(key, [*items, item])

    def apply_template(
        self, template: "Hrd", args: Mapping[str, Any] | None = None, prefix: str = ""
    ) -> None:
        """Take over the keys of a template; what it leaves empty is kept as it is here.

        Args:
            args: Values that overrule both.
            prefix: Stands before the keys of the template and of the arguments.
        """
        start = f"{prefix.rstrip('.')}." if prefix else ""
        for entry in template.entries():
            key = start + entry.key
            if not entry.error and (entry.value not in ("", [], {}) or not self.exists(key)):
                self.set(key, entry.value)
                name = self._id(key)
                # SECURITY: what names a secret is text; see `set`.
                literal = entry.is_literal or "$(secret:" in entry.raw
                self._entries[name] = msgspec.structs.replace(
                    self._entries[name], raw=entry.raw, is_literal=literal
                )
        self.set_args(args or {}, prefix)

    # The spelling of the templates written for AYS 8.
    getStr = get_str  # noqa: N815 - public name of AYS 8
    getInt = get_int  # noqa: N815 - public name of AYS 8
    getFloat = get_float  # noqa: N815 - public name of AYS 8
    getBool = get_bool  # noqa: N815 - public name of AYS 8
    getList = get_list  # noqa: N815 - public name of AYS 8
    getDict = get_dict  # noqa: N815 - public name of AYS 8
    getListFromPrefix = Branches.list_from_prefix  # noqa: N815 - public name of AYS 8
    getDictFromPrefix = Branches.dict_from_prefix  # noqa: N815 - public name of AYS 8
    getHRDAsDict = Branches.as_dict  # noqa: N815 - public name of AYS 8
    getListFromPrefixEachItemDict = Branches.items_from_prefix  # noqa: N815 - public name of AYS 8
    setArgs = set_args  # noqa: N815 - public name of AYS 8
    listAdd = list_add  # noqa: N815 - public name of AYS 8

    def applyTemplate(  # noqa: N802 - public name of AYS 8
        self, hrd: "Hrd", args: Mapping[str, Any] | None = None, prefix: str = ""
    ) -> None:
        """See `apply_template`."""
        self.apply_template(hrd, args, prefix)

    def applyOnContent(  # noqa: N802 - public name of AYS 8
        self,
        content: str,
        additionalArgs: Mapping[str, Any] | None = None,  # noqa: N803
    ) -> str:
        """See `apply_on_content`."""
        return self.apply_on_content(content, additionalArgs)

    def applyOnFile(  # noqa: N802 - public name of AYS 8
        self,
        path: str,
        additionalArgs: Mapping[str, Any] | None = None,  # noqa: N803
    ) -> None:
        """See `apply_on_file`."""
        self.apply_on_file(path, additionalArgs)

    def applyOnDir(  # noqa: N802 - public name of AYS 8
        self,
        path: str,
        additionalArgs: Mapping[str, Any] | None = None,  # noqa: N803
    ) -> None:
        """See `apply_on_dir`."""
        self.apply_on_dir(path, additionalArgs)

    def _add(self, entry: Entry) -> None:
        former = self._entries.get(entry.key.lower())
        if former and entry.line:
            where = f"{self.source}:{entry.line}"
            self.warnings.append(f"{where}: {entry.key} replaces the one of line {former.line}")
        self._entries[entry.key.lower()] = entry

    def _id(self, key: str) -> str:
        """Return what an entry is found by: all spellings of its key have it."""
        return key.lower()

    def _find(self, key: str) -> Entry | None:
        return self._entries.get(self._id(key))

    def _entry(self, key: str) -> Entry:
        entry = self._find(key)
        if entry is None:
            raise InputError(f"{self.source or 'hrd'}: no key {key}")
        return entry

    def _sound(self, key: str) -> Entry:
        entry = self._entry(key)
        if entry.error:
            raise InputError(entry.error)
        return entry

    def _given(self, key: str, default: Any) -> Any:
        return self.get(key) if default is None else self.get(key, default)

    def _made(self, key: str, value: Any, make: Callable[[Any], _T], why: str) -> _T:
        try:
            return make(value)
        except (TypeError, ValueError, OverflowError) as error:
            raise InputError(f"{self.where(key)}: {key} = {value!r} {why}") from error


def parse(text: str, *, source: str, is_legacy: bool = False, secret: Secret | None = None) -> Hrd:
    """Read HRD text; never raises, time is linear in the text.

    Args:
        text: The file's text; lines end in LF or CRLF.
        source: The file's name for warnings and errors.
        is_legacy: Warn also of values that AYS 8 read in another way.
        secret: Returns the secret of a name; without it `$(secret:NAME)` stays as it is written.
    """
    warnings: list[str] = []
    found = list(entries(text, source=source, warnings=warnings, is_legacy=is_legacy))
    return Hrd(found, source=source, warnings=warnings, secret=secret)


def _is_text(path: Path) -> bool:
    try:
        path.read_bytes().decode()
    except UnicodeDecodeError:
        return False
    except OSError as error:
        raise OpsError(f"{path}: {error.strerror}") from error
    return True
