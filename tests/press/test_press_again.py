"""A press after another gives the bytes of a press from nothing, whatever happened in between."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from zlib import crc32

import pytest
from PIL import Image

from handbill.press import engine
from handbill.press.cache import cache_folder
from handbill.press.engine import Press
from handbill.press.output import FIXED_TIME
from handbill.reader import article, environment, finding, pages

TODAY = date(2026, 11, 24)
WORDS = [
    "boat",
    "bridge",
    "lamp",
    "rain",
    "배",
    "다리",
    "빛이",
    "قایق",
    "پل",
    "ნავი",
    "ხიდი",
    "წვიმა",
]


@dataclass
class Text:
    """A story as its file will say it."""

    id: str
    title: str
    body: str
    day: str = "2026-11-01"
    language: str = "en"
    section: str = ""
    lead: str = ""
    more: dict[str, str] = field(default_factory=dict)
    related: list[str] = field(default_factory=list)

    def written(self) -> str:
        lines = [f"id: {self.id}", f"title: {self.title}", f"date: {self.day}"]
        lines += [f"language: {self.language}", *(f"{k}: {v}" for k, v in self.more.items())]
        lines += [f"section: {self.section}"] * bool(self.section)
        lines += [f"lead:\n  path: {self.lead}\n  alt: A lamp"] * bool(self.lead)
        lines += ["related:", *(f"  - {r}" for r in self.related)] * bool(self.related)
        return "\n".join(["---", *lines, "---", self.body, ""])


class Room:
    """A newsroom's folder that changes by chance."""

    def __init__(self, base: Path, chance: random.Random) -> None:
        self.folder, self.chance, self.made = base / "room", chance, 0
        self.settings = {"name": "Paper", "tagline": "Calm", "tags": "en", "water": "Water"}
        (self.folder / "stories/old").mkdir(parents=True)
        (self.folder / "pages").mkdir()
        (self.folder / "pages/about.en.md").write_text("# About\n\nAbout us.\n")
        self.picture("stories/p.jpg")
        self.picture("stories/old/p.jpg")
        self.texts: dict[str, Text] = {}
        for _ in range(7):
            self.add()

    def words(self, count: int = 6) -> str:
        return " ".join(self.chance.choices(WORDS, k=count))

    def picture(self, path: str = "") -> None:
        path = path or self.chance.choice(["stories/p.jpg", "stories/q.jpg"])
        colour = self.chance.randrange(1 << 24)
        Image.new("RGB", (24, 16), colour).save(self.folder / path, "JPEG")

    def one(self) -> Text:
        return self.texts[self.chance.choice(sorted(self.texts))]

    def add(self) -> None:
        self.made += 1
        pictures = sorted(p.name for p in (self.folder / "stories").glob("*.jpg"))
        self.texts[f"s{self.made}.md"] = Text(
            f"i{self.made}",
            self.words(3),
            self.body(),
            self.chance.choice(["2024-05-06", "2025-05-06", "2026-11-01", "2026-11-24"]),
            self.chance.choice(["en", "en", "ko"]),
            self.chance.choice(["", "water"]),
            self.chance.choice(["", "", *pictures]),
            related=[text.id for text in self.texts.values() if self.chance.random() < 0.2],
        )

    def body(self) -> str:
        name = self.chance.choice([*sorted(self.texts), f"s{self.made + 1}.md"])
        to = self.chance.choice([name, Path(name).name, f"old/{name}", f"i{self.made}"])
        linked = self.chance.choice([f"[{to}]({to})", f"[x]\n\n[x]: {to}", "![p](p.jpg)"])
        return f"{self.words(20)}\n\n## {self.words(2)}\n\n{linked}"

    def rename(self) -> None:
        name = self.chance.choice(sorted(self.texts))
        new = self.chance.choice([f"old/{Path(name).name}", f"s{self.made + 20}.md"])
        self.made += 1
        if new not in self.texts:
            text = self.texts[new] = self.texts.pop(name)
            text.lead = ""

    def delete(self) -> None:
        if len(self.texts) > 3:
            gone = self.texts.pop(self.chance.choice(sorted(self.texts)))
            self.unlink(gone.id)

    def unlink(self, item: str, instead: str = "") -> None:
        for text in self.texts.values():
            text.related = [x for r in text.related if (x := instead if r == item else r)]

    def new_id(self) -> None:
        text, self.made = self.one(), self.made + 1
        old, text.id = text.id, f"i{self.made}"
        self.unlink(old, text.id)

    def relate(self) -> None:
        text = self.one()
        text.related = [] if text.related else [x.id for x in (self.one(),) if x is not text]

    def more(self) -> None:
        name, value = self.chance.choice(
            [("risk", "yes"), ("embargo", "2027-01-01"), ("deck", self.words(4)),
             ("authors", "\n  - Min, words"), ("transcript", self.words(5)), ("tags", "a, b")]
        )  # fmt: skip
        found = self.one().more
        found.pop(name) if name in found else found.update({name: value})

    def swap(self) -> None:
        one, other = self.one(), self.one()
        one.body, other.body = other.body, one.body

    def set(self) -> None:
        name = self.chance.choice(sorted(self.settings))
        values = ["en", "en ko", "ko en fa", "en fa"] if name == "tags" else ["Calm", "Loud", "배"]
        self.settings[name] = self.chance.choice(values)

    def write(self) -> None:
        """Bring the folder to what it is to be; a file that stays is not touched."""
        tags = self.settings["tags"].split()
        wanted = {f"stories/{name}": text.written() for name, text in self.texts.items()}
        wanted["newsroom.toml"] = (
            f'name = "{self.settings["name"]}"\nlanguage = "{tags[0]}"\nlanguages = {tags}\n'
            f'[taglines]\nen = "{self.settings["tagline"]}"\n'
            f'[sections.water]\nen = "{self.settings["water"]}"\n'
        )
        for path in (self.folder / "stories").rglob("*.md"):
            if path.relative_to(self.folder).as_posix() not in wanted:
                path.unlink()
        for name, text in wanted.items():
            path = self.folder / name
            if not path.exists() or path.read_text() != text:
                path.write_text(text)


