"""A PostgreSQL desk with N letters: how fast a story's discussion is read, what waits, how large it is.

    python benchmarks/desk_store.py 1000000

It starts a server of its own (Debian: postgresql) as an unprivileged user, in a temporary folder,
without fsync. Letters are invented in a realistic shape: a median of 21 words, 22 letters a story
with a tail to 10,000 in one, 94 of 100 judged. Their signatures are noise; all that is stored beside
a letter (header, receipt key, sketches of its text, decisions) is there at its real size.

Wall times are p95 of one request at a time in this process, with the server on the same computer.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from handbill.desk.database import start  # noqa: E402

start()
from django.db import connection, connections  # noqa: E402

from desk.servers import Server, missing  # noqa: E402
from desk.world import WORDS  # noqa: E402
from handbill.desk.database import connect  # noqa: E402
from handbill.desk.decisions.models import Entry  # noqa: E402
from handbill.desk.decisions.threads import thread  # noqa: E402
from handbill.desk.intake.listing import waiting  # noqa: E402
from handbill.desk.keeping import backup, restoring  # noqa: E402
from handbill.desk.place import Place  # noqa: E402
from handbill.desk.staff.models import Person  # noqa: E402
from handbill.desk.store.models import Band, Discussion, Finding, Letter, Pen  # noqa: E402
from handbill.letters.decision import START, link  # noqa: E402
from handbill.reader.discussing import Around, thread_html  # noqa: E402
from handbill.reader.words import words  # noqa: E402
from handbill.rules.screens.twins import BANDS  # noqa: E402

LONGEST = 10_000
AROUND = Around(words("en"), {"privacy": "Privacy"}, "rules.html", lambda n: f"letters-{n}.html")
NOTE_BYTES = 560
"""A signed decision note of usual length."""


def digest(text: str) -> str:
    """Return 64 hex digits."""
    return sha256(text.encode()).hexdigest()


def shape(count: int, chance: random.Random) -> Iterator[tuple[str, int]]:
    """Yield stories and how many letters each has: 22 at the mean, most fewer, one 10,000."""
    left, number = count, 0
    for size in (LONGEST, *[LONGEST // 5] * 3, *[LONGEST // 20] * 10):
        if size * 2 <= left:
            yield f"long-{size}-{number}", size
            left, number = left - size, number + 1
    while left:
        size = min(left, max(1, round(chance.lognormvariate(2.3, 1.2))))
        yield f"story-{number}", size
        left, number = left - size, number + 1


class Maker:
    """Invents rows; the same seed gives the same."""

    def __init__(self, count: int) -> None:
        self.chance = random.Random(1)
        self.pens = [digest(f"pen {n}")[:32] for n in range(max(10, count // 6))]
        self.bulk = [" ".join(self.chance.choices(WORDS, k=1200)) for _ in range(400)]

    def letters(self, count: int) -> Iterator[dict[str, Any]]:
        """Yield letters, story by story; four in ten answer an earlier one of their story."""
        number = 0
        for story, size in shape(count, self.chance):
            earlier: list[str] = []
            for _ in range(size):
                row = self.letter(number, story, earlier)
                earlier.append(row["public"])
                number += 1
                yield row

    def letter(self, number: int, story: str, earlier: Sequence[str]) -> dict[str, Any]:
        """Return one row with every column of the table."""
        chance, ident = self.chance, digest(f"letter {number}")
        count = min(400, max(1, round(chance.lognormvariate(3.04, 0.9))))
        answers = bool(earlier) and chance.random() < 0.4
        parent = chance.choice(earlier) if answers else ""
        state = chance.choices(
            ("published", "removed", "withdrawn", "waiting", "held"), (88, 5, 1, 5, 1)
        )[0]
        edition, name = chance.randrange(1, 60), " ".join(chance.choices(WORDS, k=2)).title()
        body = "" if state == "withdrawn" else self.body(count)
        head = (
            f"handbill letter 1\nneeds:\nto: {'5f' * 32}\nedition: {edition} {'0' * 32}\n"
            f"seal: {'0' * 16}\nkind: {'reply' if answers else 'letter'}\nstory: {story}\n"
            f"parent: {parent}\nrules: 3 {'9f' * 32}\nlanguage: en\nname: {name}\nnonce: {ident[:32]}\n"
        )
        given = {
            "id": ident, "short": ident[:16], "public": ident[16:32], "pen_id": chance.choice(self.pens),
            "kind": "reply" if answers else "letter", "state": state, "story": story, "parent": parent,
            "rule": "privacy" if state == "removed" else "", "edition_number": edition,
            "edition_id": "0" * 32, "seal": "0" * 16, "rules_version": 3, "rules_hash": "9f" * 32,
            "language": chance.choice(("en", "ko", "fa", "es")), "name": name, "body": body, "words": count,
            "nfc": True, "receipt": bytes.fromhex(ident), "head": "" if state == "withdrawn" else head,
            "signature": bytes.fromhex(ident + ident), "name_key": digest(name)[:32], "screened": ident[:16],
            "compared": True,
        }  # fmt: skip
        return {f.attname: given.get(f.attname, f.get_default()) for f in columns(Letter)}

    def body(self, count: int) -> str:
        """Return so many words, cut out of a long text: faster than to choose each."""
        text = self.chance.choice(self.bulk).split(" ", 800)
        begin = self.chance.randrange(400)
        return " ".join(text[begin : begin + count])


def columns(model: Any) -> list[Any]:
    """Return the fields that are columns."""
    return [f for f in model._meta.concrete_fields if f.column]


def copy(model: Any, rows: Iterator[dict[str, Any]]) -> None:
    """Write rows by COPY."""
    fields = columns(model)
    names = ", ".join(f'"{f.column}"' for f in fields)
    query = f'COPY "{model._meta.db_table}" ({names}) FROM STDIN'
    with connection.cursor() as cursor, cursor.copy(query) as out:  # type: ignore[attr-defined]
        for row in rows:
            out.write_row([row[f.attname] for f in fields])


def rows_of(model: Any, given: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Fill in what a row leaves open."""
    for row in given:
        yield {f.attname: row.get(f.attname, f.get_default()) for f in columns(model)}


