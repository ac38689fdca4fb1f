"""Whether services need each other in a circle."""

from collections.abc import Iterable, Mapping


def find_circle(needs: Mapping[str, Iterable[str]]) -> list[str]:
    """Return one circle of a graph, its first name again at the end; nothing when there is none.

    Linear in the number of names and edges, whatever the depth; names that are needed and not in
    the mapping need nothing.
    """
    done: set[str] = set()
    for first in needs:
        if first in done:
            continue
        path: dict[str, int] = {first: 0}
        open_ones = [iter(needs[first])]
        while open_ones:
            name = next(open_ones[-1], None)
            if name is None:
                open_ones.pop()
                done.add(path.popitem()[0])
            elif name in path:
                return [*list(path)[path[name] :], name]
            elif name not in done:
                path[name] = len(path)
                open_ones.append(iter(needs.get(name, ())))
    return []
