"""The names that a desk protects, matched in texts without being kept: only keyed tags are.

A bare hash of a name can be found by trying all names; a tag is an HMAC under the desk's secret.
A tag begins with the length of what it stands for, so that most words of a text need no HMAC.
"""

import hmac
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from handbill.errors import UsageError
from handbill.rules.confusables import skeleton
from handbill.rules.finding import Span

LABEL = b"handbill protected name 1\0"
TAG_BYTES = 17
MOST_TOKENS = 8
LEAST_LETTERS = 3
_ENDINGS = 4
"""Syllables that may follow a Korean name in its word: 김철수에게서는."""

# One Chinese character is a token: no space tells where a name begins.
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_MARKS = r"\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670"
_TOKEN = re.compile(rf"[{_HAN}]|(?:[^\W_{_HAN}]|(?<=\w)[{_MARKS}]|(?<=[{_MARKS}])[{_MARKS}])+")
_UNWRITTEN = re.compile(r"[\u0610-\u061a\u0640\u064b-\u065f\u0670]")
"""Vowel signs and the lengthening stroke, which Arabic and Persian leave out as they like."""
_HANGUL = re.compile(r"[\uac00-\ud7a3]+")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]{4,}")
_CASES = re.compile(
    r"(?:ами|ями|ого|его|ому|ему|ыми|ими|ой|ей|ом|ем|ым|им|ую|юю|ая|яя|ах|ях|[аяуюеиыойьъ])$"
)
_ARABIC = re.compile(r"[\u0620-\u064a\u0671-\u06d3]{4,}")


def tags(name: str, secret: bytes) -> frozenset[bytes]:
    """Return what the desk keeps of a name: tags of the name as written and with its parts turned.

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
    orders = {
        tuple(parts),
        tuple(reversed(parts)),
        (*parts[1:], parts[0]),
        (parts[-1], *parts[:-1]),
    }
    return frozenset(_tag("".join(order), secret) for order in orders)


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
        words = [(match.start(), match[0]) for match in _TOKEN.finditer(text)]
        folded = [_whole(word) for _, word in words]
        found: list[Span] = []
        for first, (start, _) in enumerate(words):
            if not found or start >= found[-1][1]:
                end = self._end(words, folded, first)
                if end:
                    found.append((start, end))
        return found

    def _end(self, words: list[tuple[int, str]], folded: list[str], first: int) -> int:
        """Return where the longest name ends that begins with one word, 0 where none does."""
        longest = 0
        for begun in _begun(words[first][1], folded[first]):
            before = ""
            for place in range(first, min(first + MOST_TOKENS, len(words))):
                start, word = words[place]
                own = begun if place == first else folded[place]
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


def _begun(word: str, folded: str) -> Iterator[str]:
    """Yield a folded word, and without what Arabic writes to its front: and, so, by, for, like."""
    yield folded
    if word[0] in "وفبلك" and _ARABIC.fullmatch(word):
        yield _fold(word[1:])


def _ended(word: str, folded: str) -> Iterator[tuple[int, str]]:
    """Yield how many syllables are cut off a word and what it folds to: a Korean name's word may
    go on after the name.
    """
    yield 0, folded
    if "\uac00" <= word[0] <= "\ud7a3" and _HANGUL.fullmatch(word):
        for cut in range(1, min(_ENDINGS + 1, len(word))):
            folded = folded[: -len(_fold(word[-cut]))]
            yield cut, folded


def _whole(word: str) -> str:
    """Fold a word; Korean syllable by syllable, which a cache remembers."""
    return "".join(map(_fold, word)) if _HANGUL.fullmatch(word) else _fold(word)


@lru_cache(8192)
def _fold(word: str) -> str:
    plain = unicodedata.normalize("NFC", _UNWRITTEN.sub("", word))
    if _CYRILLIC.fullmatch(plain):
        plain = _CASES.sub("", plain.casefold())
    return skeleton(plain)
