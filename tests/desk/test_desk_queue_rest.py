"""Batches and audits, appeals, pens, names, transcripts, the log: what the server enforces."""

from __future__ import annotations

import re
from math import ceil
from pathlib import Path
from time import sleep

import pytest

from desk.queue_world import STORY, Room, at, at_pen, send, text
from handbill.desk.decisions import deciding
from handbill.desk.decisions.log import Ruling
from handbill.desk.decisions.models import Entry
from handbill.desk.decisions.standing import standing_of
from handbill.desk.queue import batching
from handbill.desk.queue.models import Audit, Batch, BatchLetter
from handbill.desk.staff.roles import Role
from handbill.desk.store.models import Discussion, Letter, ProtectedName, State
from handbill.errors import Stale
from handbill.letters.decision import Action
from handbill.letters.letter import Kind


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def harmless(room: Room, count: int = 24) -> list[str]:
    """Letters without findings, by pens of which something is published."""
    pens = [f"known{n}" for n in range(count)]
    for letter in room.file_all([(Kind.LETTER, pen, {"story": "before"}) for pen in pens]):
        room.judge(letter, Action.APPROVE, name="ed")
    return room.file_all([(Kind.LETTER, pen, {"story": STORY}) for pen in pens])


def begin(room: Room, name: str = "mina") -> tuple[object, Batch]:
    mina = room.browser(name)
    mina.post("/batches/draw/", {"story": STORY})
    return mina, Batch.objects.get(person__name=name)


def test_a_batch_is_approved_after_its_sample_and_audited(room: Room) -> None:
    ids = harmless(room)
    bad, new = room.file(pen="known0", story=STORY), room.file(pen="new", story=STORY)
    room.point(bad, "racism", holds=False)
    assert "Draw a sample" in text(room.browser().get("/batches/"))
    mina, batch = begin(room)
    listed = set(BatchLetter.objects.filter(batch=batch).values_list("letter", flat=True))
    assert listed == set(ids)
    sample = batching.unread(batch)
    assert len(sample) == batching.sample_size(len(ids)) == 5
    mina.post(f"/batches/{batch.pk}/approve/")
    assert Letter.objects.filter(id__in=ids, state=State.PUBLISHED).count() == 0, "unread"
    mina, batch = begin(room)
    for _ in range(5):
        page = text(mina.get(f"/batches/{batch.pk}/"))
        shown = re.search(r'name="letter" value="([0-9a-f]{64})"', page)
        assert shown
        assert room.letter(shown[1]).body[:40] in page
        mina.post(f"/batches/{batch.pk}/read/", {"letter": shown[1]})
    mina.post(f"/batches/{batch.pk}/approve/")
    mina.post(f"/batches/{batch.pk}/approve/")
    assert Letter.objects.filter(id__in=ids, state=State.PUBLISHED).count() == len(ids)
    assert Entry.objects.filter(letter__in=ids).count() == len(ids)
    assert {room.letter(bad).state, room.letter(new).state} == {State.WAITING}
    audits = list(Audit.objects.values_list("letter", flat=True))
    assert len(audits) == ceil((len(ids) - 5) * 0.05)
    # Somebody else reads them; the approver cannot.
    assert at(audits[0]) not in text(mina.get("/audits/"))
    assert send(mina, audits[0], "audited").status_code == 409
    tomas = room.browser("tomas")
    assert at(audits[0]) in text(tomas.get("/audits/"))
    send(tomas, audits[0], "audited")
    assert not Audit.objects.filter(auditor=None).exists()


def test_the_sample_cannot_be_read_by_asking(room: Room) -> None:
    harmless(room)
    mina, batch = begin(room)
    for letter in batching.unread(batch)[1:]:
        mina.post(f"/batches/{batch.pk}/read/", {"letter": letter})
    assert len(batching.unread(batch)) == 5
    other = room.browser("tomas")
    for what in ("read", "approve", "give-up"):
        other.post(f"/batches/{batch.pk}/{what}/", {"letter": batching.unread(batch)[0]})
    assert other.get(f"/batches/{batch.pk}/").status_code == 404
    assert len(batching.unread(batch)) == 5


