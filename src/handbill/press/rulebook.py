"""The rule book on its way into an edition: its mistakes, its pages, its version and hash.

What understands it is loaded only where there is one.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from handbill.errors import NewsroomInvalid
from handbill.newsroom.frontmatter import Problem
from handbill.newsroom.scan import RULE_BOOK
from handbill.newsroom.story import Newsroom, Page

if TYPE_CHECKING:
    from handbill.keys.ring import Published
    from handbill.rules.book import Book, ShownBook


def read_book(newsroom: Newsroom) -> "tuple[Book | None, tuple[Problem, ...]]":
    """Return the newsroom's rule book and its mistakes; neither where it keeps none."""
    if not newsroom.rules:
        return None, ()
    from handbill.rules.reading import read  # noqa: PLC0415

    book, flaws = read(newsroom.rules.encode(), newsroom.languages)
    return book, tuple(Problem(RULE_BOOK, flaw.line, flaw.text) for flaw in flaws)


def shown(book: "Book | None", newsroom: Newsroom) -> "dict[str, ShownBook]":
    """Return the book as the page of each of the edition's languages shows it."""
    return {tag: book.shown(tag) for tag in newsroom.languages} if book else {}


def pages(books: "dict[str, ShownBook]") -> tuple[Page, ...]:
    """Return the pages of the rules; what they say is made from the book."""
    return tuple(Page("rules", tag, book.title, "", RULE_BOOK) for tag, book in books.items())


def files(book: "Book | None") -> dict[str, bytes]:
    """Return the file whose SHA-256 is what writers sign, for who writes without the page."""
    if book is None:
        return {}
    from handbill.rules.book import HASHED_PATH, canonical  # noqa: PLC0415

    return {HASHED_PATH: canonical(book)}


def stated(book: "Book | None") -> str:
    """Return version and hash as letters and the list of past editions write them."""
    return f"{book.version} {book.hash}" if book else ""


def refuse_silent_change(book: "Book | None", past: "Sequence[Published]") -> None:
    """Refuse a book that says something else under a version that was published before.

    Raises:
        NewsroomInvalid: the version must be raised.
    """
    if book is None:
        return
    for edition in past:
        version, _, known = edition.rules.partition(" ")
        if not version:
            continue
        if book.version < int(version) or (book.version == int(version) and book.hash != known):
            raise NewsroomInvalid(
                f"{RULE_BOOK}: version {book.version} differs from version {version}, which "
                f"edition {edition.number} published: letters are signed under it",
                hint=f"raise the version to {int(version) + 1}, or take the change back",
            )
