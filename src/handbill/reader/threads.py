"""Where the letters stand in an edition: under their story, on further pages, among the decisions.

Pure. A page's inputs hold a hash of its thread, so that a story's page changes with its letters.
What reads and shows letters is loaded only where somebody wrote.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from handbill.newsroom.story import Film, Page, Show, Story
from handbill.reader.plans import PagePlan

if TYPE_CHECKING:
    from handbill.letters.thread import Thread
    from handbill.reader.pages import Site

Entry = Story | Film | Show
RECEIPTS = "receipts.bin"


def thread_of(site: "Site", entry: Entry) -> "Thread | None":
    """Return the letters under an item; None where nobody wrote."""
    return None if isinstance(entry, Show) else site.talk.threads.get(entry.id)


def thread_key(site: "Site", entry: Entry) -> str:
    """Return what stands for an item's thread among a page's inputs."""
    thread = thread_of(site, entry)
    if thread is None:
        return ""
    from handbill.letters.discussion import write_threads  # noqa: PLC0415

    book = site.rules.get(entry.language)
    return sha256(write_threads([thread])).hexdigest() + (book.hash if book else "")


def thread_section(site: "Site", entry: Entry, path: str, number: int = 1) -> str:
    """Return a page of an item's letters, to stand on ``path``; empty where nobody wrote."""
    thread = thread_of(site, entry)
    if thread is None or (number == 1 and not thread.entries and thread.open):
        return ""
    from handbill.reader.discussing import Around, thread_html  # noqa: PLC0415

    up, language = "../" * path.count("/"), entry.language
    around = Around(
        site.say(language), titles(site, language), up + rules_path(site, language), _page
    )
    return thread_html(thread, around, number)


def _page(number: int) -> str:
    return "index.html" if number == 1 else f"letters-{number}.html"


def more_pages(site: "Site", entry: Entry, plan: PagePlan) -> Iterator[PagePlan]:
    """Yield the pages of a thread behind the first, which lie beside their story's page."""
    thread = thread_of(site, entry)
    if thread is None:
        return
    from handbill.reader.discussing import cut  # noqa: PLC0415

    folder = plan.path.rpartition("/")[0]
    for number in range(2, len(cut(thread).pages) + 1):
        path = f"{folder}/{_page(number)}"
        make = partial(_more, site, entry, path, number)
        yield PagePlan(path, plan.item, ("letters", plan.inputs), make)


def _more(site: "Site", entry: Entry, path: str, number: int) -> bytes:
    letters = thread_section(site, entry, path, number)
    title = entry.title
    return site.plain_page(entry.language, title, path, letters=letters, back=_page(1)).encode()


def rules_path(site: "Site", language: str) -> str:
    """Return where the rules stand in a language, else in the newsroom's own."""
    return f"pages/rules.{_spoken(site, language)}.html"


def titles(site: "Site", language: str) -> Mapping[str, str]:
    """Return the rules' titles by id."""
    book = site.rules.get(_spoken(site, language))
    return {rule.id: rule.title for rule in book.rules} if book else {}


def _spoken(site: "Site", language: str) -> str:
    return language if language in site.rules else site.newsroom.language


def decisions_page(site: "Site", language: str) -> Page | None:
    """Return the page of decisions in a language; None where the desk handed over none."""
    if not site.talk.decisions:
        return None
    title = site.say(language).text["decisions"]
    return Page("decisions", language, title, "", "discussion/decisions.json")


def decided(site: "Site", page: Page) -> str:
    """Return the body of the page of decisions."""
    from handbill.reader.decided import decisions_body  # noqa: PLC0415

    href = "../" + rules_path(site, page.language)
    record: Mapping[str, Any] = site.talk.decisions
    return decisions_body(site.say(page.language), record, titles(site, page.language), href)


def receipt_plans(site: "Site") -> Iterator[PagePlan]:
    """Yield the receipts of an edition."""
    data = site.talk.receipts
    if data:
        yield PagePlan(RECEIPTS, "", (sha256(data).hexdigest(),), lambda: data)
