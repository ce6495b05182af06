"""Build ``verify.html``: one standalone file, the same bytes for all editions of one release.

Its scripts stand inside it in the order of their needs; its policy names them by hash and allows
nothing else. The maintained sources lie in ``verifier/``.
"""

import base64
import json
from functools import cache
from hashlib import sha256
from importlib.resources import files

from handbill.keys.words import LISTS, word_list
from handbill.reader.words import LANGUAGES, direction
from handbill.reader.words import words as catalogue

_SCRIPTS = (
    "vendor/tweetnacl.js",
    "bytes.js",
    "sha256.js",
    "json.js",
    "paths.js",
    "gate.js",
    "scrypt.js",
    "words.js",
    "note.js",
    "proof.js",
    "manifest.js",
    "trust.js",
    "exact.js",
    "carried.js",
    "judge.js",
    "reading.js",
    "drive.js",
    "film.js",
    "say.js",
    "cards.js",
    "page.js",
)


@cache
def verify_page() -> bytes:
    """Return the standalone verifier."""
    script = _script()
    style = _source("verify.css")
    policy = (
        f"default-src 'none'; script-src {hashed(script)}; style-src {hashed(style)};"
        " base-uri 'none'; form-action 'none'"
    )
    page = _source("page.html")
    for name, text in (("policy", policy), ("style", style), ("script", script)):
        page = page.replace(f"@{name}@", text)
    return page.encode()


def _script() -> str:
    """Join the scripts behind what they share: the namespace, the catalogues, the word lists."""
    words = {language: " ".join(word_list(language)) for language in LISTS}
    say = {tag: json.loads(_source(f"locale/{tag}.json")) for tag in LANGUAGES}
    names = {tag: catalogue(tag).language_name(tag) for tag in LANGUAGES}
    rtl = [tag for tag in LANGUAGES if direction(tag) == "rtl"]
    shared = {"say": say, "words": words, "names": names, "rtl": rtl}
    data = json.dumps(shared, ensure_ascii=False, separators=(",", ":"))
    # Data stands in a script: no text of it may end the element.
    data = data.replace("<", "\\u003c")
    return f"var H = {{ data: {data} }};\n" + "".join(_source(name) for name in _SCRIPTS)


def _source(name: str) -> str:
    return source(f"verifier/{name}")


def source(path: str) -> str:
    """Return a text of this package, by its path."""
    return (files("handbill.reader") / path).read_text("utf-8")


def hashed(text: str) -> str:
    """Return the hash by which a content security policy allows a script or style."""
    digest = base64.b64encode(sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"