def fill(count: int) -> None:
    """Write everything that a desk of ``count`` letters holds."""
    maker = Maker(count)
    pens = ({"fingerprint": p, "key": bytes.fromhex(p) * 2} for p in maker.pens)
    copy(Pen, rows_of(Pen, pens))
    copy(Letter, maker.letters(count))
    listed = Letter.objects.values_list("id", "state", "pen_id", "words")
    copy(Band, (b for row in list(listed) for b in bands(*row)))
    held = Letter.objects.filter(state__in=("held", "removed")).values_list("id", flat=True)
    copy(Finding, rows_of(Finding, (finding(n, ident) for n, ident in enumerate(list(held)))))
    person = Person.objects.create(name="one", role="moderator")
    judged = Letter.objects.filter(state__in=("published", "removed")).values_list("id", "state")
    copy(Entry, rows_of(Entry, entries(list(judged), person)))
    stories = Letter.objects.values_list("story", flat=True).distinct().order_by()
    copy(Discussion, rows_of(Discussion, ({"story": s} for s in list(stories))))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def bands(ident: str, state: str, pen: str, count: int) -> Iterator[dict[str, Any]]:
    """Yield the sketch of one letter's text."""
    if state != "withdrawn" and count >= 12:
        for n in range(BANDS):
            yield {"key": digest(f"{ident}{n}")[:9], "letter_id": ident, "pen": pen}


def finding(number: int, ident: str) -> dict[str, Any]:
    """Return what a screen found in one letter."""
    return {
        "letter_id": ident, "screen": "privacy", "number": 0, "rule": ("privacy", "racism")[number % 20 > 0],
        "where": "body", "start": 3, "end": 9, "reason": "lexicon-word", "words": "x" * 6,
        "confidence": number % 100 / 100, "version": 1, "holds": True,
    }  # fmt: skip


