"""The content-addressed store: what is put is found again by its SHA-256, or not at all.

bytes → <root>/tmp/… (hashed, fsynced) → rename → <root>/<space>/ab/cd/<digest> → link

`Stor` puts and opens objects, `link` and `parse_path` turn an object into its address and back.
"""

from cockpit.stor.link import Digest, link, parse_path
from cockpit.stor.store import Stor

__all__ = ["Digest", "Stor", "link", "parse_path"]
