"""Write ``vectors/``: what every implementation of our formats must accept or refuse.

Drawn from fixed keys, so that running it again changes nothing. Python's and the page's tests read
the files; neither reads this script.
"""

import base64
import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests/edition")]
from samples import ROOT_1, key  # noqa: E402

import letter_vectors  # noqa: E402
import mixed_order  # noqa: E402
from handbill import note  # noqa: E402
from handbill.edition import merkle  # noqa: E402
from handbill.keys.words import newsroom_words, word_numbers  # noqa: E402
from handbill.paths import fold, path_problem  # noqa: E402

_L = 2**252 + 27742317777372353535851937790883648493
_P = 2**255 - 19


def ed25519() -> list[dict[str, Any]]:
    """Signatures that hold, and those that libraries disagree on."""
    signer, message = key("editor"), b"handbill"
    good, public = signer.sign(message), signer.public
    s = int.from_bytes(good[32:], "little")
    identity = (1).to_bytes(32, "little")
    order_8 = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
    rows = [
        ("as signed", public, message, good, True),
        ("another message", public, b"handbilk", good, False),
        ("another key", key("press").public, message, good, False),
        ("S + L", public, message, good[:32] + (s + _L).to_bytes(32, "little"), False),
        ("S = L", public, message, good[:32] + _L.to_bytes(32, "little"), False),
        ("a bit of R flipped", public, message, bytes([good[0] ^ 1]) + good[1:], False),
        ("cut short", public, message, good[:63], False),
        ("a byte more", public, message, good + b"\0", False),
        ("the neutral key, and S = 0", identity, message, identity + bytes(32), False),
        ("a key of order 8", order_8, message, identity + bytes(32), False),
        ("R of order 8", public, message, order_8 + good[32:], False),
        ("a key not reduced", (_P + 1).to_bytes(32, "little"), message, good, False),
        ("R not reduced", public, message, (_P + 3).to_bytes(32, "little") + good[32:], False),
        ("a key that is no point", (2).to_bytes(32, "little"), message, good, False),
        ("a key of zeros", bytes(32), message, good, False),
        *mixed_order.signatures(),
    ]
    return [
        {"name": n, "key": k.hex(), "message": m.hex(), "signature": g.hex(), "valid": v}
        for n, k, m, g, v in rows
    ]


def notes() -> list[dict[str, Any]]:
    """Signed notes, good and bad; ``signers`` counts the distinct keys that signed."""
    one, two = key("editor"), key("editor", 2)
    text = "handbill sample 1\nneeds:\nkey: 값\n"
    good = note.sign(text, [one, two]).decode()
    line = good.split("\n\n")[1].splitlines()[0]
    rows: list[tuple[str, str | bytes, int | None]] = [
        ("two signers", good, 2),
        ("one line twice", f"{text}\n{line}\n{line}\n", 1),
        ("an unknown signer is passed over", f"{text}\n{line}\n{line.replace(one.name, 'x')}\n", 1),
        ("no signature", text + "\n", None),
        ("no empty line", text + line + "\n", None),
        ("the last line not ended", good[:-1], None),
        ("CRLF", good.replace("\n", "\r\n"), None),
        ("a byte order mark", "\ufeff" + good, None),
        ("NFD", good.replace("값", "\u1100\u1161\u11b9"), None),
        ("a tab", good.replace("key: ", "key:\t"), None),
        ("not UTF-8", good.encode().replace("값".encode(), b"\xff"), None),
        ("a space at the end", good[:-1] + " \n", None),
        ("a dash of another kind", good.replace("\u2014", "\u2013"), None),
        ("text changed", good.replace("key: 값", "key: 옷"), None),
        ("base64 with other spare bits", f"{text}\n{line[:-2]}{_next(line[-2])}=\n", None),
        ("empty", "", None),
    ]
    keys = {k.name: k.public.hex() for k in (one, two)}
    return [
        {
            "name": name,
            "data": base64.b64encode(d if isinstance(d, bytes) else d.encode()).decode(),
            "keys": keys,
            "signers": signers,
        }
        for name, d, signers in rows
    ]


def _next(char: str) -> str:
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return digits[digits.index(char) + 1]


def paths() -> list[dict[str, Any]]:
    """Paths that a drive holds, and those that it does not."""
    found = [
        "index.html", "stories/a/index.html", "films/한글 영화.mp4", "a b/c.d", "é/ñ",
        "x" * 196 + ".txt", "", "/", "a/", "/a", "a//b", "../a", "a/../b", ".", "a/.", "a\\b",
        "a:b", "a*", "a?", "a|b", "a<b", "a>b", 'a"b', "con", "CON.txt", "nul", "com1.x", "com¹",
        "lpt9", "conin$", "a.", "a ", " a", "a\tb", "a\u200bb", "a\u202eb", "e\u0301",
        "\u1100\u1161", "y" * 256, "한" * 90, "x" * 201, "a/" * 99 + "b", "aux.tar.gz", "console",
        "a\u007fb", "a\u0000",
    ]  # fmt: skip
    return [{"path": p, "good": path_problem(p) is None, "fold": fold(p)} for p in found]


def trees() -> list[dict[str, Any]]:
    """Roots of trees over texts."""
    return [
        {"texts": texts, "root": merkle.root([merkle.leaf(t.encode()) for t in texts]).hex()}
        for n in (0, 1, 2, 3, 5, 8, 13)
        for texts in [[f"item {i}" for i in range(n)]]
    ]


def words() -> list[dict[str, Any]]:
    """Seven words of first roots."""
    return [
        {
            "root_sha256": sha256(data).hexdigest(),
            "root": base64.b64encode(data).decode(),
            "numbers": list(word_numbers(data)),
            "words": {tag: list(w) for tag, w in newsroom_words(data).items()},
        }
        for data in (ROOT_1, b"")
    ]


def main() -> None:
    """Write every file."""
    out = ROOT / "vectors"
    for name, rows in (
        ("ed25519", ed25519()),
        ("note", notes()),
        ("paths", paths()),
        ("tree", trees()),
        ("words", words()),
        ("pens", letter_vectors.pens()),
        ("letters", letter_vectors.letters()),
        ("tidy", letter_vectors.tidied()),
        ("seals", letter_vectors.seals()),
        ("receipts", letter_vectors.receipt_files()),
        ("counting", letter_vectors.counts()),
    ):
        text = json.dumps(rows, ensure_ascii=True, indent=1) + "\n"
        path = out / f"{name}.json"
        # Tests run this beside others that read the files.
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
        print(f"{name}: {len(rows)}")


if __name__ == "__main__":
    main()