def entries(judged: list[tuple[str, str]], person: Person) -> Iterator[dict[str, Any]]:
    """Yield a decision for each judged letter, chained."""
    chain = START
    for number, (ident, state) in enumerate(judged, 1):
        committed = sha256(ident.encode()).digest()
        chain = link(chain, committed)
        yield {
            "sequence": number, "commitment": committed, "chain": chain, "note": committed * (NOTE_BYTES // 32),
            "salt": ident[:32], "action": "approve" if state == "published" else "remove", "edition": 60,
            "year": 2026, "letter": ident, "pen": ident[:32], "before": "waiting", "written_from": 1,
            "origin": "desk", "person_id": person.pk,
        }  # fmt: skip


def p95(work: Callable[[Any], object], cases: Sequence[Any]) -> str:
    """Run each case once, after one that warms up."""
    work(cases[0])
    walls, cpu = [], time.process_time()
    for case in cases:
        began = time.perf_counter()
        work(case)
        walls.append((time.perf_counter() - began) * 1000)
    spent = (time.process_time() - cpu) * 1000 / len(cases)
    walls.sort()
    at = walls[min(len(walls) - 1, int(len(walls) * 0.95))]
    return f"median {walls[len(walls) // 2]:7.1f}  p95 {at:7.1f} ms   own CPU {spent:6.1f} ms"


def page(story: str) -> str:
    """Return a discussion's first page, from the tables to HTML."""
    return thread_html(thread(story), AROUND)


def measure(times: int) -> None:
    """Print times; stories are chosen by story, and as who reads a letter at random meets them."""
    chance = random.Random(2)
    stories = list(Discussion.objects.values_list("story", flat=True).order_by("story"))
    by_letter = list(Letter.objects.order_by("id").values_list("story", flat=True)[: times * 3 : 3])
    longest = [s for s in stories if s.startswith(f"long-{LONGEST}")]
    print("first page of a thread, from the tables to HTML (target p95 10 ms)")
    print(
        f"  any story                {p95(page, chance.sample(stories, min(times, len(stories))))}"
    )
    print(f"  the story of any letter  {p95(page, by_letter)}")
    if longest:
        print(f"  the longest, {LONGEST:,}      {p95(page, longest * 10)}")
    print("what waits (desk letters; the desk's own queue: desk_queue.py)")
    print(f"  the first letter         {p95(lambda _: list(waiting(most=1)), range(10))}")


def sizes(count: int) -> None:
    """Print bytes a letter, table by table."""
    query = """SELECT relname, pg_table_size(oid), pg_indexes_size(oid) FROM pg_class
               WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
               ORDER BY pg_total_relation_size(oid) DESC LIMIT 6"""
    with connection.cursor() as cursor:
        cursor.execute(query)
        for name, table, index in cursor.fetchall():
            print(
                f"  {name:22} {table / count:7.0f} + {index / count:7.0f} bytes a letter, indexes"
            )
        cursor.execute("SELECT pg_database_size(current_database())")
        whole = cursor.fetchone()[0]
    print(f"  in all {whole / 1e9:.2f} GB, {whole / count:.0f} bytes a letter")


def keep(server: Server, folder: Path) -> None:
    """Print what a backup and restoring it cost."""
    file, key, place = folder / "backup", bytes(32), Place(folder / "tray", folder / "desk")
    for name, work in (
        ("backup, read back", lambda: backup.write(file, place, "", key)),
        ("restore, compared", lambda: restoring.restore(file, server.create("b"), place, key)),
    ):
        began, cpu = time.perf_counter(), time.process_time()
        work()
        spent = time.process_time() - cpu
        print(f"  {name:22} {time.perf_counter() - began:6.0f} s, own CPU {spent:6.0f} s")
    print(f"  the file               {file.stat().st_size / 1e6:6.1f} MB")


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("letters", nargs="?", type=int, default=20_000)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--backup", action="store_true", help="back it up and restore it, too")
    asked = parser.parse_args()
    count = 3_000 if asked.quick else asked.letters
    if missing():
        sys.exit(missing())
    server = Server()
    try:
        connect(server.create("desk"))
        began = time.perf_counter()
        fill(count)
        print(f"{count:,} letters, filled in {time.perf_counter() - began:.0f} s", flush=True)
        measure(asked.times)
        sizes(count)
        if asked.backup or asked.quick:
            with TemporaryDirectory() as folder:
                keep(server, Path(folder))
    finally:
        connections.close_all()
        server.stop()


if __name__ == "__main__":
    main()
