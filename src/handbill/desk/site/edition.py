"""The edition that the live site shows: read once, its signatures checked, not its every file."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from handbill.edition.manifest import Manifest
from handbill.edition.verify import open_edition
from handbill.errors import FormatError, UsageError
from handbill.files import read_inside
from handbill.letters.seal import key_id

MAX_PAGE_BYTES = 16 << 20
MAX_SINGLE_BYTES = 256 << 20  # with every picture in it
_KINDS = ("story", "film", "episode")


@dataclass(frozen=True, slots=True)
class Piece:
    """A story or film that letters are about, and where its page lies."""

    id: str
    path: str
    title: str
    language: str

    @property
    def folder(self) -> str:
        """The folder of its page."""
        return self.path.rpartition("/")[0]

    @property
    def single(self) -> str:
        """Where the story lies in one file, if the edition has that."""
        return f"{self.folder}/{self.folder.rpartition('/')[2]}.single.html"

    @property
    def up(self) -> str:
        """The way from its page to the edition's root."""
        return "../" * self.path.count("/")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEdition:
    """What is known of an edition; ``rules`` are version and hash of its book, (0, "") for none."""

    folder: Path
    newsroom: str
    number: int
    id: str
    issued: str
    name: str
    languages: tuple[str, ...]
    seal: bytes
    rules: tuple[int, str]
    pieces: Mapping[str, Piece] = field(repr=False)
    paths: Collection[str] = field(repr=False)

    def page(self, path: str, *, limit: int = MAX_PAGE_BYTES) -> str:
        """Return a page of it.

        Raises:
            OSError, UnsafePath, TooLarge
        """
        return read_inside(self.folder, path, limit).decode("utf-8", "replace")


def shown_edition(folder: Path, newsroom: str, seals: Collection[str]) -> ShownEdition:
    """Read the edition in ``folder``; ``seals`` are the ids of the sealing keys that we hold.

    Raises:
        UsageError: it is another newsroom's, or letters sealed to it could not be opened.
        FormatError, SignatureInvalid, NeedsNewer, TooLarge, UnsafePath, OSError
    """
    opened = open_edition(folder)
    if opened.newsroom != newsroom:
        raise UsageError(f"{folder}: is an edition of another newsroom")
    doc = json.loads(opened.stated)
    key = bytes.fromhex(str((doc.get("seal") or {}).get("key", "")))
    if key_id(key) not in seals:
        raise UsageError(
            f"{folder}: letters sealed to this edition could not be opened here",
            hint="its sealing key was destroyed, or the edition was pressed with another key store",
        )
    rules = doc.get("rules") or {"version": 0, "sha256": ""}
    found = opened.manifest
    return ShownEdition(
        folder=folder,
        newsroom=found.newsroom,
        number=found.number,
        id=found.id,
        issued=found.issued,
        name=opened.name,
        languages=tuple(map(str, doc.get("languages", ()))) or ("en",),
        seal=key,
        rules=(int(rules["version"]), str(rules["sha256"])),
        pieces=_pieces(found),
        paths=frozenset(file.path for file in found.files),
    )


def _pieces(found: Manifest) -> dict[str, Piece]:
    pieces = {}
    for item in found.items:
        paths = [found.files[n].path for n in item.files]
        page = next((p for p in paths if p.endswith("/index.html")), "")
        if item.kind in _KINDS and page:
            pieces[item.id] = Piece(item.id, page, item.title, item.language)
    return pieces


def rules_path(edition: ShownEdition, language: str) -> str:
    """Return where the house rules stand, in a language or in the newsroom's own.

    Raises:
        FormatError: the edition has none, so it takes no letters.
    """
    for tag in (language, *edition.languages):
        if f"pages/rules.{tag}.html" in edition.paths:
            return f"pages/rules.{tag}.html"
    raise FormatError("edition: has no rules, so it takes no letters")
