"""Names that travel between parts: stable, never derived from a title or a path."""

import re
from typing import NewType

NewsroomId = NewType("NewsroomId", str)
"""64 hex digits: SHA-256 of the newsroom's first ``1.root.json``."""

EditionId = NewType("EditionId", str)
"""32 hex digits drawn when an edition's number is reserved."""

ItemId = NewType("ItemId", str)
"""What a story, film, show or episode calls itself in its front matter."""

ITEM_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}")


def is_item_id(text: str) -> bool:
    """Tell whether ``text`` may name an item: 1 to 64 of a-z, 0-9 and inner hyphens."""
    return ITEM_ID.fullmatch(text) is not None


def is_language(text: str) -> bool:
    """Tell whether ``text`` is a language tag that we accept (a subset of BCP 47)."""
    return LANGUAGE.fullmatch(text) is not None