CHANGES: dict[str, Callable[[Room], object]] = {
    "body": lambda r: setattr(r.one(), "body", r.body()),
    "sentence": lambda r: setattr(r.one(), "body", r.one().body + f"\n\n{r.words()}"),
    "title": lambda r: setattr(r.one(), "title", r.words(3)),
    "day": lambda r: setattr(r.one(), "day", "2025-01-02"),
    "language": lambda r: setattr(r.one(), "language", r.chance.choice(["en", "ko", "fa"])),
    "section": lambda r: setattr(r.one(), "section", r.chance.choice(["", "water"])),
    "add": Room.add,
    "delete": Room.delete,
    "rename": Room.rename,
    "id": Room.new_id,
    "relate": Room.relate,
    "more": Room.more,
    "swap": Room.swap,
    "set": Room.set,
    "picture": Room.picture,
    "nothing": lambda _: None,
}


def flipped(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :]


def other_shape(data: bytes, _: random.Random) -> bytes:
    """Return the same rows as another version would have written them."""
    body = b"handbill press of another version\n" + data.rpartition(b"\n")[0].partition(b"\n")[2]
    return b"%b\n%08x" % (body, crc32(body))


DAMAGE: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    other_shape,
    flipped,
    lambda data, chance: data[: chance.randrange(len(data))],
    lambda data, chance: data[: chance.randrange(len(data))].ljust(len(data), b"\0"),
    lambda _data, _chance: b"",
)


def damage(cache: Path, chance: random.Random) -> bool:
    """Damage some of what is remembered; tell whether what the press wrote is forgotten by it."""
    rows, forgotten = [p for p in sorted(cache.glob("*.rows")) if p.stat().st_size], False
    for path in chance.sample(rows, min(len(rows), chance.choice([0, 0, 0, 1, 9]))):
        harm = chance.choice(DAMAGE)
        path.write_bytes(harm(path.read_bytes(), chance))
        forgotten |= path.name.startswith("out-") and harm is not other_shape
    return forgotten


def tree(out: Path) -> dict[str, bytes]:
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*") if p.is_file()}


def pressed(room: Path, out: Path, single_files: int = 2) -> dict[str, bytes]:
    Press(room, out, TODAY, None, single_files=single_files).run()
    return tree(out)