def test_a_bad_letter_in_the_sample_stops_the_batch(room: Room) -> None:
    ids = harmless(room)
    mina, batch = begin(room)
    sample = batching.unread(batch)
    for letter in sample:
        mina.post(f"/batches/{batch.pk}/read/", {"letter": letter})
    send(room.browser("tomas"), sample[0], "judge", action="remove", rule="racism")
    mina.post(f"/batches/{batch.pk}/approve/")
    assert Letter.objects.filter(id__in=ids, state=State.PUBLISHED).count() == 0
    assert Audit.objects.count() == 0


def read_sample(batch: Batch) -> None:
    for letter in batching.unread(batch):
        batching.mark_read(batch, letter)


def test_a_batch_sent_twice_at_once_keeps_its_audit(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = harmless(room)
    _, batch = begin(room)
    read_sample(batch)
    judge, again, number = deciding.judge, [], batch.pk

    def meanwhile(*args: object, **named: object) -> object:
        if not again:
            again.append(True)
            with pytest.raises(Stale):  # the second form arrives while the first is at work
                batching.approve(Batch(pk=number, person=batch.person), batch.person)
        return judge(*args, **named)

    monkeypatch.setattr(deciding, "judge", meanwhile)
    done = batching.approve(batch, batch.person)
    assert again
    assert not Batch.objects.filter(pk=number).exists()
    assert done.approved == len(ids)
    assert Audit.objects.count() == done.audited == ceil((len(ids) - 5) * 0.05)


def test_what_is_found_after_a_batch_was_drawn_is_not_approved_unread(room: Room) -> None:
    ids = harmless(room)
    _, batch = begin(room)
    unread = next(x for x in ids if x not in batching.unread(batch))
    read_sample(batch)
    room.point(unread, "racism", holds=False)
    done = batching.approve(batch, batch.person)
    assert (done.approved, done.left) == (len(ids) - 1, 1)
    assert room.letter(unread).state == State.WAITING
    assert not Audit.objects.filter(letter=unread).exists()


def test_two_people_never_hold_one_letter_in_batches(room: Room) -> None:
    harmless(room, 12)
    begin(room, "mina")
    tomas = room.browser("tomas")
    tomas.post("/batches/draw/", {"story": STORY})
    assert not Batch.objects.filter(person__name="tomas").exists()


def test_an_appeal_is_answered_by_somebody_else(room: Room) -> None:
    letter = room.file(name="Mara Ilven")
    room.judge(letter, Action.REMOVE, name="mina", rule="harassment", reason="said thrice")
    appeal = room.file(Kind.APPEAL, parent=letter[:16], body="It was a quotation.")
    mina, tomas = room.browser("mina"), room.browser("tomas")
    page = text(mina.get(at(appeal)))
    assert "This is your own decision" in page
    assert 'value="overturn"' not in page
    assert "your own decision" in text(mina.get("/appeals/"))
    assert send(mina, appeal, "answer", action="overturn").status_code == 409
    page = text(tomas.get(at(appeal)))
    assert "said thrice" in page
    assert room.letter(letter).body[:30] in page
    look = {"seen": re.search(r'name="seen" value="([^"]+)"', page)[1]}  # type: ignore[index]
    for _ in range(2):
        assert send(tomas, appeal, "answer", action="overturn", **look)["Location"] == "/appeals/"
    assert room.letter(letter).state == State.PUBLISHED
    assert Entry.objects.filter(action=Action.OVERTURN).count() == 1


def test_an_answer_about_a_pen_sent_twice_is_no_error(room: Room) -> None:
    letter = room.file(pen="warned")
    pen = room.letter(letter).pen_id
    mina = room.world.person(Role.MODERATOR, "mina")
    deciding.act_on_pen(pen, Action.WARN, person=mina, ruling=Ruling(rule="harassment"))
    appeal = room.file(Kind.APPEAL, pen="warned", parent=letter[:16], body="It was not me.")
    tomas = room.browser("tomas")
    page = text(tomas.get(at(appeal)))
    look = {"seen": re.search(r'name="seen" value="([^"]+)"', page)[1]}  # type: ignore[index]
    for _ in range(2):
        assert send(tomas, appeal, "answer", action="overturn", **look)["Location"] == "/appeals/"
    assert Entry.objects.filter(action=Action.OVERTURN).count() == 1


def test_an_appeal_is_neither_approved_nor_removed(room: Room) -> None:
    appeal = room.file(Kind.APPEAL, parent="ab" * 8, body="Please.")
    for action in ("approve", "remove"):
        assert (
            send(room.browser(), appeal, "judge", action=action, rule="racism").status_code == 409
        )
    assert room.letter(appeal).state == State.WAITING


@pytest.mark.parametrize(
    ("name", "action", "fields", "status"),
    [
        ("no rule", "warn", {"rule": ""}, 400),
        ("unknown rule", "warn", {"rule": "taste"}, 400),
        ("unknown button", "hang", {"rule": "repeat"}, 400),
        ("a block by this address", "block", {"rule": "repeat"}, 400),
        ("no number", "pause", {"rule": "repeat", "editions": "soon"}, 400),
        ("nought", "pause", {"rule": "repeat", "editions": "0"}, 400),
        ("an old page", "warn", {"rule": "repeat", "seen": "7"}, 409),
    ],
)
def test_what_is_not_done_to_a_pen(
    room: Room, name: str, action: str, fields: dict[str, str], status: int
) -> None:
    pen = room.letter(room.file()).pen_id
    response = room.browser().post(f"{at_pen(pen)}act/", {"action": action, "seen": "0", **fields})
    assert response.status_code == status
    assert Entry.objects.count() == 0


def test_the_ladder_names_a_step_and_a_person_takes_it(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = room.file()
    pen = room.letter(letter).pen_id
    room.judge(letter, Action.REMOVE, name="tomas", rule="harassment")
    monkeypatch.setattr("handbill.desk.secrets.newest_edition", lambda: 6)
    mina = room.browser()
    assert at_pen(pen) in text(mina.get("/pens/"))
    assert "a notice" in text(mina.get(at_pen(pen)))
    for _ in range(2):
        mina.post(f"{at_pen(pen)}act/", {"action": "notice", "rule": "harassment", "seen": "1"})
    assert standing_of(pen).taken == "notice"
    assert Entry.objects.filter(pen=pen, action=Action.NOTICE).count() == 1
    assert pen not in text(mina.get("/pens/"))
    mina.post("/undo/", {"sequence": 2})
    assert standing_of(pen).taken == "none"


def test_moderators_neither_block_nor_undo_a_block(room: Room) -> None:
    pen = room.letter(room.file()).pen_id
    mina, ed = room.browser("mina"), room.browser("ed", Role.EDITOR)
    assert (
        mina.post(
            f"{at_pen(pen)}stop/", {"action": "block", "rule": "repeat", "seen": 0}
        ).status_code
        == 403
    )
    ed.post(
        f"{at_pen(pen)}stop/", {"action": "block", "rule": "repeat", "seen": 0, "editions": "3"}
    )
    assert standing_of(pen).blocked_until == 8
    assert mina.post("/undo/", {"sequence": 1}).status_code == 409
    assert standing_of(pen).is_blocked
    ed.post("/undo/", {"sequence": 1})
    assert not standing_of(pen).is_blocked


def test_protected_names_are_kept_and_never_shown(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[bool] = []
    monkeypatch.setattr("handbill.desk.queue.taking.begin", lambda *, again: begun.append(again))
    ed = room.browser("ed", Role.EDITOR)
    page = text(
        ed.post(
            "/newsroom/names/", {"names": "Daniel Orsk\nSima Karimi", "action": "add"}, follow=True
        )
    )
    assert ProtectedName.objects.exists()
    assert "Orsk" not in page
    assert begun == [True]
    assert ed.post("/newsroom/names/", {"names": "x", "action": "add"}).status_code == 400
    ed.post("/newsroom/names/", {"names": "Daniel Orsk\nSima Karimi", "action": "remove"})
    assert not ProtectedName.objects.exists()


def test_letters_are_read_again_at_once_when_names_change(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    from desk.world import desk
    from handbill.desk.queue import taking

    letter = room.file()
    ed = room.browser("ed", Role.EDITOR)
    monkeypatch.setattr(taking, "begin", lambda *, again: True)
    ed.post("/newsroom/names/", {"names": "Daniel Orsk", "action": "add"})
    page = text(ed.get("/newsroom/names/"))
    assert "1 letter waits for the screens" in page
    assert "nobody can approve it" in page
    assert send(ed, letter, "judge", action="approve").status_code == 409
    monkeypatch.undo()
    monkeypatch.setattr(taking, "desk_of", lambda keys: desk())
    monkeypatch.setenv("HANDBILL_STATE", str(room.folder / "state"))
    ed.post("/newsroom/names/", {"names": "Sima Karimi", "action": "add"})
    for _ in range(100):
        if not taking.state().running:
            break
        sleep(0.1)
    assert taking.state().failed == ""
    assert "waits for the screens" not in text(ed.get("/newsroom/names/"))
    assert send(ed, letter, "judge", action="approve").status_code == 302
    assert room.letter(letter).state == State.PUBLISHED


def test_a_letter_on_paper_is_written_down(room: Room) -> None:
    mina = room.browser()
    good = {"story": STORY, "name": "An old man", "language": "en", "body": "I rowed that boat."}
    for wrong in ({"story": "../x"}, {"name": ""}, {"body": ""}, {"parent": "ab" * 8}):
        response = mina.post("/newsroom/transcribe/", {**good, **wrong})
        assert response.status_code == 400, wrong
        assert "rowed" in text(response) or wrong == {"body": ""}
    mina.post("/newsroom/transcribe/", good)
    assert len(list((room.folder / "newsroom/tray").glob("*.bin"))) == 1


def test_the_tray_is_taken_in_from_the_page(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    from desk.world import desk
    from handbill.desk.queue import taking

    monkeypatch.setattr(taking, "desk_of", lambda keys: desk())
    monkeypatch.setenv("HANDBILL_STATE", str(room.folder / "state"))
    room.browser().post(
        "/newsroom/transcribe/",
        {"story": STORY, "name": "An old man", "language": "en", "body": "I rowed."},
    )
    assert "1 sealed letter lies" in text(room.browser().get("/newsroom/"))
    taking.run()
    assert taking.state().failed == ""
    assert Letter.objects.get().kind == Kind.TRANSCRIPT
    assert "An old man" in text(room.browser().get("/queue/"))


def test_a_discussion_is_closed_with_a_reason(room: Room) -> None:
    room.file()
    ed = room.browser("ed", Role.EDITOR)
    ed.post(f"/story/{STORY}/close/", {"action": "close", "reason": ""})
    assert not Discussion.objects.filter(open=False).exists()
    ed.post(f"/story/{STORY}/close/", {"action": "close", "reason": "The trial begins."})
    assert "The trial begins." in text(ed.get(f"/story/{STORY}/"))
    ed.post(f"/story/{STORY}/close/", {"action": "open"})
    assert Discussion.objects.get(story=STORY).open


def test_log_figures_and_hits(room: Room) -> None:
    letter, gone = room.file(), room.file(pen="b", marks=("last-crossing",))
    room.judge(letter, Action.APPROVE)
    room.judge(gone, Action.REMOVE, rule="privacy", fact="gives-a-number")
    mina = room.browser()
    page = text(mina.get("/log/"))
    assert "gives a number or account of somebody" in page
    assert gone not in text(mina.get("/log/?action=approve"))
    assert "2 decisions, each signed" in text(mina.get("/log/check/"))
    assert "<rect" in text(mina.get("/figures/"))
    csv = mina.get("/figures/decisions.csv")
    assert csv["Content-Type"].startswith("text/csv")
    assert "privacy" in text(csv)
    assert "not to be published" in text(mina.get("/hits/"))
    assert text(mina.get("/hits/hits.csv")) == "item,marks,requests,letters,views\n"
    Entry.objects.filter(sequence=1).update(rule="racism")
    assert "not as it was signed" in text(mina.get("/log/check/"))


def test_words_are_erased_by_an_admin_who_is_sure(room: Room) -> None:
    letter = room.file()
    admin = room.browser("ad", Role.ADMIN)
    assert send(room.browser("ed", Role.EDITOR), letter, "erase", sure="yes").status_code == 403
    assert send(admin, letter, "erase").status_code == 400
    send(admin, letter, "erase", sure="yes")
    assert room.letter(letter).body == ""
    assert admin.get(at(letter)).status_code == 200


def test_picking_is_for_editors_and_happens_once(room: Room) -> None:
    letter = room.file()
    room.judge(letter, Action.APPROVE)
    ed = room.browser("ed", Role.EDITOR)
    for _ in range(2):
        send(ed, letter, "pick", action="pick")
    assert room.letter(letter).pick
    assert Entry.objects.filter(action=Action.PICK).count() == 1
    assert send(room.browser("mina"), letter, "pick", action="unpick").status_code == 403
