"""Where errors happen: the grid and the node of the specification's eco."""

import msgspec


class Node(msgspec.Struct, frozen=True):
    """A machine among those of an organisation; see `[node]` in docs/configuration.md."""

    gid: int = 1
    nid: int = 1
