"""Whatever a letter, a name, a rule or a colleague writes is shown as text, and nothing by GET."""

from __future__ import annotations

import html
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.http import HttpResponse

from desk.queue_world import STORY, Room, at, at_pen, send, text
from handbill.desk.queue.marking import pieces
from handbill.desk.queue.templatetags.queue import seen_around
from handbill.desk.staff.roles import Role
from handbill.desk.store.models import Letter
from handbill.letters.decision import Action
from handbill.letters.letter import Kind, tidy_body, tidy_name

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "xss"
OURS = (
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'-alert(1)-'", "</textarea><script>alert(1)</script>",
    "<svg/onload=alert(1)>", "{{ 7|add:7 }}{% debug %}", "javascript:alert(1)", "&lt;script&gt;", "</mark></div><a href=//x>",
    "\u202egnp.exe", "<!--", "]]>", "<b style=position:fixed>",
)  # fmt: skip
OWN_TAGS = frozenset(
    [
        "a",
        "article",
        "aside",
        "bdi",
        "blockquote",
        "body",
        "br",
        "button",
        "code",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "head",
        "header",
        "html",
        "input",
        "kbd",
        "label",
        "legend",
        "li",
        "link",
        "main",
        "mark",
        "meta",
        "nav",
        "ol",
        "optgroup",
        "option",
        "p",
        "q",
        "script",
        "section",
        "select",
        "small",
        "span",
        "strong",
        "sup",
        "summary",
        "table",
        "tbody",
        "td",
        "textarea",
        "th",
        "thead",
        "title",
        "tr",
        "ul",
    ]
)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag not in OWN_TAGS or any(n.startswith("on") or n == "style" for n in names):
            self.bad.append(f"{tag} {names}")
        if tag == "script" and not str(names.get("src", "")).startswith("/assets/"):
            self.bad.append(f"script {names}")
        if str(names.get("href", "/"))[:1] not in "/?#":
            self.bad.append(f"link {names['href']}")


def tags(response: HttpResponse) -> list[str]:
    parser = _Tags()
    parser.feed(text(response))
    return parser.bad


def payloads() -> list[str]:
    found = list(OURS)
    if SHARED.is_dir():
        found += json.loads((SHARED / "dompurify.json").read_text())
        found += (SHARED / "payloadbox.txt").read_text(errors="replace").splitlines()
    return [p for p in (tidy_body(p) for p in found) if p]


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def pages(room: Room, letter: str) -> list[str]:
    pen = room.letter(letter).pen_id
    return [
        at(letter),
        "/queue/",
        at_pen(pen),
        room.browser("ed", Role.EDITOR).post("/search/", {"state": "waiting"})["Location"],
        f"/story/{STORY}/",
        "/log/",
        "/audits/",
    ]


def _write(room: Room, letter: str, payloads: list[str]) -> None:
    """Let ``letter`` say all ``payloads``, under the first as its name and as a finding's words."""
    body = "\n".join(payloads)[:8000]
    Letter.objects.filter(id=letter).update(body=body, name=tidy_name(payloads[0])[:60])
    room.letter(letter).finding_set.update(words=payloads[0][:200])


HIDDEN = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\x00"


def test_what_writers_write_is_text_everywhere(room: Room) -> None:
    """Each payload by itself stands as name, text and finding's words wherever a letter is shown."""
    letter = room.file(body="x" * 40, name="Ana")
    room.point(letter, "racism", holds=False, start=3, end=9)
    ed = room.browser("ed", Role.EDITOR)
    for payload in OURS:
        _write(room, letter, [tidy_body(payload)])
        for page in pages(room, letter):
            response = ed.get(page)
            assert tags(response) == [], (page, payload)
            assert not set(HIDDEN) & set(text(response)), (page, payload)


