"""What letters do to each other, and what the screens are asked again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from desk.dumping import dump
from desk.world import Writers, book, desk, identity, public, put, sealed, short
from handbill.desk.database import connect
from handbill.desk.decisions import demand
from handbill.desk.intake.listing import counted, waiting
from handbill.desk.intake.protecting import protect
from handbill.desk.intake.take_in import take_in
from handbill.desk.intake.tray import Tray
from handbill.desk.intake.values import TakenIn
from handbill.desk.store.models import Finding, Letter, Mark, Name, Pen, ProtectedName, State
from handbill.errors import UsageError
from handbill.letters.letter import Kind
from handbill.rules.finding import Finding as Found
from handbill.rules.protected import ProtectedNames
from handbill.rules.screens import Context, Screened
from handbill.rules.screens.privacy import ProtectedScreen

W = Writers(11)


def _take_in(folder: Path, *notes: bytes, **known: Any) -> TakenIn:
    put(folder / "tray", *map(sealed, notes))
    return take_in(Tray(folder / "tray", folder / "aside"), desk(**known))


def _reasons(note: bytes) -> set[str]:
    return set(Finding.objects.filter(letter=identity(note)).values_list("reason", flat=True))


def test_a_withdrawn_letter_keeps_no_word_not_even_in_the_file(tmp_path: Path) -> None:
    connect(tmp_path / "desk.sqlite3")
    letter = W.write(
        W.draft(
            name="Onlyhere", body="Everybodyshouldforgetthis, " * 30 + "amen", marks=("a-film",)
        ),
        "a",
    )
    _take_in(tmp_path, letter)
    _take_in(tmp_path, W.write(W.draft(Kind.WITHDRAW, parent=short(identity(letter))), "a"))
    row = Letter.objects.get(id=identity(letter))
    assert (row.state, row.body, row.name, row.head, row.words) == ("withdrawn", "", "", "", 0)
    assert (row.story, row.edition_number, bytes(row.receipt)) != ("", 0, b"")
    assert row.note() == b""
    assert not Mark.objects.exists()
    assert not Finding.objects.exists()
    assert not Name.objects.exists()
    from django.db import connections

    connections.close_all()
    for file in tmp_path.glob("desk.sqlite3*"):
        data = file.read_bytes()
        assert b"Everybodyshouldforgetthis" not in data
        assert b"Onlyhere" not in data


def test_only_its_own_pen_takes_a_letter_back(empty: Path) -> None:
    letter = W.write(W.draft(), "a")
    _take_in(empty, letter, W.write(W.draft(Kind.WITHDRAW, parent=short(identity(letter))), "b"))
    assert Letter.objects.get(id=identity(letter)).state == State.WAITING


def test_replies_name_letters_as_pages_do_and_find_them_when_they_come(empty: Path) -> None:
    letter = W.write(W.draft(), "a")
    reply = W.write(W.draft(Kind.REPLY, parent=public(identity(letter)), name="Answer"), "b")
    appeal = W.write(W.draft(Kind.APPEAL, parent=short(identity(letter)), name="Not mine"), "b")
    _take_in(empty, reply, appeal)
    assert {w.kind: w.parent_here for w in waiting(most=9)} == {"reply": False, "appeal": False}
    _take_in(empty, letter)
    here = {w.kind: w.parent_here for w in waiting(most=9) if w.parent}
    assert here == {"reply": True, "appeal": False}


def test_a_burned_pen(empty: Path) -> None:
    early = W.write(W.draft(), "a")
    late = W.write(W.draft(), "a")
    other = W.write(W.draft(name="Somebody else"), "b")
    _take_in(empty, early, other)
    report = _take_in(empty, W.write(W.draft(Kind.BURN, erase=True), "a"))
    assert report.erased == 1
    _take_in(empty, late)
    states = dict(Letter.objects.values_list("id", "state"))
    assert states[identity(early)] == states[identity(late)] == State.BURNED
    assert states[identity(other)] == State.WAITING
    pen = Pen.objects.get(fingerprint=Letter.objects.get(id=identity(early)).pen_id)
    assert (pen.burned, pen.erase) == (True, True)


@pytest.mark.parametrize("burn_first", [False, True])
def test_requests_of_burned_pens_and_withdrawn_ones_are_counted_no_more(
    empty: Path, burn_first: bool
) -> None:
    asked = [W.write(W.draft(Kind.REQUEST, body="More of this."), f"{n}") for n in range(7)]
    _take_in(empty, *asked[:5])
    assert demand.shown() == {"last-crossing": {"requests": 5}}
    burn = W.write(W.draft(Kind.BURN), "6")
    later = [asked[6], burn]
    for note in [asked[5], *(later[::-1] if burn_first else later)]:
        _take_in(empty, note)
    _take_in(empty, W.write(W.draft(Kind.WITHDRAW, parent=short(identity(asked[0]))), "0"))
    assert demand.counted() == {"last-crossing": {"requests": 5}}
    _take_in(empty, W.write(W.draft(Kind.BURN), "1"))
    assert demand.counted() == {"last-crossing": {"requests": 4}}
    assert demand.shown() == {}


def test_twins_both_say_so_until_one_goes(empty: Path) -> None:
    text = W.words(60)
    one, two = (W.write(W.draft(body=text, name=name), name) for name in ("One", "Two"))
    _take_in(empty, one)
    assert _reasons(one) == set()
    _take_in(empty, two)
    assert _reasons(one) == _reasons(two) == {"twin-text"}
    assert set(Letter.objects.values_list("state", flat=True)) == {State.HELD}
    _take_in(empty, W.write(W.draft(Kind.WITHDRAW, parent=short(identity(one))), "One"))
    assert _reasons(two) == set()
    assert Letter.objects.get(id=identity(two)).state == State.WAITING


def test_a_flood_of_twins_counts_to_twenty(empty: Path) -> None:
    text = W.words(60)
    notes = [W.write(W.draft(body=text, name=f"N{n:03}"), f"{n}") for n in range(40)]
    for start in range(0, 40, 8):
        _take_in(empty, *notes[start : start + 8])
    found = Finding.objects.filter(reason="twin-text")
    assert set(found.values_list("words", flat=True)) == {"≥ 20"}
    assert found.count() == 40


def test_names_that_look_alike_under_two_pens(empty: Path) -> None:
    one, two, three = (
        W.write(W.draft(name=name), pen)
        for name, pen in (("Mara Ilven", "a"), ("MARA llven", "b"), ("Mara Ilven", "a"))
    )
    _take_in(empty, one)
    _take_in(empty, three)
    assert _reasons(one) == set()
    _take_in(empty, two)
    assert _reasons(one) == _reasons(two) == _reasons(three) == {"name-taken"}


def test_hangul_names_of_one_jamo_more(empty: Path) -> None:
    one, two = (W.write(W.draft(name=n, language="ko"), n) for n in ("김철수", "김절수"))
    _take_in(empty, one)
    _take_in(empty, two)
    assert _reasons(one) == _reasons(two) == {"name-near"}


def test_a_letter_cut_in_parts_is_seen_in_each_part(empty: Path) -> None:
    parts = [W.write(W.draft(body=W.words(150)), "a") for _ in range(3)]
    for part in parts:
        _take_in(empty, part)
    assert [_reasons(p) for p in parts] == [{"length-together"}] * 3
    appeal = W.write(W.draft(Kind.APPEAL, parent=short(identity(parts[0])), body=W.words(300)), "a")
    _take_in(empty, appeal)
    assert _reasons(appeal) == set()


@dataclass(frozen=True)
class _Breaks:
    name: str = "breaks"
    version: int = 1

    def __call__(self, letter: Screened, context: Context) -> tuple[Found, ...]:
        raise ZeroDivisionError


def test_a_screen_that_breaks_holds_and_is_asked_again_when_mended(empty: Path) -> None:
    letter = W.write(W.draft(), "a")
    _take_in(empty, letter, alone=(_Breaks(),))
    assert _reasons(letter) == {"screen-failed"}
    assert Letter.objects.get().state == State.HELD
    report = _take_in(empty, alone=(replace(_Breaks(), version=2),))
    assert (report.files, report.screened) == (0, 1)
    report = _take_in(empty)
    assert report.screened == report.compared == 1
    assert _take_in(empty).screened == 0


def test_another_rule_book_is_applied_to_what_waits(empty: Path) -> None:
    letter = W.write(W.draft(body=W.words(300)), "a")
    _take_in(empty, letter)
    assert _reasons(letter) == set()
    stricter = replace(book(), words=200, hash="ab" * 32)
    _take_in(empty, book=stricter)
    assert _reasons(letter) == {"length-over"}


def test_a_protected_name_is_found_and_not_kept(empty: Path) -> None:
    letter = W.write(W.draft(body="I saw Orla Venn at the landing."), "a")
    secret = desk().secret
    assert protect(["Orla Venn"], secret) == 2

    def screens() -> dict[str, Any]:
        tags = {bytes.fromhex(t) for t in ProtectedName.objects.values_list("tag", flat=True)}
        return {
            "alone": (ProtectedScreen(),),
            "protected": ProtectedNames(secret, tags),
            "protected_digest": str(sorted(tags)),
        }

    _take_in(empty, letter, **screens())
    assert _reasons(letter) == {"protected-name"}
    assert "Orla" not in str(dump()["ProtectedName"])
    protect(["Orla Venn"], secret, remove=True)
    _take_in(empty, **screens())
    assert _reasons(letter) == set()


def test_letters_that_wait_are_unread_as_soon_as_a_name_is_protected(empty: Path) -> None:
    notes = [W.write(W.draft(body=W.words(n)), f"{n}") for n in (40, 41, 500)]
    burn = W.write(W.draft(Kind.BURN), "z")
    _take_in(empty, *notes, burn)
    Letter.objects.filter(id=identity(notes[0])).update(state=State.PUBLISHED)
    before = dump()

    def unread() -> set[str]:
        return set(Letter.objects.filter(screened="", compared=False).values_list("id", flat=True))

    for remove in (False, True):
        assert protect([], desk().secret, remove=remove) == 0
        assert unread() == set()
        protect(["Orla Venn"], desk().secret, remove=remove)
        assert unread() == {identity(note) for note in notes[1:]}
        report = _take_in(empty)
        assert report.screened == 2
    assert dump() == before


def test_a_name_that_cannot_be_protected_leaves_letters_read(empty: Path) -> None:
    _take_in(empty, W.write(W.draft(), "a"))
    with pytest.raises(UsageError):
        protect(["Orla Venn", "O"], desk().secret)
    assert not Letter.objects.filter(screened="").exists()


def test_the_queue_has_private_things_first_and_knows_what_was_tampered_with(empty: Path) -> None:
    plain, held = W.write(W.draft(name="Plain"), "a"), W.write(W.draft(body=W.words(500)), "b")
    private = W.write(W.draft(name="Private", body="I saw Orla Venn there."), "c")
    orphan = W.write(W.draft(Kind.REPLY, parent="ee" * 8, name="Orphan"), "d")
    wrong = W.write(W.draft(to="ab" * 32, number=4), "e")
    protected = _tags("Orla Venn")
    known = {"protected": ProtectedNames(desk().secret, protected), "alone": (ProtectedScreen(),)}
    _take_in(empty, plain, held, private, orphan, wrong, **known)
    queue = list(waiting(most=10))
    assert [letter.id for letter in queue[:2]] == [identity(private), identity(held)]
    assert {letter.id for letter in queue[2:]} == {identity(plain), identity(orphan)}
    assert [letter.parent_here for letter in queue if letter.kind == Kind.REPLY] == [False]
    assert counted().tampered == {4: 1}
    assert counted().states == {"held": 2, "waiting": 2}


def _tags(name: str) -> set[bytes]:
    from handbill.rules.protected import tags

    return set(tags(name, desk().secret))


def test_nothing_in_the_tables_says_when_or_from_where(empty: Path) -> None:
    from django.apps import apps
    from django.db import models

    for model in apps.get_app_config("store").get_models():
        for field in model._meta.concrete_fields:
            assert not isinstance(field, models.DateField | models.AutoField | models.UUIDField)
            assert field.name not in {"drive", "bag", "courier", "file", "arrived_at"}


def test_rows_are_numbered_by_the_database_as_the_documents_say(empty: Path) -> None:
    """If this fails the tables no longer tell arrival: then say less in docs/desk-store.md."""
    notes = sorted((W.write(W.draft(), f"{n}") for n in range(6)), key=identity, reverse=True)
    for note in notes:
        _take_in(empty, note)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM store_letter ORDER BY rowid")
        assert [row[0] for row in cursor.fetchall()] == [identity(note) for note in notes]


def test_the_migrations_make_the_tables_that_the_models_describe(empty: Path) -> None:
    from django.core.management import call_command

    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
