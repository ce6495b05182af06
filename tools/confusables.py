"""Make src/handbill/rules/data/confusables.txt from the table in the package confusable-homoglyphs.

Usage: python tools/confusables.py PATH/TO/confusable_homoglyphs/confusables.json

The package carries Unicode's confusables.txt (UTS #39) as pairs without their direction. A
prototype is recognised by having many pairs, or by being the one of two that has several
characters. Where both are single and stand alone, the one that is a letter is taken, then the lower
code point: skeletons are compared with each other only, so any fixed choice serves.
"""

import json
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

TARGET = Path(__file__).parents[1] / "src/handbill/rules/data/confusables.txt"
HEAD = """\
# Characters that look alike: a prototype, a tab, its look-alikes separated by spaces, in hex.
# Source: Unicode confusables.txt (UTS #39), as carried by confusable-homoglyphs 3.3.1 on PyPI.
# Licences: data Unicode License v3, Copyright (c) 1991-2024 Unicode, Inc.; package MIT, V. Felder.
# Left out: what NFKC with case folding already joins. Made by tools/confusables.py.
"""


def prototypes(pairs: dict[str, list[dict[str, str]]]) -> dict[str, str]:
    """Return the prototype of each single character that has one."""
    near = {_bare(a): {_bare(entry["c"]) for entry in found} for a, found in pairs.items()}
    result = {}
    for char, others in near.items():
        if len(char) == 1 and len(others) == 1:
            (other,) = others
            many = len(near.get(other, ())) > 1 or len(other) > 1
            if many or (not other.isalnum(), other) < (not char.isalnum(), char):
                result[char] = other
    return result


def _bare(text: str) -> str:
    return text.replace("\u200e", "") or text


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def main() -> None:
    """Write the table."""
    pairs = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    alike = defaultdict(list)
    for char, prototype in prototypes(pairs).items():
        if _plain(char) not in (_plain(prototype), ""):
            alike[prototype].append(char)
    lines = [
        f"{_hex(prototype)}\t{' '.join(f'{ord(c):x}' for c in sorted(chars))}\n"
        for prototype, chars in sorted(alike.items())
    ]
    TARGET.write_text(HEAD + "".join(lines), "utf-8")


def _hex(text: str) -> str:
    return "+".join(f"{ord(c):x}" for c in text)


if __name__ == "__main__":
    main()
