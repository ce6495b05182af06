"""Letters are judged one after another, by whoever sits there, and nobody's words get lost."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urljoin

import pytest
from django.utils import timezone

from desk.queue_world import STORY, Room, at, at_pen, letter_at, search, send, text
from desk.world import public
from handbill.desk.decisions.deciding import seen
from handbill.desk.decisions.models import Entry, FirstYes
from handbill.desk.queue import choosing
from handbill.desk.queue.models import Claim, Note
from handbill.desk.staff.roles import Role
from handbill.desk.store.models import Finding, Letter, Pile, State
from handbill.letters.decision import Action
from handbill.letters.letter import Kind
from handbill.rules import judge as pure
from handbill.rules.finding import Finding as Found
from handbill.rules.finding import Where
from handbill.rules.screens import Screened
from handbill.rules.standing import Standing, Step


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def order() -> list[str]:
    return list(choosing.waiting().values_list("id", flat=True))


def test_privacy_comes_first_then_holds_then_the_surest_then_the_story(room: Room) -> None:
    plain, other, sure, held, private = room.file_all(
        [
            (Kind.LETTER, pen, {"story": story})
            for pen, story in zip("abcde", ("b", "a", "c", "d", "e"), strict=True)
        ]
    )
    room.point(sure, "racism", reason="score", confidence=0.4, holds=False)
    room.point(held, "harassment")
    room.point(private, "privacy")
    assert order() == [private, held, sure, other, plain]


def test_the_stored_order_is_the_rules_order(room: Room) -> None:
    """Whatever screens find, texts of places sort as rules/judge.py orders."""
    chance = random.Random(5)
    book = room.world.secrets.book
    assert book
    ids = room.file_all(
        [(Kind.LETTER, f"p{n}", {"story": chance.choice("abc")}) for n in range(24)]
    )
    standing = Standing(0, Step.NONE, Step.NONE, 0, 0, 0)
    places = []
    for letter in ids:
        for _ in range(chance.randrange(3)):
            room.point(
                letter,
                chance.choice(("privacy", "racism", "harassment")),
                reason=chance.choice(("score", "lexicon-word")),
                confidence=round(chance.random(), 2),
                holds=chance.random() < 0.5,
            )
        row = room.letter(letter)
        found = [
            Found(f.rule, None, Where.BODY, f.reason, "", f.confidence, f.screen, 1, f.holds)
            for f in Finding.objects.filter(letter=letter)
        ]
        screened = Screened(
            row.id,
            row.body,
            row.name,
            row.language,
            row.story,
            row.pen_id,
            row.words,
            row.kind,
            nfc=True,
            edition=5,
            faults=(),
        )
        places.append((pure.judge(screened, found, standing, book).place, letter))
    assert order() == [letter for _, letter in sorted(places)]


def test_the_next_letter_comes_with_the_decision_and_an_undo(room: Room) -> None:
    first, second = sorted(
        room.file_all([(Kind.LETTER, "a", {"name": "Ana"}), (Kind.LETTER, "b", {"name": "Bo"})]),
        key=order().index if order() else None,
    )
    mina = room.browser()
    response = send(mina, first, "judge", action="approve")
    assert response["Location"] == f"{at(second)}?done=1"
    page = text(mina.get(response["Location"]))
    assert room.letter(second).name in page
    assert 'name="sequence" value="1"' in page
    response = mina.post("/undo/", {"sequence": 1})
    assert response["Location"] == at(first)
    assert room.letter(first).state == State.WAITING
    assert first in order()
    assert mina.post("/undo/", {"sequence": 1})["Location"] == at(first)
    assert Entry.objects.count() == 2


def test_a_removal_wants_a_rule_and_keeps_what_was_typed(room: Room) -> None:
    letter = room.file()
    mina = room.browser()
    response = send(mina, letter, "judge", action="remove", reason="the third this week")
    assert response.status_code == 400
    assert "the third this week" in text(response)
    assert room.letter(letter).state == State.WAITING
    send(
        mina,
        letter,
        "judge",
        action="remove",
        rule="privacy",
        fact="privacy:gives-a-number",
        reason="x",
    )
    entry = Entry.objects.get()
    assert (entry.rule, entry.fact, entry.reason) == ("privacy", "gives-a-number", "x")


@pytest.mark.parametrize("fact", ["racism:gives-a-number", "gives-nothing", "signed:another-name"])
def test_a_fact_of_another_rule_is_none(room: Room, fact: str) -> None:
    letter = room.file()
    send(room.browser(), letter, "judge", action="remove", rule="privacy", fact=fact)
    assert Entry.objects.get().fact == ""


def test_two_who_judge_one_letter_the_second_is_told_and_loses_nothing(room: Room) -> None:
    letter = room.file()
    at = seen(room.letter(letter))
    send(room.browser("mina"), letter, "judge", action="approve", seen=at)
    response = send(
        room.browser("tomas"),
        letter,
        "judge",
        action="remove",
        rule="privacy",
        reason="a long thought",
        seen=at,
    )
    page = text(response)
    assert response.status_code == 409
    assert "Meanwhile somebody decided" in page
    assert "a long thought" in page
    assert re.search(r'value="privacy" required checked', page)
    assert room.letter(letter).state == State.PUBLISHED
    assert Entry.objects.count() == 1


@pytest.mark.parametrize("action", ["approve", "remove", "hold"])
def test_a_double_click_is_one_decision(room: Room, action: str) -> None:
    letter, other = room.file_all([(Kind.LETTER, "a", {}), (Kind.LETTER, "b", {})])
    mina, looked_at = room.browser(), seen(room.letter(letter))
    answers = [
        send(mina, letter, "judge", action=action, rule="privacy", seen=looked_at)["Location"]
        for _ in range(3)
    ]
    assert set(answers) == {f"{at(other)}?done=1"}
    assert Entry.objects.count() == 1


def test_a_held_letter_lies_aside_and_not_at_the_top_again(room: Room) -> None:
    letter = room.file()
    mina = room.browser()
    assert send(mina, letter, "judge", action="hold")["Location"] == "/queue/?done=1"
    assert room.letter(letter).pile == Pile.ASIDE
    assert at(letter) in text(mina.get("/queue/?pile=aside"))
    mina.post("/undo/", {"sequence": 1})
    assert room.letter(letter).pile == Pile.QUEUE


def test_colleagues_see_who_reads_and_get_another_letter(room: Room) -> None:
    room.file_all([(Kind.LETTER, "a", {}), (Kind.LETTER, "b", {})])
    mina, tomas = room.browser("mina"), room.browser("tomas")
    first = mina.post("/queue/next/")["Location"]
    assert mina.post("/queue/next/")["Location"] == first
    second = tomas.post("/queue/next/")["Location"]
    assert first != second
    assert "mina is reading this" in text(tomas.get(first))
    assert "mina reads it" in text(tomas.get("/queue/"))
    assert "You read this letter" in text(mina.get(first))
    tomas.post(first + "claim/")
    assert Claim.objects.filter(person__name="mina").exists()
    tomas.post(first + "claim/", {"over": "yes"})
    assert "tomas is reading this" in text(mina.get(first))


def test_a_claim_ends_by_itself(room: Room) -> None:
    room.file()
    mina, tomas = room.browser("mina"), room.browser("tomas")
    first = mina.post("/queue/next/")["Location"]
    assert tomas.post("/queue/next/")["Location"] == "/queue/"
    Claim.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert tomas.post("/queue/next/")["Location"] == first


def test_what_is_typed_is_kept_on_the_way(room: Room) -> None:
    letter = room.file()
    mina = room.browser()
    mina.post("/queue/next/")
    response = mina.post(
        f"{at(letter)}draft/",
        {"rule": "racism", "reason": "half a sen"},
        headers={"X-Requested-With": "desk"},
    )
    assert response.status_code == 204
    page = text(mina.get(at(letter)))
    assert "half a sen" in page
    assert 'value="racism" required checked' in page
    assert "half a sen" not in text(room.browser("tomas").get(at(letter)))


def test_a_letter_is_handed_to_a_colleague_with_a_note(room: Room) -> None:
    letter = room.file(name="Ana")
    mina, tomas, ed = room.browser("mina"), room.browser("tomas"), room.browser("ed")
    assert send(mina, letter, "hand", reader="tomas", words="").status_code == 400
    assert send(mina, letter, "hand", reader="nobody", words="you know Farsi").status_code == 400
    send(mina, letter, "hand", reader="tomas", words="you know Farsi")
    assert "you know Farsi" in text(tomas.get("/queue/"))
    assert "you know Farsi" not in text(ed.get("/queue/"))
    assert letter not in order()
    send(tomas, letter, "judge", action="approve")
    assert "you know Farsi" not in text(tomas.get("/queue/"))
    assert "you know Farsi" in text(ed.get(at(letter)))


def test_notes_go_with_the_words_that_they_are_about(room: Room) -> None:
    letter = room.file()
    send(room.browser(), letter, "hand", reader="", words="he means the bridge")
    room.file(Kind.WITHDRAW, parent=letter[:16])
    assert Note.objects.count() == 0
    assert text(room.browser().get(at(letter))).count("he means the bridge") == 0


def test_two_people_agree_where_a_life_may_hang_on_it(room: Room) -> None:
    letter = room.file()
    room.point(letter, "privacy")
    mina, tomas = room.browser("mina"), room.browser("tomas")
    assert "two people must agree" in text(mina.get(at(letter)))
    assert send(mina, letter, "judge", action="approve")["Location"] == "/queue/"
    page = text(mina.get(at(letter)))
    assert "a second person must agree" in page
    assert 'value="approve"' not in page
    assert send(mina, letter, "judge", action="approve").status_code == 409
    assert mina.post("/queue/next/")["Location"] == "/queue/"
    assert tomas.post("/queue/next/")["Location"] == at(letter)
    assert "mina would publish it" in text(tomas.get(at(letter)))
    send(mina, letter, "no-yes")
    assert FirstYes.objects.count() == 0
    send(mina, letter, "judge", action="approve")
    send(tomas, letter, "judge", action="approve")
    assert room.letter(letter).state == State.PUBLISHED


def test_letters_of_stopped_pens_lie_apart_and_come_back(room: Room) -> None:
    stopped, appeal, other = room.file(pen="a"), room.file(pen="a"), room.file(pen="b")
    room.judge(appeal, Action.REMOVE, rule="harassment")
    asked = room.file(Kind.APPEAL, pen="a", parent=appeal[:16], body="Please look again.")
    pen = room.letter(stopped).pen_id
    ed = room.browser("ed", Role.EDITOR)
    last = Entry.objects.filter(pen=pen).last()
    ed.post(
        f"{at_pen(pen)}act/",
        {"action": "pause", "rule": "repeat", "editions": "2", "seen": last.sequence},
    )
    later = room.file(pen="a", name="Later")
    assert {stopped, later} == set(choosing.waiting(Pile.PAUSED).values_list("id", flat=True))
    assert order() == [other]
    assert list(choosing.waiting(Pile.APPEALS).values_list("id", flat=True)) == [asked]
    ed.post(
        f"{at_pen(pen)}stop/",
        {
            "action": "block",
            "rule": "repeat",
            "editions": "",
            "seen": Entry.objects.last().sequence,
        },
    )
    assert room.letter(stopped).pile == Pile.BLOCKED
    ed.post(f"{at_pen(pen)}stop/", {"action": "lift", "seen": Entry.objects.last().sequence})
    assert set(order()) == {stopped, later, other}


def test_a_pause_ends_with_its_edition(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    letter = room.file(pen="a")
    pen = room.letter(letter).pen_id
    room.browser("mina").post(
        f"{at_pen(pen)}act/", {"action": "pause", "rule": "repeat", "editions": "1", "seen": 0}
    )
    assert order() == []
    monkeypatch.setattr("handbill.desk.secrets.newest_edition", lambda: 6)
    assert room.browser("mina").post("/queue/next/")["Location"] == at(letter)


def test_thread_writer_and_twins_stand_beside_the_letter(room: Room) -> None:
    parent = room.file(pen="p", name="Parent", body="The ferry left at noon, full of children.")
    room.judge(parent, Action.APPROVE)
    words = room.writers.words(80)
    letter = room.file(Kind.REPLY, pen="a", parent=public(parent), name="Ana", body=words)
    room.file(pen="b", name="Twin", body=words + " amen")
    room.file(pen="a", name="Ana before")
    (room.folder / "newsroom/stories").mkdir()
    (room.folder / "newsroom/stories/crossing.md").write_text(
        "---\nid: last-crossing\ntitle: The last crossing\n---\nText\n"
    )
    page = text(room.browser().get(at(letter)))
    for expected in (
        "The ferry left at noon",
        "The last crossing",
        "stories/crossing.md",
        "Twin",
        "Ana before",
        "twins 1",
    ):
        assert expected in page, expected


def test_search_finds_by_each_filter(room: Room) -> None:
    ana = room.file(
        pen="a",
        name="Ana Ilven",
        body="On Thursday the bridge of Orsk fell into the river.",
        story="bridge",
    )
    bo = room.file(pen="b", name="Bo", body="강철 다리가 무너졌다", language="ko", story="bridge")
    room.judge(bo, Action.REMOVE, rule="racism")
    mina = room.browser()
    for query, expected in (
        ({"text": "bridge orsk"}, {ana}), ({"text": "다리"}, {bo}), ({"text": "nothing"}, set()), ({"name": "Ana llven"}, {ana}),
        ({"story": "bridge"}, {ana, bo}), ({"state": "removed"}, {bo}), ({"rule": "racism"}, {bo}), ({"language": "ko"}, {bo}),
        ({"pen": room.letter(ana).pen_id[:10]}, {ana}), ({"pen": "zebra-zebra"}, set()), ({"text": "bridge", "language": "ko"}, set()),
    ):  # fmt: skip
        page = text(search(mina, **query))
        assert {i for i in (ana, bo) if at(i) in page} == expected, query
    from handbill.letters.public import pen_words

    assert at(ana) in text(search(mina, pen=pen_words(room.letter(ana).pen_id)))


def test_lists_go_on_where_the_page_before_ended(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choosing, "PAGE", 3)
    monkeypatch.setattr("handbill.desk.queue.lists.PAGE", 3)
    monkeypatch.setattr("handbill.desk.queue.searches.PAGE", 3)
    ids = set(room.file_all([(Kind.LETTER, f"p{n}", {"name": f"N{n}"}) for n in range(8)]))
    mina = room.browser()
    question = mina.post("/search/", {"story": "last-crossing"})["Location"]
    for start in ("/queue/", question, "/story/last-crossing/"):
        shown: list[str] = []
        address: str | None = start
        while address:
            page = text(mina.get(address))
            shown += map(letter_at, re.findall(r'data-line href="([^"]+)"', page))
            more = re.search(r'rel="next" href="([^"]+)"', page)
            address = urljoin(start, more[1].replace("&amp;", "&")) if more else None
        assert sorted(shown) == sorted(ids), start


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_both_databases_serve_the_queue(
    fresh: Callable[[], Path | str], kind: str, tmp_path: Path
) -> None:
    room = Room(tmp_path, fresh())
    a, b = room.file_all(
        [(Kind.LETTER, "a", {"name": "Ana", "body": "bridge"}), (Kind.LETTER, "b", {"name": "Bo"})]
    )
    mina = room.browser()
    assert at(a) in text(search(mina, text="brid"))
    first = mina.post("/queue/next/")["Location"]
    answer = send(mina, letter_at(first), "judge", action="approve")["Location"]
    assert answer.startswith("/letter/")
    mina.post("/undo/", {"sequence": 1})
    assert {room.letter(a).pile, room.letter(b).pile} == {Pile.QUEUE}
    for path in (
        "/queue/",
        "/pens/",
        "/log/?action=approve",
        "/hits/",
        "/batches/",
        "/figures/",
    ):
        assert mina.get(path).status_code == 200, path


def test_every_letter_that_waits_lies_on_a_pile_and_no_other(room: Room) -> None:
    from desk.scenes import scene
    from desk.world import desk, put
    from handbill.desk.intake.take_in import take_in
    from handbill.desk.intake.tray import Tray

    put(room.folder / "newsroom/tray", *scene())
    take_in(Tray(room.folder / "newsroom/tray", room.folder / "aside"), desk())
    for letter in Letter.objects.all():
        waits = letter.state in (State.WAITING, State.HELD)
        assert bool(letter.pile) == bool(letter.place) == waits, letter.state
    assert STORY