def test_every_shared_payload_is_text_at_the_desk(room: Room) -> None:
    """All in texts, forty at a time; each as a name in the list of the queue."""
    listed = payloads()
    if len(listed) == len(OURS):
        pytest.skip("the shared payloads are not here")
    each, ed = 40, room.browser("ed", Role.EDITOR)
    letters = room.file_all([(Kind.LETTER, f"pen {n}", {}) for n in range(each)])
    room.point(letters[0], "racism", holds=False, start=3, end=9)
    rows = list(Letter.objects.filter(id__in=letters))
    for start in range(0, len(listed), each):
        some = listed[start : start + each]
        for row, payload in zip(rows, some, strict=False):
            row.name = tidy_name(payload)[:60]
        Letter.objects.bulk_update(rows, ["name"])
        shown = ed.get("/queue/")
        assert tags(shown) == [], some
        assert sum(html.escape(row.name) in text(shown) for row in rows) > each / 2
        _write(room, letters[0], some)
        response = ed.get(at(letters[0]))
        assert tags(response) == [], some
        assert not set(HIDDEN) & set(text(response)), some


def test_what_colleagues_write_is_text_everywhere(room: Room) -> None:
    letter = room.file()
    ed, mina = room.browser("ed", Role.EDITOR), room.browser("mina")
    for payload in OURS:
        assert (
            tags(send(mina, letter, "judge", action="remove", rule=payload, reason=payload)) == []
        )
        assert tags(send(mina, letter, "hand", reader=payload, words=payload)) == []
        send(mina, letter, "hand", reader="", words=payload)
        room.judge(letter, Action.REMOVE, rule="racism", reason=payload)
        ed.post(f"/story/{STORY}/close/", {"action": "close", "reason": payload})
        (room.folder / "newsroom/stories").mkdir(exist_ok=True)
        (room.folder / "newsroom/stories/s.md").write_text(
            f"---\nid: last-crossing\ntitle: {payload}\n---\n"
        )
        from handbill.desk.queue import stories

        stories.forget()
        for page in pages(room, letter):
            for who in (ed, mina):
                assert tags(who.get(page)) == [], (page, payload)
        shown = text(mina.get(at(letter)))
        assert html.escape(payload) in shown
        room.judge(letter, Action.RESTORE)
        room.judge(letter, Action.REMOVE, rule="racism")
        mina.post("/undo/", {"sequence": 999})
        Letter.objects.filter(id=letter).update(state="waiting")


