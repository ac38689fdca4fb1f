"""The settings seen as a table: one `Field` per key, read from the annotations of the Structs.

The loader, the template of cockpit.toml and the documentation walk this table.
"""

import functools
from collections.abc import Iterator
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec
from msgspec import Meta

from cockpit.app.forms import Form, mask_password
from cockpit.app.settings import Settings


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One setting as the loader and the documentation see it.

    Attributes:
        is_live: A running cockpit takes a new value over when it reads its settings again.
    """

    section: str
    name: str
    type: Any
    default: Any
    description: str
    form: Form | None
    is_secret: bool = False
    shape: str = "a text"
    is_live: bool = False

    @property
    def key(self) -> str:
        """The name in a file: `smtp.listen`, `webhooks.github.secret`."""
        return f"{self.section}.{self.name}"

    @property
    def variable(self) -> str:
        """The name in the environment: `COCKPIT_SMTP_LISTEN`."""
        return variable(self.key)

    @property
    def expected(self) -> str:
        """What a value must be; completes "expected …"."""
        if limits := self.limits:
            return f"a whole number from {limits[0]} to {limits[1]}"
        text = self.form.expected if self.form else self.shape
        if self.choices:
            text = "one of " + ", ".join(f'"{choice}"' for choice in self.choices)
        return f"a list of texts, each {text}" if self.is_list else text

    @property
    def is_list(self) -> bool:
        """Whether it has several values."""
        return get_origin(_plain(self.type)) is tuple

    @property
    def limits(self) -> tuple[int, int] | None:
        """The smallest and the largest number; None for what is none."""
        limits = next(_notes(self.type, Meta))
        return (limits.ge, limits.le) if _plain(self.type) is int else None

    @property
    def choices(self) -> tuple[str, ...]:
        """The texts that a value, or each of a list, may be; none when any may."""
        kind = _plain(self.type)
        item = _plain(get_args(kind)[0]) if self.is_list else kind
        return get_args(item) if get_origin(item) is Literal else ()

    def convert(self, value: object) -> Any:
        """Return the value as the Struct holds it.

        Raises:
            ValueError: "expected …, got …".
        """
        try:
            converted = msgspec.convert(value, self.type)
            for text in converted if isinstance(converted, tuple) else (converted,):
                if self.form:
                    self.form.parse(text)
        except ValueError as error:
            got = "" if self.is_secret else f", got {show(value)}"
            raise ValueError(f"expected {self._expected_of(value)}{got}") from error
        return converted

    def convert_text(self, text: str) -> Any:
        """Return the value that an environment variable means; lists are comma separated.

        Raises:
            ValueError: "expected …, got …".
        """
        if self.limits and text.strip().isdecimal():
            return self.convert(int(text))
        if self.is_list:
            return self.convert([part.strip() for part in text.split(",") if part.strip()])
        return self.convert(text)

    def _expected_of(self, value: object) -> str:
        """Leave the range out when the value is no number at all."""
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return "a whole number" if self.limits and not is_number else self.expected


@functools.cache
def fields() -> tuple[Field, ...]:
    """Return every setting, in the order of the sections."""
    return tuple(_fields())


def section_titles() -> dict[str, str]:
    """Return what each section is about, in order."""
    return {name: (kind.__doc__ or "").splitlines()[0] for name, kind in _sections()}


def variable(key: str) -> str:
    """Return the name in the environment of a section or a setting."""
    return f"COCKPIT_{key}".replace(".", "_").upper()


def show(value: object) -> str:
    """Return a value as TOML writes it, passwords in links hidden."""
    return mask_password(msgspec.json.encode(value, enc_hook=str).decode()).replace('","', '", "')


def _fields() -> Iterator[Field]:
    for section, kind in _sections():
        for field in msgspec.structs.fields(kind):
            metas = list(_notes(field.type, Meta))
            extra: dict[str, Any] = {}
            for meta in metas:
                extra |= meta.extra or {}
            yield Field(
                section=section,
                name=field.name,
                type=field.type,
                default=field.default,
                description=next(meta.description for meta in metas if meta.description),
                form=next(iter(_forms(field.type)), None),
                is_secret=extra.get("secret", False),
                shape=extra.get("expected", "a text"),
                is_live=extra.get("live", False),
            )


def _sections() -> Iterator[tuple[str, type[msgspec.Struct]]]:
    """Yield the name and the Struct of each section; `[webhooks.github]` stands inside one."""
    for section in msgspec.structs.fields(Settings):
        inner = msgspec.structs.fields(section.type)
        if all(_is_section(field.type) for field in inner):
            yield from ((f"{section.name}.{field.name}", field.type) for field in inner)
        else:
            yield section.name, section.type


def _is_section(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _forms(annotated: Any) -> Iterator[Form]:
    yield from _notes(annotated, Form)
    for item in get_args(_plain(annotated)):
        yield from _notes(item, Form)


def _notes(annotated: Any, kind: type[Any]) -> Iterator[Any]:
    yield from (note for note in getattr(annotated, "__metadata__", ()) if isinstance(note, kind))


def _plain(annotated: Any) -> Any:
    return get_args(annotated)[0] if get_origin(annotated) is Annotated else annotated
