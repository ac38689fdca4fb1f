"""What a schema says of other services: the parent that one has, the producers that it consumes.

See: AYS 8, schema.hrd: `parent:ROLE`, `consume:ROLE[:MIN[:MAX]]`, `auto`, `optional`.
"""

from collections.abc import Collection
from typing import Any

import msgspec

from cockpit.ays.schema import Field, Schema
from cockpit.errors import nearest

_MOST = 100
_BARE = "'\""


class Relation(msgspec.Struct, frozen=True):
    """A field that names other services.

    Attributes:
        role: What the others play: `node` for a target written as `node.docker`.
        target: The target as written, which names the template of one made by `auto`.
        least: How many there must be; a parent is one, or none when it is optional.
        most: How many there may be.
        is_list: Nothing named means all there are, not as few as will do.
        line: Of schema.hrd.
    """

    field: str
    role: str
    target: str
    is_parent: bool
    least: int
    most: int
    auto: bool
    is_list: bool
    line: int

    def names(self, value: Any) -> list[str]:
        """Return the instances that a value of the field names: one, several, or a comma list."""
        pieces = value if isinstance(value, list) else [value]
        texts = (str(piece).split(",") for piece in pieces if piece is not None)
        found = (text.strip().strip(_BARE) for several in texts for text in several)
        return list(dict.fromkeys(text for text in found if text))

    def key(self, name: str) -> str:
        """Return the key behind a name, which may be one already."""
        return name if "!" in name else f"{self.role}!{name}"


def unplayed(schema: Schema, roles: Collection[str], *, source: str) -> list[str]:
    """Return which roles of a schema nobody can play, as `source/schema.hrd:line: why`."""
    return [
        f"{source}/schema.hrd:{one.line}: no template plays the role {one.role}"
        f"{nearest(one.role, sorted(roles))}"
        for one in relations(schema)
        if one.role not in roles
    ]


def relations(schema: Schema) -> list[Relation]:
    """Return the relations of a schema, the parent first."""
    found = [made for field in schema.fields.values() if (made := _relation(field))]
    return sorted(found, key=lambda relation: not relation.is_parent)


def _relation(field: Field) -> Relation | None:
    tags = field.tags
    if "parent" in tags:
        target, least, most = tags["parent"].strip(), 0 if field.optional else 1, 1
    elif "consume" in tags:
        # Of several targets the old engine took the last.
        target, least, most = _limits(tags["consume"].rpartition(",")[2].strip())
    else:
        return None
    return Relation(
        field=field.name,
        role=target.partition(".")[0],
        target=target,
        is_parent="parent" in tags,
        least=least,
        most=most,
        auto=field.auto,
        is_list=field.is_list,
        line=field.line,
    )


def _limits(text: str) -> tuple[str, int, int]:
    target, *numbers = text.split(":")
    limits = [int(number) for number in numbers if number.isascii() and number.isdigit()]
    return target, limits[0] if limits else 0, limits[1] if len(limits) > 1 else _MOST
