"""Read a rule book from TOML: every mistake a problem with its line, or a book. Pure."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

from handbill.errors import FormatError
from handbill.ids import is_item_id, is_language
from handbill.newsroom.frontmatter import nearest
from handbill.newsroom.tomllines import SettingLines, mistake
from handbill.rules.book import Book, Decider, Ladder, Rule, Texts, TwoPeople, hashed

Choice = TypeVar("Choice", bound=StrEnum)
PATH = "rules/book.toml"
MAX_BOOK_BYTES = 256 << 10
MAX_RULES = 100
MAX_TEXT = 4000
MOST = 999_999_999
REQUIRED = (
    "consent", "profanity", "obscenity", "personal-attack", "harassment", "defamation", "sexism",
    "racism", "privacy", "otherwise-inappropriate", "signed", "length", "repeat", "responsibility",
)  # fmt: skip
_TOP = ("version", "languages", "words", "ladder", "title", "introduction", "consent", "rules")
_RULE = ("id", "number", "decides", "two_people", "title", "text", "facts")
_LADDER = tuple(Ladder.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something to mend in a rule book: its line (0 where it is not known) and what it is."""

    line: int
    text: str


def parse(data: bytes) -> Book:
    """Return the book.

    Raises:
        FormatError: the first mistake, with its line and field.
    """
    book, flaws = read(data)
    if book is None or flaws:
        raise FormatError(f"{PATH}:{flaws[0].line}: {flaws[0].text}")
    return book


def read(data: bytes, languages: Iterable[str] = ()) -> tuple[Book | None, tuple[Flaw, ...]]:
    """Return the book and every mistake; no book where there is a mistake.

    ``languages`` are those of the edition: one that the book does not speak is a mistake.
    """
    if len(data) > MAX_BOOK_BYTES:
        said = f"is {len(data)} bytes long, expected at most {MAX_BOOK_BYTES}"
        return None, (Flaw(0, said),)
    try:
        text = data.decode("utf-8")
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        line, said = mistake(error)
        return None, (Flaw(line, f"cannot be read: {said}"),)
    reader = _Reader(text, table)
    book = reader.book()
    reader.speaks(languages)
    return (None if reader.flaws else book), tuple(sorted(reader.flaws, key=lambda f: f.line))