def test_a_rule_of_the_book_is_text(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from handbill.desk import secrets

    book = room.world.secrets.book
    assert book
    letter = room.file()
    for payload in OURS:
        rules = tuple(
            replace(
                r,
                title=tuple((tongue, payload) for tongue, _ in r.title),
                facts=(("f", tuple((tongue, payload) for tongue in book.languages)),),
            )
            for r in book.rules
        )
        secrets.set_current(replace(room.world.secrets, book=replace(book, rules=rules)))
        assert tags(room.browser().get(at(letter))) == [], payload
        assert tags(room.browser().get("/search/")) == [], payload


def test_get_changes_nothing(room: Room) -> None:
    from desk.dumping import dump
    from handbill.desk.queue.models import Audit, Batch, Claim, Note

    letter = room.file()
    pen = room.letter(letter).pen_id
    admin = room.browser("ad", Role.ADMIN)
    before = dump()
    for path in (
        "/queue/", "/queue/next/", "/queue/keys/", "/undo/", "/appeals/", "/search/", "/batches/", "/batches/draw/", "/audits/",
        "/pens/", at_pen(pen), f"{at_pen(pen)}act/?action=warn&rule=repeat", f"{at_pen(pen)}stop/?action=block&rule=repeat",
        at(letter), f"{at(letter)}judge/?action=approve", f"{at(letter)}claim/", f"{at(letter)}erase/?sure=yes",
        "/newsroom/", "/newsroom/take-in/", "/newsroom/hand-over/", "/newsroom/names/?names=Daniel+Orsk", "/log/", "/figures/", "/hits/",
    ):  # fmt: skip
        assert admin.get(path).status_code in (200, 405), path
    assert dump() == before
    assert not any(m.objects.exists() for m in (Claim, Note, Batch, Audit))


def test_forms_need_their_token(room: Room) -> None:
    letter = room.file()
    strict = room.browser(enforce_csrf_checks=True)
    assert strict.post(f"{at(letter)}judge/", {"action": "approve"}).status_code == 403
    assert room.letter(letter).state == "waiting"


@pytest.mark.parametrize(
    "path",
    [
        "/letter/zz/", "/letter/" + "0" * 64 + "/", "/letter/%00/", "/pen/" + "0" * 32 + "/", "/queue/?pile=%00", "/queue/?pile=x",
        "/queue/?after=%00%27", "/log/?after=x", "/log/?after=%F0%9F%98%80", "/log/?who=m%C2%B2", "/log/?who=" + "9" * 40, "/batches/99999999999999999999/",
        "/story/..%2f..%2fetc/", "/search/?text=" + "a+" * 90, "/search/" + "x" * 160 + "/", "/search/" + "A" * 3600 + "/",
        "/queue/?done=" + "9" * 30, "/queue/?done=%C2%B2", "/letter/" + "A" * 96 + "/", "/letter/" + "_-" * 48 + "/", "/pen/" + "A" * 75 + "/",
    ],
)  # fmt: skip
def test_odd_addresses_get_a_clear_answer(room: Room, path: str) -> None:
    assert room.browser("ad", Role.ADMIN).get(path).status_code in (200, 404), path


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"seen": "x"},
        {"action": "approve"},
        {"action": "\x00", "seen": "\x00"},
        {"action": "erase", "seen": "waiting 0"},
        {"seen": "waiting 0", "action": "remove", "rule": "\x00" * 9},
    ],
)
def test_broken_forms_get_a_clear_answer(room: Room, fields: dict[str, str]) -> None:
    letter = room.file()
    admin = room.browser("ad", Role.ADMIN)
    for what in (
        "judge",
        "pick",
        "hand",
        "claim",
        "draft",
        "let-go",
        "no-yes",
        "answer",
        "audited",
        "erase",
    ):
        assert admin.post(f"{at(letter)}{what}/", fields).status_code in (302, 400, 409), what
    for path in (
        "/undo/",
        "/batches/draw/",
        "/queue/next/",
        "/newsroom/names/",
        "/newsroom/transcribe/",
        f"/story/{STORY}/close/",
    ):
        assert admin.post(path, fields).status_code in (302, 400, 404), path
    assert room.letter(letter).state in ("waiting", "held")


def test_spans_may_overlap_or_lie() -> None:
    made = pieces("one two three", [(1, 0, 7), (2, 4, 13), (3, 5, 5), (4, 90, 99), (5, -3, 2)])
    assert "".join(p.text for p in made) == "one two three"
    assert [(p.text, p.findings) for p in made] == [
        ("on", (1, 5)),
        ("e ", (1,)),
        ("t", (1, 2)),
        ("wo", (1, 2)),
        (" three", (2,)),
    ]
    assert [p.first for p in made] == [(1, 5), (), (2,), (), ()]


@pytest.mark.parametrize(
    ("written", "hidden"),
    [
        ("a\u202eb", ["U+202E"]), ("a\u200bb", ["U+200B"]), ("می\u200cدانم", []), ("fo\u200col", ["U+200C"]), ("👩\u200d🚀", []),
        ("a\u200d", ["U+200D"]), ("a\U000e0041", ["U+E0041"]), ("a\u3164b", ["U+3164"]), ("a\x85b", ["U+0085"]), ("a\u2028b", ["U+2028"]), ("❤\ufe0f", []),
    ],
)  # fmt: skip
def test_what_hides_is_shown(written: str, hidden: list[str]) -> None:
    made = pieces(written, ())
    assert [p.hidden for p in made if p.hidden] == hidden
    assert all(not (p.hidden and p.text) for p in made)


@pytest.mark.parametrize(
    ("reason", "words", "expected"),
    [
        ("نشانی: 14 Mill Lane", "14 Mill Lane", "نشانی: <bdi>14 Mill Lane</bdi>"),
        ("A name: <b>\u202e", "<b>\u202e", "A name: <bdi>&lt;b&gt;[U+202E]</bdi>"),
        ("Score <1>", "", "Score &lt;1&gt;"),
        ("Score <1>", "not in it", "Score &lt;1&gt;"),
    ],
)
def test_found_words_keep_their_own_direction(reason: str, words: str, expected: str) -> None:
    assert seen_around(reason, words) == expected
