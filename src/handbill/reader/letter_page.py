"""Build ``letter.html``: one standalone file in which a reader writes, signs and seals a letter.

It differs for every edition. Its scripts stand inside it, its policy names them by hash and allows
nothing else. The maintained sources lie in ``letterpage/``, and what it shares in ``verifier/``.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from itertools import takewhile

from handbill.keys.words import LISTS, word_list
from handbill.reader.house_rules import ShownBook
from handbill.reader.verify_page import hashed, source
from handbill.reader.words import LANGUAGES, direction
from handbill.reader.words import words as catalogue

LETTER_PAGE = "letter.html"
MAX_STORIES, MAX_BYTES = 400, 200_000
_SCRIPTS = (
    "letterpage/vendor/lib.js",
    "letterpage/unpack.js",
    "verifier/bytes.js",
    "verifier/sha256.js",
    "verifier/scrypt.js",
    "verifier/words.js",
    "letterpage/counting.js",
    "letterpage/seal.js",
    "letterpage/pen.js",
    "letterpage/letter.js",
    "letterpage/receipts.js",
    "letterpage/qr.js",
    "verifier/say.js",
    "letterpage/choose.js",
    "letterpage/phrase.js",
    "letterpage/rules.js",
    "letterpage/sealing.js",
    "letterpage/mine.js",
    "letterpage/page.js",
)
_COMMENT = re.compile(r"^\s*//.*\n|\s*// eslint-.*$", re.MULTILINE)
_INDENT = re.compile(r"^ +", re.MULTILINE)
_SIGN = re.compile(r'("(?:[^"\\]|\\.)*")| *([=*<>?:;,{}()|&!]+) *')


@dataclass(frozen=True, slots=True)
class ListedStory:
    """A story or film that a letter may be about."""

    id: str
    title: str
    language: str


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What the letter page is made for. Ids and keys are hex; ``stories`` the newest first;
    ``names`` the newsroom's own in other languages.
    """

    newsroom_id: str
    name: str
    number: int
    edition_id: str
    seal_key: str
    rules: tuple[ShownBook, ...]
    stories: tuple[ListedStory, ...] = ()
    languages: tuple[str, ...] = ()
    names: tuple[tuple[str, str], ...] = ()


def letter_page(facts: LetterFacts) -> bytes:
    """Return the page: at most 200 kB, so that of many long titles the oldest are left out."""
    page = _page(facts, ())
    rows = [_row(story) for story in facts.stories[:MAX_STORIES]]
    left = MAX_BYTES - len(page)
    fitting = 0
    for row in rows:
        left -= len(data_in_script(row).encode()) - 2
        fitting += left >= 0
    return _page(facts, rows[:fitting]) if fitting else page


def _row(story: ListedStory) -> str:
    return f"{story.id} {story.language} {' '.join(story.title.split())}\n"


def _page(facts: LetterFacts, stories: Sequence[str]) -> bytes:
    script = f"var H = {{ data: {data_in_script(_values(facts, stories))} }};\n{_scripts()}"
    style = source("verifier/verify.css") + source("letterpage/letter.css")
    policy = (
        f"default-src 'none'; script-src {hashed(script)}; style-src {hashed(style)};"
        " base-uri 'none'; form-action 'none'"
    )
    parts = {
        "policy": policy,
        "style": style,
        "name": escape(facts.name),
        "script": script,
    }
    page = source("letterpage/page.html")
    return re.sub("@([a-z]+)@", lambda found: parts[found[1]], page).encode()


def _values(facts: LetterFacts, stories: Sequence[str]) -> dict[str, object]:
    """Return what differs from edition to edition, with the catalogues and tables."""
    first = facts.rules[0]
    seal_id = sha256(bytes.fromhex(facts.seal_key)).hexdigest()[:16]
    return {
        **_shared(),
        "edition": {
            "newsroom": facts.newsroom_id,
            "number": facts.number,
            "id": facts.edition_id,
            "seal": {"id": seal_id, "key": facts.seal_key},
        },
        "rules": {
            "version": first.version,
            "sha256": first.hash,
            "words": first.words,
            "books": [_book(book) for book in facts.rules],
        },
        "languages": _languages(facts.languages),
        "titles": {"": facts.name, **dict(facts.names)},
        "stories": "".join(stories),
    }


def _book(book: ShownBook) -> dict[str, object]:
    return {
        "language": book.language,
        "introduction": book.introduction,
        "consent": book.consent,
        "rules": [[rule.number, rule.title, rule.text] for rule in book.rules],
    }


def _languages(of_edition: Iterable[str]) -> list[tuple[str, str]]:
    """Return the languages to choose from with their own names; the last is any other."""
    tags = dict.fromkeys([*(tag.lower() for tag in of_edition), *LANGUAGES])
    return [*((tag, catalogue("en").language_name(tag)) for tag in tags), ("und", "")]


@cache
def _shared() -> dict[str, object]:
    counting = json.loads((files("handbill.letters") / "counting.json").read_text("utf-8"))
    return {
        "keys": list(_catalogue("en")),
        "say": {tag: [_catalogue(tag)[key] for key in _catalogue("en")] for tag in LANGUAGES},
        "names": {tag: catalogue(tag).language_name(tag) for tag in LANGUAGES},
        "rtl": [tag for tag in LANGUAGES if direction(tag) == "rtl"],
        "words": {language: packed(word_list(language)) for language in LISTS},
        "counting": {key: counting[key] for key in ("weights", "classes")},
    }


def packed(words: Sequence[str]) -> str:
    """Write each word as one digit, how many letters of the word before stay, and the others."""
    out, last = [], ""
    for word in words:
        same = takewhile(lambda pair: pair[0] == pair[1], zip(last, word, strict=False))
        kept = min(9, len(list(same)))
        out.append(f"{kept}{word[kept:]}")
        last = word
    return "".join(out)


@cache
def _catalogue(language: str) -> dict[str, str]:
    return dict(json.loads(source(f"letterpage/locale/{language}.json")))


@cache
def _scripts() -> str:
    """Join the scripts in the order of their needs, ours without what is there for people."""
    return "".join(source(path) if "/vendor/" in path else lean(source(path)) for path in _SCRIPTS)


def lean(script: str) -> str:
    """Return a script of ours without comments, indents, and spaces about signs.

    Lines with a slash keep theirs, where only a parser can tell a division from an expression.
    Strings stand between double quotes and end on their line.
    """
    lines = _INDENT.sub("", _COMMENT.sub("", script)).splitlines(keepends=True)
    return "".join(line if "/" in line else _SIGN.sub(_tight, line) for line in lines)


def _tight(found: re.Match[str]) -> str:
    return found[1] or found[2]


def without_comments(script: str) -> str:
    """Return a script of ours as it stands in a page."""
    return _INDENT.sub("", _COMMENT.sub("", script))


def data_in_script(values: object) -> str:
    """Write data as JSON that may stand in a script."""
    # Data stands in a script: no text of it may end the element.
    data = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return data.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
