"""The names that a desk protects, matched in texts without being kept: only keyed tags are.

A bare hash of a name can be found by trying all names; a tag is an HMAC under the desk's secret.
A tag begins with the length of what it stands for, so that most words of a text need no HMAC.
"""

import hmac
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from handbill.errors import UsageError
from handbill.rules.confusables import is_invisible, skeleton
from handbill.rules.finding import Span

LABEL = b"handbill protected name 1\0"
TAG_BYTES = 17
MOST_TOKENS = 8
LEAST_LETTERS = 3
_MOST_SPACED = 24
"""Words that one name may fill where each letter stands alone."""
_ENDINGS = 4
"""Syllables that may follow a Korean name in its word: 김철수에게서는."""

# One Chinese character is a token: no space tells where a name begins.
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_MARKS = r"\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670"
_TOKEN = re.compile(rf"[{_HAN}]|(?:[^\W_{_HAN}]|(?<=\w)[{_MARKS}]|(?<=[{_MARKS}])[{_MARKS}])+")
_UNWRITTEN = re.compile(r"[\u0610-\u061a\u0640\u064b-\u065f\u0670]")
"""Vowel signs and the lengthening stroke, which Arabic and Persian leave out as they like."""
_OVER = re.compile(
    r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
"""Marks that are written over any letter: accents, strokes through it, circles around it."""
_LEFT_OUT = re.compile(r"[\u0300-\u036f\u0653-\u0655]")
"""Accents and hamza, which people in a hurry leave out."""
_HANGUL = re.compile(r"[\uac00-\ud7a3]+")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]{4,}")
_CASES = re.compile(
    r"(?:ами|ями|ого|его|ому|ему|ыми|ими|ой|ей|ом|ем|ым|им|ую|юю|ая|яя|ах|ях|[аяуюеиыойьъ])$"
)
_ARABIC = re.compile(r"[\u0620-\u064a\u0671-\u06d3]{4,}")


def tags(name: str, secret: bytes) -> frozenset[bytes]:
    """Return what the desk keeps of a name: tags of the name as written and with its parts turned,
    and of the same without accents.

    Raises:
        UsageError: the name is so short that it would be found everywhere.
    """
    parts = [_whole(token) for token in _TOKEN.findall(unicodedata.normalize("NFC", name))]
    whole = "".join(parts)
    if len(whole) < LEAST_LETTERS or len(parts) > MOST_TOKENS or len(whole) > 255:
        raise UsageError(
            f"protected name: has {len(whole)} letters in {len(parts)} parts, expected at least "
            f"{LEAST_LETTERS} letters in at most {MOST_TOKENS} parts"
        )
    bare = [_bare(token) for token in _TOKEN.findall(_plain(name)[0])]
    kept = [parts, bare] if LEAST_LETTERS <= len("".join(bare)) <= 255 else [parts]
    return frozenset(_tag("".join(order), secret) for each in kept for order in _orders(each))


def _orders(parts: list[str]) -> set[tuple[str, ...]]:
    return {
        tuple(parts),
        tuple(reversed(parts)),
        (*parts[1:], parts[0]),
        (parts[-1], *parts[:-1]),
    }


class ProtectedNames:
    """Finds protected names in a text by windows of its folded words."""

    def __init__(self, secret: bytes, kept: Iterable[bytes]) -> None:
        all_tags = frozenset(kept)
        self._lengths = frozenset(tag[0] for tag in all_tags)
        self._longest = max(self._lengths, default=0)
        # Most pairs of words come again and again: their HMACs are remembered.
        self._is_kept = lru_cache(16384)(lambda folded: _tag(folded, secret) in all_tags)

    def spans(self, text: str) -> list[Span]:
        """Return where protected names stand, endings of Korean words left out."""
        if not self._lengths:
            return []
        plain, places = _plain(text)
        words = _words(plain)
        bare = [_bare(word) for _, word in words]
        found = [(places[a], places[b - 1] + 1) for a, b in self._read(words, bare, _bare)]
        # As written, too: tags of an earlier release know names with their accents alone.
        written = words if plain == text else _words(text)
        whole = [_whole(word) for _, word in written]
        if plain != text or whole != bare:
            found += self._read(written, whole, _whole)
        apart: list[Span] = []
        for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
            if not apart or start >= apart[-1][1]:
                apart.append((start, end))
        return apart

    def _read(
        self, words: list[tuple[int, str]], folded: list[str], fold: Callable[[str], str]
    ) -> list[Span]:
        found: list[Span] = []
        for first, (start, word) in enumerate(words):
            if not found or start >= found[-1][1]:
                begun = _begun(word, folded[first], fold)
                end = max(
                    self._end(words, [own, *folded[first + 1 : first + _MOST_SPACED]], first)
                    for own in begun
                )
                if end:
                    found.append((start, end))
        return found

    def _end(self, words: list[tuple[int, str]], folded: list[str], first: int) -> int:
        """Return where the longest name ends that begins with one word, 0 where none does;
        ``folded`` is that word and those behind it.
        """
        longest, before = 0, ""
        for place, own in enumerate(folded, first):
            start, word = words[place]
            for cut, kept in _ended(word, own):
                whole = before + kept
                if len(whole) in self._lengths and self._is_kept(whole):
                    longest = max(longest, start + len(word) - cut)
            before += own
            if len(before) >= self._longest:
                break
        return longest


def _tag(folded: str, secret: bytes) -> bytes:
    digest = hmac.digest(secret, LABEL + folded.encode(), "sha256")
    return bytes([len(folded)]) + digest[: TAG_BYTES - 1]


def _begun(word: str, folded: str, fold: Callable[[str], str]) -> Iterator[str]:
    """Yield a folded word, and without what Arabic writes to its front: and, so, by, for, like."""
    yield folded
    if word[0] in "وفبلك" and _ARABIC.fullmatch(word):
        yield fold(word[1:])


def _ended(word: str, folded: str) -> Iterator[tuple[int, str]]:
    """Yield how many syllables are cut off a word and what it folds to: a Korean name's word may
    go on after the name.
    """
    yield 0, folded
    if "\uac00" <= word[0] <= "\ud7a3" and _HANGUL.fullmatch(word):
        for cut in range(1, min(_ENDINGS + 1, len(word))):
            folded = folded[: -len(_fold(word[-cut]))]
            yield cut, folded


def _words(text: str) -> list[tuple[int, str]]:
    return [(match.start(), match[0]) for match in _TOKEN.finditer(text)]


def _plain(text: str) -> tuple[str, Sequence[int]]:
    """Return a text without what hides a name in it, and where each of its characters stood."""
    if text.isascii() and text.isprintable():
        return text, range(len(text))
    found: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        shown = _shown(char)
        found.append(shown)
        places += [place] * len(shown)
    return "".join(found), places


@lru_cache(8192)
def _shown(char: str) -> str:
    if char == "\n":
        return char
    return "" if is_invisible(char) or _OVER.match(char) else unicodedata.normalize("NFKC", char)


@lru_cache(8192)
def _bare(word: str) -> str:
    """Fold a word, accents left out."""
    return _LEFT_OUT.sub("", _whole(word))


def _whole(word: str) -> str:
    """Fold a word; Korean syllable by syllable, which a cache remembers."""
    return "".join(map(_fold, word)) if _HANGUL.fullmatch(word) else _fold(word)


@lru_cache(8192)
def _fold(word: str) -> str:
    plain = unicodedata.normalize("NFC", _UNWRITTEN.sub("", word))
    if _CYRILLIC.fullmatch(plain):
        plain = _CASES.sub("", plain.casefold())
    return skeleton(plain)
