"""Letters a second at the desk: opened, verified, counted, filed, screened; and 40 drives' worth.

Reports CPU seconds of one core, so that a busy machine changes little. The peer of `verify` is
libsodium's bare signature check, the floor under any intake.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "tests")]

from nacl import bindings  # noqa: E402

import corpus  # noqa: E402
from handbill.desk.database import connect, start, writing  # noqa: E402

start()
from desk.world import SEALS, Writers, desk, put, sealed  # noqa: E402
from handbill.desk.intake.filing import file_letters  # noqa: E402
from handbill.desk.intake.knowing import alone, together  # noqa: E402
from handbill.desk.intake.opening import Opened, Opener  # noqa: E402
from handbill.desk.intake.screening import compare_letters, screen_letters  # noqa: E402
from handbill.desk.intake.take_in import BATCH, take_in  # noqa: E402
from handbill.desk.intake.tray import Tray  # noqa: E402
from handbill.letters import seal  # noqa: E402


def write(count: int) -> list[bytes]:
    """Write letters of 40 to 250 words by half as many pens, to all editions whose keys are here."""
    writers, chance = Writers(3), random.Random(3)
    letters = []
    for at, story in enumerate(corpus.stories(count)):
        words = [word for word in story.body.split() if word.isalpha()]
        draft = writers.draft(
            number=chance.choice(SEALS).number,
            name=f"Reader {at % (count // 2)}",
            body=" ".join(words[: chance.randrange(40, 250)]),
            story=f"story-{chance.randrange(60)}",
        )
        letters.append(writers.write(draft, f"{at % (count // 2)}"))
    return letters


def spent(work: Callable[[], object]) -> float:
    """Return the CPU seconds of this process that ``work`` took."""
    began = time.process_time()
    work()
    return time.process_time() - began


def say(label: str, count: int, seconds: float) -> None:
    """Print one row."""
    print(f"{label:34}{count / seconds:>10,.0f} letters/s{seconds / count * 1e6:>9.0f} µs each")


def stages(letters: list[bytes]) -> None:
    """Measure each step by itself."""
    closed = [sealed(note) for note in letters]
    keys = {k.id: k for k in SEALS}
    named = [keys[note.partition(b"\nseal: ")[2][:16].decode()] for note in letters]
    known = desk(alone=alone(), together=together())
    opener, found = Opener(known), list[object]()

    def unseal() -> None:
        for data, key in zip(closed, named, strict=True):
            seal.unseal(data, key.private, public_key=key.public)

    def verify() -> None:
        found.extend(map(opener.open, closed))

    def file() -> None:
        for first in range(0, len(opened), BATCH):
            with writing():
                file_letters(known, opened[first : first + BATCH])

    opening = spent(unseal)
    verifying = spent(verify) - opening
    opened = [one for one in found if isinstance(one, Opened)]
    filing = spent(file)
    say("open (one key)", len(letters), opening)
    say("verify, count (other keys tried)", len(letters), verifying)
    say("dedupe, store", len(letters), filing)
    say("verify, count, dedupe, store", len(letters), verifying + filing)
    bare = spent(lambda: [_check(one) for one in opened])
    print(f"  libsodium's signature check alone: {bare / len(letters) * 1e6:.0f} µs; ours with all "
          f"of the above {(verifying + filing) / bare:.1f} times that")  # fmt: skip
    say("screens, each letter alone", len(letters), spent(lambda: screen_letters(known)))
    say("screens, with its neighbours", len(letters), spent(lambda: compare_letters(known)))


def _check(one: Opened) -> None:
    letter = one.letter
    bindings.crypto_sign_open(letter.signature.signature + letter.text.encode(), letter.key)


def drives(letters: list[bytes], folder: Path) -> None:
    """Carry letters on 40 drives, each letter on three of them, and take in bag after bag."""
    chance = random.Random(5)
    bags: list[list[bytes]] = [[] for _ in range(40)]
    for note in letters:
        for bag in chance.sample(bags, 3):
            bag.append(sealed(note))
    known = desk(alone=alone(), together=together())
    wall = used = filed = copies = 0.0
    peaks = []
    for bag in bags:
        chance.shuffle(bag)
        put(folder / "tray", *bag)
        began, cpu = time.perf_counter(), time.process_time()
        report = take_in(Tray(folder / "tray", folder / "aside"), known)
        wall += time.perf_counter() - began
        used += time.process_time() - cpu
        filed, copies = filed + report.filed, copies + report.copies
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(f"{filed:,.0f} letters and {copies:,.0f} copies from 40 drives, every screen on: "
          f"{wall:.1f} s ({used:.1f} s of CPU)")  # fmt: skip
    print(
        f"peak memory after drive 1, 20, 40: {peaks[0]:.0f}, {peaks[19]:.0f}, {peaks[39]:.0f} MiB"
    )


def main() -> None:
    """Run both parts, each on an empty database: SQLite, or a server's that is given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="2,000 letters instead of 10,000")
    parser.add_argument("--postgresql", help="address of an empty PostgreSQL database")
    asked = parser.parse_args()
    letters = write(2000 if asked.quick else 10_000)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        connect(asked.postgresql or folder / "stages.sqlite3")
        stages(letters)
        if not asked.postgresql:
            connect(folder / "drives.sqlite3")
            drives(letters, folder)


if __name__ == "__main__":
    main()
