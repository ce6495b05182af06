"""What the desk's pages cost at size, and how many keys a letter takes. Needs PostgreSQL's programs.

    python benchmarks/desk_queue.py --letters 1000000     the next letter, search, pages
    python benchmarks/desk_queue.py --hour 150            judge so many letters, by the forms' posts

Letters are made in the database alone, in a realistic shape: a median of 21 words, 22 letters a
story with a tail to 10,000, four in ten judged. Times are of one request in one process, with the
server on the same computer; CPU is this process's.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from handbill.desk.database import start  # noqa: E402

start()
from django.db import connection, connections  # noqa: E402

from desk.desk_world import World, make_world  # noqa: E402
from desk.queue_world import Room, letter_at, send  # noqa: E402
from desk.servers import Server  # noqa: E402
from desk.world import WORDS  # noqa: E402
from handbill.desk.queue import choosing  # noqa: E402
from handbill.desk.staff.roles import Role  # noqa: E402
from handbill.desk.store.models import Letter, Pile  # noqa: E402
from handbill.desk.store.piles import place_of  # noqa: E402
from handbill.letters.letter import Kind  # noqa: E402

BATCH = 20_000
COMMON = WORDS[:50]


def fill(count: int, world: World) -> None:
    """Write pens and letters with COPY: the shape matters here, not their signatures."""
    chance = random.Random(1)
    book = world.secrets.book
    assert book
    pens = [sha256(f"pen {n}".encode()).hexdigest()[:32] for n in range(max(10, count // 6))]
    with connection.cursor() as cursor:
        with cursor.copy(
            "COPY store_pen (fingerprint, key, burned, erase, stopped) FROM STDIN"
        ) as copy:  # type: ignore[attr-defined]
            for pen in pens:
                copy.write_row((pen, b"", False, False, ""))
        columns = [f.column for f in Letter._meta.concrete_fields]
        with cursor.copy(f"COPY store_letter ({', '.join(columns)}) FROM STDIN") as copy:  # type: ignore[attr-defined]
            for n in range(count):
                row = letter(n, chance, pens, book.hash)
                copy.write_row([row[name] for name in columns])
        held = Letter.objects.filter(place__lt="2").exclude(place="")
        found = list(held.values_list("id", "place"))  # before COPY takes the connection
        with cursor.copy(
            'COPY store_finding (letter_id, screen, number, rule, "where", reason, words, confidence, version, holds) FROM STDIN'
        ) as copy:  # type: ignore[attr-defined]
            for ident, place in found:
                rule = "privacy" if place[0] == "0" else "racism"
                copy.write_row(
                    (ident, "lexicon", 0, rule, "body", "lexicon-word", "x", 0.7, 1, True)
                )
        cursor.execute("VACUUM ANALYZE")  # as the server does by itself, later


def letter(n: int, chance: random.Random, pens: list[str], rules: str) -> dict[str, Any]:
    """Return one letter's row."""
    ident = sha256(f"letter {n}".encode()).hexdigest()
    words = min(400, max(1, round(chance.lognormvariate(3.04, 0.9))))
    body = " ".join(
        chance.choice(COMMON) if chance.random() < 0.4 else chance.choice(WORDS)
        for _ in range(words)
    )
    story = (
        "the-great-flood"
        if n % 100 == 0 and n < 1_000_000
        else f"story-{chance.randrange(max(1, n // 22 + 1))}"
    )
    edition = chance.randrange(1, 60)
    if edition < 7:
        body += " eldest"
    state, pile, place = "published", "", ""
    if chance.random() < 0.6:
        private, held = chance.random() < 0.01, chance.random() < 0.1
        state, pile = ("held" if private or held else "waiting"), Pile.QUEUE.value
        score = round(chance.random(), 2) if chance.random() < 0.05 else 0.0
        place = place_of(private=private, held=held, score=score, story=story, letter=ident)
    return {
        "id": ident, "short": ident[:16], "public": ident[16:32], "pen_id": chance.choice(pens), "kind": "letter",
        "state": state, "story": story, "parent": "", "rule": "", "pick": False, "edition_number": edition,
        "edition_id": "0" * 32, "seal": "0" * 16, "rules_version": 1, "rules_hash": rules,
        "language": chance.choice(("en", "ko", "ko", "fa", "es")), "name": f"{chance.choice(WORDS)} {chance.choice(WORDS)}",
        "body": body, "words": words, "nfc": True, "receipt": b"", "head": "x", "signature": b"", "name_key": ident[:32],
        "screened": "x", "compared": True, "pile": pile, "place": place,
    }  # fmt: skip


def timed(work: Callable[[], Any], times: int) -> dict[str, float]:
    """Return the median and the 95th percentile of wall and the mean CPU, in ms."""
    work()
    walls, cpu = [], time.process_time()
    for _ in range(times):
        began = time.perf_counter()
        work()
        walls.append((time.perf_counter() - began) * 1000)
    spent = (time.process_time() - cpu) * 1000 / times
    walls.sort()
    return {
        "median_ms": round(statistics.median(walls), 1),
        "p95_ms": round(walls[int(len(walls) * 0.95) - 1], 1),
        "cpu_ms": round(spent, 1),
    }