class _Reader:
    def __init__(self, text: str, table: dict[str, Any]) -> None:
        self._lines, self._table = SettingLines(text), table
        self.flaws: list[Flaw] = []
        self._languages: tuple[str, ...] = ()

    def book(self) -> Book:
        top = self._table
        self._known(top, _TOP, ())
        self._languages = self._read_languages(top.get("languages"))
        rules = tuple(self._rules(top.get("rules")))
        book = Book(
            self._whole(top, "version", ()), "", self._languages, self._whole(top, "words", ()),
            self._ladder(top.get("ladder", {})), self._texts(top, "title", ()),
            self._texts(top, "introduction", ()) if "introduction" in top else (),
            self._texts(top, "consent", ()), rules,
        )  # fmt: skip
        self._together(book)
        return replace(book, hash=hashed(book))

    def speaks(self, languages: Iterable[str]) -> None:
        for tag in languages:
            if tag not in self._languages:
                self._wrong(("languages",), f"languages: {tag!r} of this newsroom is missing")

    def _wrong(self, at: tuple[str | int, ...], text: str) -> None:
        self.flaws.append(Flaw(self._lines.of(at), text))

    def _known(
        self, table: dict[str, Any], known: Iterable[str], at: tuple[str | int, ...]
    ) -> None:
        for key in table:
            if key not in known:
                self._wrong((*at, key), f"{_say(at, key)} is not known{nearest(key, known)}")

    def _read_languages(self, value: object) -> tuple[str, ...]:
        tags = value if isinstance(value, list) else []
        good = [tag for tag in tags if isinstance(tag, str) and is_language(tag)]
        if not good or len(good) != len(tags) or len(set(good)) != len(good):
            self._wrong(("languages",), "languages: expected a list of language tags, none twice")
        return tuple(good)

    def _whole(
        self, table: dict[str, Any], key: str, at: tuple[str | int, ...], least: int = 1
    ) -> int:
        value = table.get(key)
        if type(value) is not int or not least <= value <= MOST:
            got = "nothing" if value is None else repr(value)[:40]
            self._wrong(
                (*at, key), f"{_say(at, key)}: expected a whole number from {least}, got {got}"
            )
            return least
        return value

    def _ladder(self, table: object) -> Ladder:
        if not isinstance(table, dict):
            self._wrong(("ladder",), "ladder: expected a table")
            return Ladder()
        at = ("ladder",)
        self._known(table, _LADDER, at)
        defaults = Ladder()
        filled = {name: table.get(name, getattr(defaults, name)) for name in _LADDER}
        before = len(self.flaws)
        ladder = Ladder(**{name: self._whole(filled, name, at) for name in _LADDER})
        if (
            len(self.flaws) == before
            and not ladder.notice <= ladder.warning <= ladder.pause <= ladder.block
        ):
            self._wrong(at, "ladder: expected notice, warning, pause and block to rise")
        return ladder

    def _texts(self, table: dict[str, Any], key: str, at: tuple[str | int, ...]) -> Texts:
        value = table.get(key)
        if not isinstance(value, dict):
            self._wrong((*at, key), f"{_say(at, key)}: expected a text in each language")
            return ()
        for tag in value.keys() - set(self._languages):
            text = f"{tag!r} is not among the languages{nearest(tag, self._languages)}"
            self._wrong((*at, key, tag), f"{_say(at, key)}: {text}")
        for tag in self._languages:
            if tag not in value:
                self._wrong((*at, key), f"{_say(at, key)}: has no text in {tag!r}")
        pairs = [(tag, self._text(value[tag], (*at, key, tag))) for tag in sorted(value)]
        return tuple(pairs)

    def _text(self, value: object, at: tuple[str | int, ...]) -> str:
        text = unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else ""
        kinds = {unicodedata.category(c) for c in text.replace("\n", "").replace("\u200c", "")}
        if not text or len(text) > MAX_TEXT or kinds & {"Cc", "Cf", "Cs", "Co", "Cn"}:
            expected = f"expected plain text of 1 to {MAX_TEXT} characters"
            self._wrong(at, f"{_say(at[:-1], str(at[-1]))}: {expected}")
        return text

    def _rules(self, value: object) -> Iterable[Rule]:
        if not isinstance(value, list) or not 1 <= len(value) <= MAX_RULES:
            self._wrong(("rules",), f"rules: expected 1 to {MAX_RULES} tables [[rules]]")
            return
        for place, table in enumerate(value):
            if not isinstance(table, dict):
                self._wrong(("rules",), "rules: expected tables [[rules]]")
                continue
            yield self._rule(table, ("rules", place))

    def _rule(self, table: dict[str, Any], at: tuple[str | int, ...]) -> Rule:
        self._known(table, _RULE, at)
        name = table.get("id")
        if not isinstance(name, str) or not is_item_id(name):
            self._wrong((*at, "id"), f"{_say(at, 'id')}: expected a-z, 0-9 and inner hyphens")
            name = ""
        return Rule(
            name,
            self._whole(table, "number", at),
            self._one_of(Decider, table, "decides", at),
            self._one_of(TwoPeople, {"two_people": "never", **table}, "two_people", at),
            self._texts(table, "title", at),
            self._texts(table, "text", at),
            tuple(self._facts(table.get("facts", {}), (*at, "facts"))),
        )

    def _facts(self, table: object, at: tuple[str | int, ...]) -> Iterable[tuple[str, Texts]]:
        if not isinstance(table, dict) or len(table) > MAX_RULES:
            self._wrong(at, f"{_say(at[:-1], 'facts')}: expected texts by id, at most {MAX_RULES}")
            return
        for name in sorted(table):
            if not is_item_id(name):
                self._wrong((*at, name), f"{_say(at, name)}: expected a-z, 0-9 and inner hyphens")
            yield name, self._texts(table, name, at)

    def _one_of(
        self, kind: type[Choice], table: dict[str, Any], key: str, at: tuple[str | int, ...]
    ) -> Choice:
        value, choices = table.get(key), [str(c) for c in kind]
        if value in choices:
            return kind(value)
        got = "nothing" if value is None else repr(value)[:40]
        said = f"expected {', '.join(choices)}, got {got}{nearest(str(value), choices)}"
        self._wrong((*at, key), f"{_say(at, key)}: {said}")
        return next(iter(kind))

    def _together(self, book: Book) -> None:
        ids, numbers = [r.id for r in book.rules], [r.number for r in book.rules]
        for place, rule in enumerate(book.rules):
            at = ("rules", place)
            if rule.id and rule.id in ids[:place]:
                self._wrong((*at, "id"), f"{_say(at, 'id')}: {rule.id!r} stands twice")
            if rule.number in numbers[:place]:
                self._wrong((*at, "number"), f"{_say(at, 'number')}: {rule.number} stands twice")
            if rule.id == "length" and self._table.get("words") == book.words:
                self._says_limit(rule, book.words, at)
        for name in REQUIRED:
            if name not in ids:
                near = nearest(name, [i for i in ids if i not in REQUIRED])
                text = f"rule {name!r} is missing: reword it, it may not go{near}"
                self._wrong(("rules",), text)

    def _says_limit(self, rule: Rule, words: int, at: tuple[str | int, ...]) -> None:
        for tag, text in rule.text:
            digits = "".join(str(unicodedata.digit(c, c)) for c in text)
            if not re.search(rf"(?<!\d){words}(?!\d)", digits):
                said = f"does not name the limit of words, {words}"
                self._wrong((*at, "text", tag), f"{_say(at, 'text')}: the text in {tag!r} {said}")


def _say(at: tuple[str | int, ...], key: str) -> str:
    steps = [f"{step + 1}" if isinstance(step, int) else step for step in at]
    return " ".join([*steps, key])
