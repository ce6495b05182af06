"""To what of its newsroom a Markdown text may link, seen without making a page of it. Pure.

A page is made again where what it links to moved. Rather one too many is named than one too few.
"""

import re

ANYWHERE = "*"
_PLAIN = re.compile(r"\]\(([A-Za-z0-9_./-][A-Za-z0-9_./#-]*)(?=[)\s])")
_OUTWARD = re.compile(r"\]\((?:https?:|mailto:|tel:|#)")
_NOTE = re.compile(r"\[\^[^\]]*\]:")


def resolved(source: str, target: str) -> str:
    """Return the newsroom's path that a text at ``source`` means by ``target``, a file."""
    steps = source.split("/")[:-1]
    for part in target.split("/"):
        if part == "..":
            steps = steps[:-1]
        elif part not in ("", "."):
            steps.append(part)
    return "/".join(steps)


def linked(source: str, target: str) -> str:
    """Return the path of the text that a link means, without the place in it after ``#``."""
    return resolved(source, target.partition("#")[0])


def mentions(text: str) -> tuple[str, ...]:
    """Return the files and ids that a text links to as it writes them, ``*`` for any at all."""
    # Looking for one character is much quicker than looking for two.
    if "]" not in text and "<" not in text:
        return ()
    inline, defined = text.count("]("), text.count("]:")
    tagged = "<a" in text or "<A" in text
    if not (inline or defined or tagged):
        return ()
    plain = _PLAIN.findall(text)
    understood = len(plain) + len(_OUTWARD.findall(text)) == inline
    if tagged or not understood or defined > len(_NOTE.findall(text)):
        return (ANYWHERE,)
    # Texts end in .md, and ids have no dot: the others are pictures.
    return tuple(dict.fromkeys(name for name in plain if "." not in name or ".md" in name))
