"""What is past its time goes, and nothing else does; editions are the clock."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from desk.dumping import WHOLE, dump
from desk.kept import full_desk, sealed_files
from handbill import settings
from handbill.desk.decisions import log
from handbill.desk.decisions.models import Entry, FirstYes
from handbill.desk.keeping import tables
from handbill.desk.keeping.tidying import Keep, tidy
from handbill.desk.staff.models import Person, Remembered, Session
from handbill.desk.store.models import Letter, State
from handbill.errors import UsageError

KEEP = Keep(aside=60, reasons=200)


def published(state: Path, number: int) -> None:
    rows = [{"number": n, "head": "", "manifest": ""} for n in range(1, number + 1)]
    (state / "public.json").write_text(json.dumps({"published": rows}))


def test_a_young_desk_keeps_everything(fresh: Callable[[], Path | str], tmp_path: Path) -> None:
    _, place = full_desk(tmp_path / "a", fresh())
    published(place.folder.parent, 5)
    before, files = dump(WHOLE), sealed_files(place)
    done = tidy(place, KEEP)
    assert not any(done.counts().values())
    assert dump(WHOLE) == before
    assert sealed_files(place) == files
    assert Session.objects.count() == 1


def test_an_old_one_forgets_what_was_declared(
    fresh: Callable[[], Path | str], tmp_path: Path
) -> None:
    _, place = full_desk(tmp_path / "a", fresh())
    state = place.folder.parent
    published(state, 5)
    tidy(place, KEEP)  # notes since which edition refused letters lie there
    Session.objects.update(expire_date=timezone.now() - timedelta(days=1))
    Remembered.objects.create(cache_key="k", value="v", expires=timezone.now() - timedelta(days=1))
    aside = len(list(place.aside.glob("*/*.bin")))
    gone = Entry.objects.filter(action="approve").first()
    assert gone
    Letter.objects.filter(id=gone.letter).update(state=State.WITHDRAWN)
    published(state, 5 + 64)
    (place.aside / "malformed").mkdir(exist_ok=True)
    young = place.aside / "malformed/young.bin"
    young.write_bytes(bytes(4096))
    Person.objects.filter(name="one").update(is_active=False)
    planned = tidy(place, KEEP, dry_run=True)
    assert (planned.aside, planned.sessions, planned.attempts) == (aside, 1, 1)
    assert planned.yeses == FirstYes.objects.count() == 1
    assert (planned.notes, planned.reasons) == (0, 0)
    tray = list(place.tray.iterdir())
    assert tidy(place, KEEP) == planned
    assert list(place.aside.glob("*/*.bin")) == [young]
    assert list(place.tray.iterdir()) == tray
    assert (Session.objects.count(), Remembered.objects.count(), FirstYes.objects.count()) == (
        0,
    ) * 3
    published(state, 300)
    letters, entries = Letter.objects.count(), Entry.objects.count()
    with_reason = Entry.objects.exclude(reason="").count()
    done = tidy(place, KEEP)
    assert done.reasons == with_reason > 0
    assert done.notes == 1
    assert (Letter.objects.count(), Entry.objects.count()) == (letters, entries)
    assert Entry.objects.filter(note__isnull=True).get().letter == gone.letter
    assert not Entry.objects.exclude(reason="").exists()
    assert tables.chain_break() == 0
    assert list(log.check()) == []
    assert not any(tidy(place, KEEP).counts().values())


def test_a_list_that_cannot_be_read_throws_nothing_away(empty: Path, tmp_path: Path) -> None:
    _, place = full_desk(tmp_path / "a", tmp_path / "b.sqlite3")
    published(place.folder.parent, 500)
    for text in ("{", "[]", '{"malformed/x.bin": "1"}', '{"malformed/x.bin": -7}'):
        (place.aside / ".seen.json").write_text(text)
        files = sealed_files(place)
        assert tidy(place, KEEP).aside == 0
        assert sealed_files(place) == files


def test_links_in_aside_are_left(tmp_path: Path) -> None:
    _, place = full_desk(tmp_path / "a", tmp_path / "b.sqlite3")
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "x.bin").write_bytes(b"x")
    (place.aside / "linked").symlink_to(mine)
    published(place.folder.parent, 5)
    tidy(place, KEEP)
    published(place.folder.parent, 500)
    tidy(place, KEEP)
    assert (mine / "x.bin").exists()


@pytest.mark.parametrize("value", ["9", "0", "-1", '"60"', "true", "6.5"])
def test_nobody_declares_too_little_by_mistake(tmp_path: Path, value: str) -> None:
    (tmp_path / "desk.toml").write_text(f"keep_aside = {value}\n")
    with pytest.raises(UsageError, match="keep_aside"):
        settings.load(tmp_path, {})


def test_declared_times_are_read(tmp_path: Path) -> None:
    (tmp_path / "desk.toml").write_text("keep_aside = 10\nkeep_reasons = 500\n")
    found = settings.load(tmp_path, {})
    assert (found.keep_aside, found.keep_reasons) == (10, 500)
    (tmp_path / "desk.toml").unlink()
    assert settings.load(tmp_path, {}).keep_aside == 60
