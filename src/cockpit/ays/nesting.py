"""Whether a CEL expression looks through a list for each element of a list. Pure.

Such a one takes as long as the sizes of the lists multiplied, and nothing ends it: whoever lets
strangers write filters asks here first.

See: the Common Expression Language specification, "Syntax" (strings, comments) and "Macros".
"""

import re

_MACRO = re.compile(r"\.\s*(?:all|exists|exists_one|map|filter)\s*\(")
_HIDDEN = re.compile(
    r"""
    //[^\n]*
    | [bB]?[rR][bB]? (?: \"{3}.*?\"{3} | '{3}.*?'{3} | "[^"]*" | '[^']*' )
    | [bB]? (?:
        \"{3} (?: \\. | [^\\] )*? \"{3} | '{3} (?: \\. | [^\\] )*? '{3}
        | " (?: \\. | [^"\\] )* " | ' (?: \\. | [^'\\] )* '
    )
    """,
    re.VERBOSE | re.DOTALL,
)


def is_nested(text: str) -> bool:
    """Tell whether a macro stands inside another one's parentheses."""
    bare = _HIDDEN.sub('""', text)
    end = 0
    for found in _MACRO.finditer(bare):
        if found.start() < end:
            return True
        end = _closing(bare, found.end())
    return False


def _closing(text: str, start: int) -> int:
    """Return where the parenthesis ends that was opened before `start`."""
    depth = 1
    for place in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if not depth:
            return place
    return len(text)
