"""What a request asks for, as text that every database takes."""

from django.http import QueryDict


def text(given: QueryDict, name: str, most: int = 200) -> str:
    """Return one value without white ends and NUL, at most ``most`` characters."""
    return str(given.get(name, "")).replace("\0", "").strip()[:most]