def at_size(count: int, times: int, folder: Path) -> dict[str, Any]:
    """Measure the desk's pages over so many letters."""
    server = Server()
    try:
        world = make_world(folder, server.create("desk"))
        began = time.perf_counter()
        fill(count, world)
        filled = round(time.perf_counter() - began)
        mina = world.client(Role.EDITOR, "mina")

        def get(path: str) -> None:
            response = mina.get(path)
            assert response.status_code == 200, path

        def step() -> None:
            """Hold a letter and be led to the next, as one press of ``h``."""
            address = mina.post("/queue/next/")["Location"]
            fields = {name: of_page(mina.get(address), name) for name in ("seen", "place")}
            response = mina.post(f"{address}judge/", {"action": "hold", **fields})
            assert response.status_code == 302, response.content[:300]

        person = world.person(Role.EDITOR, "mina")
        asked = questions()
        found = {
            "next letter, query alone": timed(lambda: choosing.free(person).first(), times),
            "next letter claimed (POST)": timed(lambda: mina.post("/queue/next/"), times),
            "decide and show the next": timed(step, times),
            "list, first page": timed(lambda: get("/queue/"), times),
            **{f"search, {n}": timed(lambda q=q: search(mina, q), times) for n, q in asked.items()},
            "batches": timed(lambda: get("/batches/"), max(3, times // 5)),
        }
        sizes = _sizes()
        return {
            "letters": count,
            "filled_s": filled,
            "database, word index, place index": sizes,
            **found,
        }
    finally:
        connections.close_all()
        server.stop()


def questions() -> dict[str, dict[str, str]]:
    """Return what is searched for: common and rare, found in the newest letters, old ones, none."""
    rare, common, story = WORDS[3000], COMMON[3], "the-great-flood"
    return {
        "a rare word": {"text": rare},
        "a common word": {"text": common},
        "two words": {"text": f"{common} {rare}"},
        "seven words": {"text": " ".join(WORDS[3000:3007])},
        "four beginnings of two letters": {"text": "be ze fa ri"},
        "the beginning of a word": {"text": rare[:3]},
        "no such word": {"text": "qqqq"},
        "a word of the oldest tenth": {"text": "eldest"},
        "a word, language with none": {"text": common, "language": "xx"},
        "a common word and a rule": {"text": common, "rule": "privacy"},
        "a rare word and a rule": {"text": rare, "rule": "racism"},
        "a common word and a story": {"text": common, "story": story},
        "pen by its words": {"pen": "zero-name"},
        "rule": {"rule": "privacy"},
        "rule of many": {"rule": "racism"},
        "rule with none": {"rule": "no-such-rule"},
        "language with none": {"language": "xx"},
        "state with none": {"state": "burned"},
        "state and story": {"state": "published", "story": story},
    }


def search(browser: Any, wanted: dict[str, str]) -> None:
    """Send the form and go where it leads, as a browser does."""
    response = browser.get(browser.post("/search/", wanted)["Location"])
    assert response.status_code == 200, wanted


def _sizes() -> Any:
    """Return what database and indexes take."""
    names = ("queue_words", "letter_pile")
    parts = ", ".join(f"pg_size_pretty(pg_relation_size('{name}'))" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_size_pretty(pg_database_size(current_database())), {parts}")
        return cursor.fetchone()


def an_hour(count: int, folder: Path) -> dict[str, Any]:
    """Judge letters one after another as a person does by keys, and count the keys.

    Eight of ten are approved (a), one is removed (r, the rule's key, Enter), one held (h).
    """
    room = Room(folder)
    room.file_all([(Kind.LETTER, f"p{n}", {"story": f"s{n % 7}"}) for n in range(count)])
    mina, keys, pages = room.browser(), 1, []
    began, cpu = time.perf_counter(), time.process_time()
    address = mina.post("/queue/next/")["Location"]
    judged = 0
    while address.startswith("/letter/"):
        response = mina.get(address)
        pages.append(len(response.content))
        action, pressed = _choice(judged)
        keys += pressed
        letter_id = letter_at(address)
        seen = of_page(response, "seen")
        answer = send(mina, letter_id, "judge", action=action, rule="racism", seen=seen)
        address = answer["Location"]
        judged += 1
    wall, spent = time.perf_counter() - began, time.process_time() - cpu
    return {
        "letters": judged,
        "keys a letter": round(keys / judged, 2),
        "server CPU ms a letter": round(spent * 1000 / judged, 1),
        "server wall ms a letter": round(wall * 1000 / judged, 1),
        "page KB, median": round(statistics.median(pages) / 1000, 1),
        "seconds left a letter, at 150 an hour": round(24 - wall / judged, 1),
    }


def of_page(response: Any, name: str) -> str:
    """Return the value of a page's hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found, name
    return found[1]


def _choice(number: int) -> tuple[str, int]:
    """Return what is done with the letter of this number, and how many keys that takes."""
    return {8: ("remove", 3), 9: ("hold", 1)}.get(number % 10, ("approve", 1))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--letters", type=int, default=0)
    parser.add_argument("--hour", type=int, default=0)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--quick", action="store_true", help="judge 20 letters")
    asked = parser.parse_args()
    if asked.hour or not asked.letters:
        hour = asked.hour or (20 if asked.quick else 150)
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(an_hour(hour, Path(folder)), indent=1))
    if asked.letters:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(at_size(asked.letters, asked.times, Path(folder)), indent=1))


if __name__ == "__main__":
    main()
