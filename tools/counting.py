"""Write ``counting.json``: which characters are letters, marks, or of a script without spaces.

Format: docs/formats/counting.md. Drawn from the package ``regex``, so that neither Python's nor a
browser's own Unicode version decides how long a letter is.
"""

import json
from importlib.metadata import metadata
from itertools import groupby
from pathlib import Path
from string import ascii_lowercase, digits

import regex

OUT = Path(__file__).resolve().parent.parent / "src/handbill/letters/counting.json"
UNICODE = "18.0.0"
LETTERS = r"[\p{L}\p{N}]"
# In this order: the first class that fits takes a character.
CLASSES = {
    "M": r"[\p{M}[\p{Cf}--\u200b]\u115f\u1160\u3164\uffa0\uff9e\uff9f]",
    "H": rf"[{LETTERS}&&\p{{Script=Han}}]",
    "K": rf"[{LETTERS}&&[\p{{Script=Hiragana}}\p{{Script=Katakana}}\u3031-\u3035\u30fc\uff70]]",
    "T": rf"[{LETTERS}&&\p{{Script=Thai}}]",
    "L": rf"[{LETTERS}&&\p{{Script=Lao}}]",
    "C": rf"[{LETTERS}&&\p{{Script=Khmer}}]",
    "B": rf"[{LETTERS}&&\p{{Script=Myanmar}}]",
    "D": rf"[{LETTERS}&&\p{{Script=Tibetan}}]",
    "W": LETTERS,
    "J": r"['’\-‐‑·׳״]",
}
# Thousandths of a word that a letter weighs; J is Japanese: Han and kana in a text of kana.
WEIGHTS = {"H": 680, "J": 437, "T": 244, "L": 230, "C": 275, "B": 270, "D": 272}


def classes() -> str:
    """Return, for every code point, its class, or Z for none."""
    found = ["Z"] * 0x110000
    every = "".join(chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000)
    for name, pattern in reversed(CLASSES.items()):
        for char in regex.findall(pattern, every, regex.V1):
            found[ord(char)] = name
    return "".join(found)


def lengths(table: str) -> str:
    """Write a table as lengths in base 36, each followed by its class, to the last that has one."""
    runs = [(name, sum(1 for _ in same)) for name, same in groupby(table.rstrip("Z"))]
    return "".join(_base36(n) + name for name, n in runs)


def _base36(number: int) -> str:
    high, low = divmod(number, 36)
    return (_base36(high) if high else "") + (digits + ascii_lowercase)[low]


def main() -> None:
    """Write the file."""
    if f"supports Unicode {UNICODE}" not in str(metadata("regex").get_payload()):
        raise SystemExit(f"counting: the package regex is not of Unicode {UNICODE}")
    doc = {"version": 1, "unicode": UNICODE, "weights": WEIGHTS, "classes": lengths(classes())}
    text = json.dumps(doc, indent=1) + "\n"
    # Tests run this beside others that read the file.
    if not OUT.exists() or OUT.read_text("utf-8") != text:
        OUT.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
