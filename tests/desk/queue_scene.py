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


def bring(room: Room) -> dict[str, str]:
    """Fill a desk; returns the ids of letters by what they are."""
    stories = room.folder / "newsroom/stories"
    stories.mkdir(parents=True, exist_ok=True)
    (stories / "last-crossing.md").write_text(
        "---\nid: last-crossing\ntitle: The last crossing\n---\nText.\n"
    )
    (stories / "bread.md").write_text(
        "---\nid: price-of-bread\ntitle: What a loaf costs\n---\nText.\n"
    )
    L, R = Kind.LETTER, Kind.REPLY
    names = (
        "parent",
        "private",
        "korean",
        "persian",
        "spanish",
        "plain",
        "hidden",
        "twin",
        "second",
        "rude",
        "before",
    )
    twin = room.writers.words(60)
    known = room.file_all([
        (L, "ilven", {"name": "Mara Ilven", "body": "My father kept the ferry's bell. If anybody wants to hear it, it still rings."}),
    ])[0]  # fmt: skip
    room.judge(known, Action.APPROVE, name="tomas")
    ids = [known] + room.file_all([
        (R, "wren", {"name": "Joan Wren", "body": ENGLISH, "parent": public(known)}),
        (L, "haru", {"name": "강가의 하루", "body": KOREAN, "language": "ko"}),
        (L, "sepehr", {"name": "سپهر", "body": PERSIAN, "language": "fa"}),
        (L, "lucia", {"name": "Lucía R.", "body": SPANISH, "language": "es"}),
        (L, "ilven", {"name": "Mara Ilven", "body": "A correction: the bell is from 1911, not 1921. I looked at it again this morning.", "story": "price-of-bread"}),
        (L, "dark", {"name": "K\u200born", "body": "This \u202etxet desrever\u202c hides, and this\u200bword is cut in two."}),
        (L, "one", {"name": "Orla Fenn", "body": twin}),
        (L, "two", {"name": "Petr Vasny", "body": twin + " amen"}),
        (L, "rude", {"name": "Gregor", "body": "Whoever wrote this is a fool and the daughter of a fool. Go and drown."}),
        (L, "rude", {"name": "Gregor", "body": "Fools, all of you, and you above all, Ilven. I know where you live."}),
    ])  # fmt: skip
    found = dict(zip(names, ids, strict=True))
    body = Letter.objects.get(id=found["private"]).body
    start = body.index("14 Mill")
    room.point(
        found["private"],
        "privacy",
        start=start,
        end=start + 12,
        reason="private-address",
        words="14 Mill Lane",
    )
    start = body.index("Daniel Orsk")
    room.point(
        found["private"],
        "privacy",
        start=start,
        end=start + 33,
        reason="protected-name",
        words="Daniel Orsk",
        confidence=1.0,
    )
    start = body.index("0555")
    room.point(
        found["private"],
        "privacy",
        start=start,
        end=start + 13,
        words="0555 0142 667",
        confidence=0.85,
    )
    body = Letter.objects.get(id=found["korean"]).body
    start = body.index("개새끼")
    room.point(
        found["korean"],
        "profanity",
        start=start,
        end=start + 3,
        reason="lexicon-told",
        words="개새끼",
        confidence=0.6,
    )
    room.point(
        found["rude"],
        "personal-attack",
        start=26,
        end=32,
        reason="lexicon-word",
        words="fool",
        confidence=0.8,
    )
    room.point(
        found["rude"],
        "personal-attack",
        start=None,
        end=None,
        reason="score",
        words="",
        confidence=0.74,
        holds=False,
    )
    gone = room.file(pen="rude", name="Gregor", body="Drown, I said.")
    room.judge(gone, Action.REMOVE, name="tomas", rule="harassment", reason="second time")
    found["appeal"] = room.file(
        Kind.APPEAL, pen="rude", name="Gregor", parent=gone[:16],
        body="It was a quotation from the song, every child knows it. Please read it again.",
    )  # fmt: skip
    found["removed"] = gone
    pen = Letter.objects.get(
        id=room.file(pen="loud", name="Loudest", body="Fourth letter today, and you will print it.")
    ).pen_id
    act_on_pen(
        pen,
        Action.PAUSE,
        person=room.world.person(Role.EDITOR, "ed"),
        ruling=Ruling(rule="repeat", editions=4),
    )
    found["pen"] = pen
    return found
