"""A newsroom with an edition pressed, a desk, and a live site, for tests and figures.

world = SiteWorld(folder)     presses once, about two seconds
letter = world.letter("orchard-gate", "What they wrote")
world.approve(letter); world.publish(); world.page("stories/orchard-gate/index.html")
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from secrets import token_bytes
from urllib.request import urlopen

from django.db import connections

from desk.desk_server import free_port
from handbill.desk import secrets
from handbill.desk.database import connect
from handbill.desk.decisions.deciding import Ruling, judge, seen
from handbill.desk.intake.knowing import knowing
from handbill.desk.intake.take_in import take_in
from handbill.desk.intake.tray import Tray
from handbill.desk.place import place
from handbill.desk.serving import opening
from handbill.desk.site import keeping
from handbill.desk.site.edition import ShownEdition
from handbill.desk.site.layout import layout
from handbill.desk.site.publishing import Report, Wishes
from handbill.desk.site.told import Limits
from handbill.desk.staff.models import Person
from handbill.desk.store.models import Letter
from handbill.keys import store
from handbill.keys.ring import KeyRing, make_keys
from handbill.letters.decision import Action
from handbill.letters.letter import Draft, Kind, compose, parse
from handbill.letters.pen import Pen
from handbill.letters.seal import key_id, seal
from handbill.press.engine import Press

ROOT = Path(__file__).resolve().parents[2]
WORD = "correct horse"
TODAY = date(2026, 11, 24)
ADDRESS = "https://news.example.org"
HOST = "https://blog.example.org"
STORIES = {
    "orchard-gate": ("en", "The orchard gate"),
    "winter-market": ("ko", "겨울 시장"),
    "mercado": ("es", "El mercado de invierno"),
    "bazaar": ("fa", "بازار زمستان"),
    "closed-road": ("en", "The closed road"),
}
_TEXTS = {
    "en": "The gate stood open all night.",
    "ko": "시장은 밤새 열려 있었다. 눈이 내렸다.",
    "es": "El mercado estuvo abierto toda la noche.",
    "fa": "بازار همهٔ شب باز بود. برف می‌آمد.",
}
_SETTINGS = """name = "The Far Shore"
language = "en"
languages = ["en", "ko", "es", "fa"]
contact = "Write a letter."
[names]
ko = "먼 기슭"
"""


class SiteWorld:
    """One newsroom; its database is connected and its secrets set in this process."""

    def __init__(self, folder: Path, *, titles: dict[str, str] | None = None) -> None:
        self.folder, self.state = folder, folder / "state"
        self.newsroom, self.edition = folder / "room", folder / "edition"
        os.environ["HANDBILL_CACHE"] = str(folder / "cache")
        os.environ["HANDBILL_STATE"] = str(self.state)
        cost = store.Cost(1, 8192)
        self.id = make_keys("solo", WORD, today=TODAY, state=self.state, cost=cost)
        self._write(titles or {})
        self.press()
        self.place = place(self.newsroom, self.id, state=self.state)
        self.place.make()
        (folder / "passphrase").write_text(WORD + "\n")
        (folder / "passphrase").chmod(0o600)
        self.open()

    def _write(self, titles: dict[str, str]) -> None:
        (self.newsroom / "stories").mkdir(parents=True)
        rules = self.newsroom / "rules"
        shutil.copytree(ROOT / "demo/newsroom/rules", rules)
        (self.newsroom / "newsroom.toml").write_text(f'newsroom_id = "{self.id}"\n{_SETTINGS}')
        for name, (tag, title) in STORIES.items():
            self.write_story(name, tag, titles.get(name, title))

    def write_story(self, name: str, tag: str, title: str) -> None:
        closed = (
            "comments: closed, nobody could read them in time\n" if name == "closed-road" else ""
        )
        quoted = title.replace("\n", " ")
        head = f"---\nid: {name}\ntitle: {quoted}\nlanguage: {tag}\ndate: 2026-11-12\n{closed}---\n"
        (self.newsroom / f"stories/{name}.md").write_text(head + _TEXTS[tag] + "\n", "utf-8")

    def ring(self) -> KeyRing:
        return KeyRing.open(self.id, WORD, state=self.state)

    def press(self) -> None:
        Press(self.newsroom, self.edition, TODAY, lambda _id=self.id: self.ring()).run()

    def open(self) -> None:
        connect(self.place.database)
        secrets.set_current(opening.open_secrets(self.newsroom, self.ring()))
        self._read: ShownEdition | None = None

    def close(self) -> None:
        connections.close_all()

    @property
    def shown(self) -> ShownEdition:
        return keeping._edition(str(self.edition))

    def person(self) -> Person:
        found = Person.objects.filter(name="ed").first()
        if found is None:
            found = Person(name="ed", role="admin")
            found.set_unusable_password()
            found.save()
        return found

    def sealed(self, story: str, text: str, **more: object) -> bytes:
        """A letter as a reader's page seals it."""
        edition = self.shown
        given: dict[str, object] = {"name": "Mina", "language": "en", "parent": "", **more}
        pen = Pen(bytes(given.pop("seed", None) or token_bytes(32)), b"")  # type: ignore[arg-type]
        kind = Kind.REPLY if given["parent"] else Kind.LETTER
        draft = Draft(
            to=self.id,
            edition_number=edition.number,
            edition_id=edition.id,
            seal=key_id(edition.seal),
            kind=kind,
            story=story,
            rules_version=edition.rules[0],
            rules_hash=edition.rules[1],
            body=text,
            **given,  # type: ignore[arg-type]
        )
        note = compose(draft, pen, token_bytes(16))
        self.last = parse(note).id
        return seal(note, edition.seal)

    def letter(self, story: str, text: str, **more: object) -> str:
        """File a letter; returns its id."""
        tray = self.newsroom / "tray"
        tray.mkdir(exist_ok=True)
        (tray / f"{token_bytes(16).hex()}.bin").write_bytes(self.sealed(story, text, **more))
        filed = self.last
        self.take_in()
        return filed

    def take_in(self) -> None:
        report = take_in(
            Tray(self.place.tray, self.place.aside), knowing(self.newsroom, self.ring())
        )
        self.refused = report.refused

    def approve(self, letter: str, action: Action = Action.APPROVE, rule: str = "") -> str:
        """Decide; returns the letter's public name."""
        row = Letter.objects.get(id=letter)
        judge(letter, action, person=self.person(), ruling=Ruling(rule=rule), looked_at=seen(row))
        return str(row.public)

    def published(self, story: str, text: str, **more: object) -> str:
        """File and approve a letter; returns its public name."""
        return self.approve(self.letter(story, text, **more))

    def rows(self, story: str, count: int, *, words: int = 21) -> None:
        """Put many published letters of one pen straight into the tables, for sizes."""
        from desk.world import Writers
        from handbill.desk.store.discussions import changed
        from handbill.desk.store.models import Pen as PenRow

        writers, pen = Writers(3), PenRow.objects.get_or_create(fingerprint="ab" * 16)[0]
        rows = []
        for n in range(count):
            key = f"{n:064x}"
            parent = f"{n - 1:016x}" if n % 3 == 1 else ""
            rows.append(
                Letter(
                    id=f"{hash(story) & 0xFFFF:04x}{key[4:]}",
                    short=key[:16],
                    public=f"{n:016x}",
                    pen=pen,
                    kind=Kind.REPLY if parent else Kind.LETTER,
                    state="published",
                    story=story,
                    parent=parent,
                    edition_number=1 + n // 150,
                    edition_id="0" * 32,
                    seal="0" * 16,
                    rules_version=1,
                    rules_hash="0" * 64,
                    language="en",
                    name=writers.words(2).title()[:60],
                    body=writers.words(words),
                    words=words,
                    nfc=True,
                    receipt=b"",
                    head="",
                    signature=b"",
                )
            )
        Letter.objects.bulk_create(rows, batch_size=500)
        changed([story])

    def publish(
        self, *, everything: bool = False, hosts: tuple[str, ...] = (HOST,), **limits: int
    ) -> Report:
        self.wishes = Wishes(
            edition=str(self.edition), address=ADDRESS, hosts=hosts, limits=Limits(**limits)
        )
        keeping.remember(self.place.folder, self.wishes)
        found = keeping.publish(self.wishes, everything=everything)
        assert found
        return found

    @property
    def pages(self) -> Path:
        return layout(self.newsroom).pages

    def page(self, path: str) -> str:
        return (self.pages / path).read_text("utf-8")

    def tray(self) -> list[Path]:
        return sorted((self.newsroom / "tray").glob("*.bin"))


class Server:
    """The public process, started when made."""

    def __init__(self, world: SiteWorld, *options: str) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.err = world.folder / "site.err"
        kept = {k: v for k, v in os.environ.items() if not k.startswith("HANDBILL_")}
        command = [sys.executable, "-m", "handbill", "desk", str(world.newsroom)]
        command += ["--public", str(world.edition), "--port", str(self.port), *options]
        # No state folder and no passphrase: it needs neither.
        env = {**kept, "HANDBILL_STATE": str(world.folder / "nothing")}
        with self.err.open("w") as err:
            self.process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=err)
        for _ in range(300):
            try:
                if urlopen(f"{self.address}/health", timeout=2).status == 200:
                    return
            except OSError:
                assert self.process.poll() is None, self.err.read_text()
                time.sleep(0.1)
        raise AssertionError("the site did not open")

    def workers(self) -> list[int]:
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in listed.split()]

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=60)
