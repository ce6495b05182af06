"""Letters as a bag may bring them: in Korean, Persian, English, Spanish, with all that is found."""

from __future__ import annotations

from desk.queue_world import Room
from desk.world import public
from handbill.desk.decisions.deciding import act_on_pen
from handbill.desk.decisions.log import Ruling
from handbill.desk.staff.roles import Role
from handbill.desk.store.models import Letter
from handbill.letters.decision import Action
from handbill.letters.letter import Kind

ENGLISH = """I was on the second boat that night. Nobody told us where it would land, and nobody asked. We had \
paid in wedding rings and a sewing machine.

The man who steered it, Daniel Orsk, lives at 14 Mill Lane, behind the closed bakery. He never took money \
from anyone with children. His number was 0555 0142 667 and I hope that it does not work any more."""
KOREAN = """그날 밤 우리는 강을 건넜습니다. 배에는 열한 사람이 있었고, 아이가 셋이었습니다. 아무도 말하지 않았고, 물소리만 \
들렸습니다.

기사에 나온 이야기는 모두 사실입니다. 나는 그 배에 있었습니다. 그들이 한 욕설을 그대로 옮깁니다: “이 개새끼들아, 돌아가라.” \
우리는 돌아가지 않았습니다."""
PERSIAN = """من آن شب در قایق بودم. هیچ‌کس نمی‌دانست کجا پیاده می‌شویم و هیچ‌کس نپرسید.

آنچه در گزارش آمده درست است، اما یک چیز را ننوشته‌اید: راننده از کسانی که بچه داشتند پولی نگرفت. نامش را نمی‌نویسم، \
چون هنوز آنجا زندگی می‌کند."""
SPANISH = """Leí la crónica dos veces. Mi hermano cruzó por el mismo sitio en otoño y cuenta lo mismo: el agua \
negra, las manos heladas, nadie que hable.

Gracias por escribirlo sin adornos."""


L, R = Kind.LETTER, Kind.REPLY
BELL = "My father kept the ferry's bell. If anybody wants to hear it, it still rings."
YEAR = "A correction: the bell is from 1911, not 1921. I looked at it again this morning."
TURNED = "This \u202etxet desrever\u202c hides, and this\u200bword is cut in two."
RUDE = "Whoever wrote this is a fool and the daughter of a fool. Go and drown."
BEFORE = "Fools, all of you, and you above all, Ilven. I know where you live."
SONG = "It was a quotation from the song, every child knows it. Please read it again."
POINTED: tuple[tuple[str, str, str, dict[str, object]], ...] = (
    ("private", "privacy", "14 Mill Lane", {"reason": "private-address"}),
    ("private", "privacy", "Daniel Orsk", {"reason": "protected-name", "confidence": 1.0}),
    ("private", "privacy", "0555 0142 667", {"confidence": 0.85}),
    ("korean", "profanity", "개새끼", {"reason": "lexicon-told", "confidence": 0.6}),
    ("rude", "personal-attack", "fool", {"reason": "lexicon-word", "confidence": 0.8}),
)  # fmt: skip


def bring(room: Room) -> dict[str, str]:
    """Fill a desk; returns the ids of letters by what they are."""
    stories = room.folder / "newsroom/stories"
    stories.mkdir(parents=True, exist_ok=True)
    for name, title in (
        ("last-crossing", "The last crossing"),
        ("price-of-bread", "What a loaf costs"),
    ):
        (stories / f"{name}.md").write_text(f"---\nid: {name}\ntitle: {title}\n---\nText.\n")
    known = room.file(pen="ilven", name="Mara Ilven", body=BELL)
    room.judge(known, Action.APPROVE, name="tomas")
    found = {"parent": known, **_bag(room, known)}
    for name, rule, words, how in POINTED:
        start = Letter.objects.get(id=found[name]).body.index(words)
        room.point(found[name], rule, start=start, end=start + len(words), words=words, **how)
    room.point(found["rude"], "personal-attack", start=None, end=None, reason="score", words="", confidence=0.74, holds=False)  # fmt: skip
    gone = room.file(pen="rude", name="Gregor", body="Drown, I said.")
    room.judge(gone, Action.REMOVE, name="tomas", rule="harassment", reason="second time")
    found["removed"] = gone
    found["appeal"] = room.file(Kind.APPEAL, pen="rude", name="Gregor", parent=gone[:16], body=SONG)
    loud = room.file(pen="loud", name="Loudest", body="Fourth letter today, and you will print it.")
    found["pen"] = Letter.objects.get(id=loud).pen_id
    editor = room.world.person(Role.EDITOR, "ed")
    act_on_pen(found["pen"], Action.PAUSE, person=editor, ruling=Ruling(rule="repeat", editions=4))
    return found


def _bag(room: Room, known: str) -> dict[str, str]:
    twin = room.writers.words(60)
    bag: dict[str, tuple[Kind, str, dict[str, object]]] = {
        "private": (R, "wren", {"name": "Joan Wren", "body": ENGLISH, "parent": public(known)}),
        "korean": (L, "haru", {"name": "강가의 하루", "body": KOREAN, "language": "ko"}),
        "persian": (L, "sepehr", {"name": "سپهر", "body": PERSIAN, "language": "fa"}),
        "spanish": (L, "lucia", {"name": "Lucía R.", "body": SPANISH, "language": "es"}),
        "plain": (L, "ilven", {"name": "Mara Ilven", "body": YEAR, "story": "price-of-bread"}),
        "hidden": (L, "dark", {"name": "K\u200born", "body": TURNED}),
        "twin": (L, "one", {"name": "Orla Fenn", "body": twin}),
        "second": (L, "two", {"name": "Petr Vasny", "body": twin + " amen"}),
        "rude": (L, "rude", {"name": "Gregor", "body": RUDE}),
        "before": (L, "rude", {"name": "Gregor", "body": BEFORE}),
    }
    return dict(zip(bag, room.file_all(list(bag.values())), strict=True))
