"""The edition that a letter answers: verified, its sealing key, its house rules, its receipts."""

import difflib
import json
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from handbill.cli.ui import printable
from handbill.edition import stated, trust
from handbill.edition.stated import Stated
from handbill.edition.verify import Opened, editions_below, open_edition
from handbill.errors import FormatError, HandbillError, SignatureInvalid, UsageError
from handbill.files import read_inside
from handbill.keys.words import newsroom_words
from handbill.rules.book import HASHED, HASHED_PATH

RECEIPTS_PATH = "receipts.bin"
MAX_RECEIPTS_BYTES = 287 << 20
_MAX_RULES_BYTES = 1 << 20
_UNVERIFIED = "an edition that does not verify may seal your letter to somebody else"


@dataclass(frozen=True, slots=True)
class Answered:
    """Where a letter goes: what the edition in ``root`` states.

    ``opened`` is None and ``words``, which name the newsroom, are empty where nothing vouches.
    """

    root: Path
    stated: Stated
    edition_id: str
    opened: Opened | None
    words: str


@dataclass(frozen=True, slots=True)
class HouseRules:
    """The rules in one language, each as (number, title, text), and what a writer agrees to."""

    title: str
    introduction: str
    rules: tuple[tuple[int, str, str], ...]
    consent: str
    most_words: int


def find(path: Path) -> Path:
    """Return the one edition in ``path`` or directly below it.

    Raises:
        UsageError: there is none, or more than one.
    """
    found = editions_below(path)
    if len(found) == 1:
        return found[0]
    if not found:
        raise UsageError(f"{path}: holds no edition", hint="give an edition's folder or a drive")
    listed = "\n  ".join(printable(str(folder)) for folder in found)
    raise UsageError(f"{path}: holds {len(found)} editions:\n  {listed}", hint="give one of them")


def open_answered(path: Path, newsroom: str | None) -> Answered:
    """Open and verify the edition to answer.

    Raises:
        SignatureInvalid, FormatError, NeedsNewer: it cannot be trusted.
        UsageError: it is another newsroom's than the one expected.
    """
    root = find(path)
    opened = _trusted(root)
    words = " ".join(newsroom_words(opened.chain[0].data)["en"])
    if not trust.is_newsroom(opened.chain, newsroom):
        raise UsageError(f"{root}: is another newsroom's: {words}", hint="nothing was written")
    found = stated.parse(opened.stated)
    if (found.newsroom, found.edition) != (opened.newsroom, opened.head.number):
        raise FormatError("newsroom.json: speaks of another newsroom or edition")
    return Answered(root, found, opened.head.id, opened, words)


def _trusted(root: Path) -> Opened:
    try:
        opened = open_edition(root)
    except SignatureInvalid as error:
        raise SignatureInvalid(f"{root}: {error}", hint=_UNVERIFIED) from error
    except OSError as error:
        raise FormatError(
            f"{root}: part of what proves it is missing or unreadable: {error.strerror}",
            hint=f"take another copy; --unverified goes on, but {_UNVERIFIED}",
        ) from error
    if not opened.vouched:
        raise SignatureInvalid(
            f"{root}: is signed with a key that the newsroom has withdrawn", hint=_UNVERIFIED
        )
    return opened


def open_unverified(path: Path) -> Answered:
    """Believe an edition without its signatures, where a reader insists.

    Raises:
        FormatError
    """
    root = find(path)
    try:
        found = stated.parse(read_inside(root, stated.PATH, stated.MAX_BYTES))
        doc = json.loads(read_inside(root, "_edition/targets/edition.json", 64 << 20))
        edition_id = doc["id"]
        same = (doc["newsroom"], doc["number"]) == (found.newsroom, found.edition)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise FormatError(f"{root}: does not say where letters go ({error})") from error
    if not same or not isinstance(edition_id, str) or not re.fullmatch("[0-9a-f]{32}", edition_id):
        raise FormatError(f"{root}: edition.json and newsroom.json contradict each other")
    return Answered(root, found, edition_id, None, "")


def check_items(answered: Answered, ids: tuple[str, ...]) -> None:
    """Check that the edition has these stories or films.

    Raises:
        UsageError: it has not; names the nearest that it has.
    """
    if answered.opened is None:
        return
    items = {item.id for item in answered.opened.manifest.items if item.kind != "pages"}
    for name in ids:
        if name not in items:
            near = difflib.get_close_matches(name, items, 1)
            hint = f"did you mean {near[0]}?" if near else "its address in the paper shows its id"
            raise UsageError(f"{name[:80]}: this edition has no such story or film", hint=hint)


def house_rules(answered: Answered, language: str) -> HouseRules:
    """Read the rules that the edition's newsroom.json names by their hash.

    In ``language`` where the book speaks it, else in its first.

    Raises:
        FormatError: they are missing or are not those that are named.
    """
    try:
        data = read_inside(answered.root, HASHED_PATH, _MAX_RULES_BYTES)
    except (OSError, HandbillError) as error:
        raise FormatError(
            f"{HASHED_PATH}: the house rules cannot be read ({error})",
            hint="take another copy of this edition, or use its letter page",
        ) from error
    if sha256(data).hexdigest() != answered.stated.rules_hash or not data.startswith(
        HASHED.encode()
    ):
        raise FormatError(f"{HASHED_PATH}: is damaged, or not the rules of this edition")
    try:
        doc: dict[str, Any] = json.loads(data[len(HASHED) :])
        tag = language if language in doc["languages"] else doc["languages"][0]
        rules = tuple(
            (int(rule["number"]), str(rule["title"][tag]), str(rule["text"][tag]))
            for rule in doc["rules"]
        )
        above, title, consent = (
            str(doc[name].get(tag, "")) for name in ("introduction", "title", "consent")
        )
        return HouseRules(title, above, rules, consent, int(doc["words"]))
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
        raise FormatError(f"{HASHED_PATH}: is not as specified ({error!r})") from error


def receipts(answered: Answered) -> bytes:
    """Return the receipts of a verified edition; empty where it carries none.

    Raises:
        FormatError: they are damaged.
    """
    files = answered.opened.manifest.files if answered.opened else ()
    signed = next((entry.sha256 for entry in files if entry.path == RECEIPTS_PATH), None)
    if signed is None:
        return b""
    try:
        data = read_inside(answered.root, RECEIPTS_PATH, MAX_RECEIPTS_BYTES)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise FormatError(f"{RECEIPTS_PATH}: cannot be read: {error.strerror}") from error
    if sha256(data).hexdigest() != signed:
        raise FormatError(f"{RECEIPTS_PATH}: is damaged", hint="take another copy of this edition")
    return data