def from_nothing(room: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    base = room.parent / "fresh"
    shutil.rmtree(base, ignore_errors=True)
    with monkeypatch.context() as here:
        here.setenv("HANDBILL_CACHE", str(base / "cache"))
        return pressed(room, base / "out")


@pytest.mark.parametrize("seed", range(4))
def test_whatever_changed_the_edition_is_that_of_a_press_from_nothing(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDBILL_CACHE", str(tmp_path / "cache"))
    # No fonts, no print sheets: they are most of the time, and plans like any other.
    monkeypatch.setattr("handbill.reader.printing.printable", lambda *_: False)
    monkeypatch.setattr("handbill.reader.search.PACK_BYTES", 200)
    monkeypatch.setattr("handbill.reader.amending.PACK_BYTES", 200)
    chance = random.Random(seed)
    room, out, told, orphans = Room(tmp_path, chance), tmp_path / "out", [], set[str]()
    for _ in range(10):
        changes = chance.choices(sorted(CHANGES), k=chance.choice([1, 1, 3]))
        for name in changes:
            CHANGES[name](room)
        room.write()
        told.append(changes)
        if damage(cache_folder(room.folder), chance):
            orphans |= {*tree(out)}
        wanted, found = from_nothing(room.folder, monkeypatch), pressed(room.folder, out)
        assert found.keys() - wanted.keys() <= orphans, told
        assert {path: found.get(path) for path in wanted} == wanted, told


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Room, Path]:
    """A newsroom of five English stories, and its edition."""
    monkeypatch.setenv("HANDBILL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("handbill.reader.printing.printable", lambda *_: False)
    room, out = Room(tmp_path, random.Random(1)), tmp_path / "out"
    room.texts = {
        f"{name}.md": Text(name, name.capitalize(), f"The {name} is here.")
        for name in ("boat", "bridge", "lamp", "rain", "road")
    }
    room.texts["boat.md"].body += " Beyond the [bridge](bridge.md)."
    room.write()
    pressed(room.folder, out)
    return room, out


def test_a_text_that_is_withheld_is_linked_no_more(world: tuple[Room, Path]) -> None:
    room, out = world
    page = out / "stories/boat/index.html"
    assert "stories/bridge/index.html" in page.read_text()
    room.texts["bridge.md"].more["risk"] = "yes"
    room.write()
    assert "stories/bridge/index.html" not in pressed(room.folder, out)
    assert "stories/bridge" not in page.read_text()


def test_an_edit_amends_its_segment(
    world: tuple[Room, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    room, out = world
    room.texts["lamp.md"].title = "Lantern"
    room.write()
    wanted = from_nothing(room.folder, monkeypatch)
    monkeypatch.setattr(finding, "segment_files", None)
    assert pressed(room.folder, out) == wanted


@pytest.mark.parametrize("harm", ["text", "date", "gone", "unlisted"])
def test_a_segment_that_is_not_as_it_was_made_is_not_amended(
    world: tuple[Room, Path], monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    room, out = world
    script = out / "assets/search/2026.t0.js"
    if harm == "text":
        script.write_bytes(script.read_bytes().replace(b"rain", b"hail"))
        os.utime(script, (FIXED_TIME, FIXED_TIME))
    elif harm == "date":
        script.touch()
    elif harm == "gone":
        script.unlink()
    else:
        next(cache_folder(room.folder).glob("parts-*.rows")).unlink()
    room.texts["lamp.md"].body += " Still."
    room.write()
    wanted = from_nothing(room.folder, monkeypatch)
    monkeypatch.setattr(finding, "amend", None)
    assert pressed(room.folder, out) == wanted
    assert script.stat().st_mtime == FIXED_TIME


def test_another_design_makes_every_page_and_segment_again(
    world: tuple[Room, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    room, out = world
    real, made = pages.render, finding.segment_files
    monkeypatch.setattr(pages, "design_hash", lambda: "another")
    for module in (pages, article):
        monkeypatch.setattr(module, "render", lambda name, found: f"{real(name, found)}<!--anew-->")
    monkeypatch.setattr(
        finding, "segment_files", lambda *a: {p: d + b"//anew" for p, d in made(*a).items()}
    )
    for path, data in pressed(room.folder, out).items():
        if path.endswith("index.html") or path.startswith("assets/search/"):
            assert b"anew" in data[-12:], path


def test_whoever_stops_a_press_halfway_leaves_no_text_that_was_taken_back(
    world: tuple[Room, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    room, out = world
    text = room.texts["lamp.md"]
    before, text.body = text.body, text.body.replace("here", "gone")
    room.texts["new.md"] = Text("new", "New", "Another text.")
    room.write()
    with monkeypatch.context() as here:
        here.setattr(engine.Output, "drop_proofs", stopped)
        with pytest.raises(KeyboardInterrupt):
            pressed(room.folder, out)
    assert "gone" in (out / "stories/lamp/index.html").read_text()
    text.body = before
    del room.texts["new.md"]
    room.write()
    assert pressed(room.folder, out) == from_nothing(room.folder, monkeypatch)


def stopped(*_: object) -> None:
    raise KeyboardInterrupt


def test_rows_of_another_version_still_tell_what_is_to_go(
    world: tuple[Room, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    room, out = world
    rows = next(cache_folder(room.folder).glob("out-*.rows"))
    rows.write_bytes(other_shape(rows.read_bytes(), room.chance))
    room.texts.pop("road.md")
    room.write()
    assert pressed(room.folder, out) == from_nothing(room.folder, monkeypatch)


def test_another_release_makes_every_page_again(
    world: tuple[Room, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    room, out = world
    environment.design_hash.cache_clear()
    monkeypatch.setattr(environment, "__version__", "9.9")
    report = Press(room.folder, out, TODAY, None, single_files=2).run()
    environment.design_hash.cache_clear()
    assert report.written > report.files / 2
