"""The pictures of a Markdown text, and those that its page would leave out in silence. Pure."""

import re
from collections.abc import Iterable

from handbill.newsroom.fields import Reader
from handbill.newsroom.story import Picture

_BODY_PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)(?:\s+\"([^\"]*)\")?\)")
_ANY_PICTURE = re.compile(r"!\[[^\]]*\][(\[]|<img\b", re.IGNORECASE)
_HOW = "expected ![what it shows](file.jpg), a name without spaces or brackets"
_ALONE = "is not shown here: a film and a show have one picture, their poster"


def body_pictures(reader: Reader) -> Iterable[Picture]:
    """Yield the pictures of a text's body; one that is written in another way is a problem."""
    if "![" not in reader.body and "<" not in reader.body:
        return
    understood = set()
    for match in _BODY_PICTURE.finditer(reader.body):
        understood.add(match.start())
        yield reader.picture_at(match)
    for match in _ANY_PICTURE.finditer(reader.body):
        if match.start() not in understood:
            line = reader.body[match.start() :].partition("\n")[0]
            reader.wrong_in_body(match.start(), f"a picture as {line[:60]!r}, {_HOW}")


def no_pictures(reader: Reader) -> None:
    """Report the pictures of a body that shows none."""
    for match in _ANY_PICTURE.finditer(reader.body):
        line = reader.body[match.start() :].partition("\n")[0]
        reader.wrong_in_body(match.start(), f"the picture {line[:60]!r} {_ALONE}")
