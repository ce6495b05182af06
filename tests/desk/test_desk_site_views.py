"""Numbers of views come from the public process, which somebody may have taken over."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from desk.queue_world import Room, text
from handbill.desk.decisions import demand
from handbill.desk.site import views
from handbill.desk.site.quota import Bucket

DAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    "item",
    [
        '=HYPERLINK("http://evil.example","a")',
        "a,9\nb",
        "-1+1",
        "@SUM(A1)",
        "<b>a</b>",
        "a" * 65,
        "",
    ],
)
def test_only_items_are_counted(tmp_path: Path, item: str) -> None:
    room = Room(tmp_path)
    folder = tmp_path / "views"
    folder.mkdir()
    numbers = {item: 9, "a-story": 9}
    (folder / "2026-11-24-a.json").write_text(json.dumps(numbers))
    (folder / "totals.json").write_text(json.dumps({"items": numbers, "joined": []}))
    assert views.counted(folder, DAY) == {"a-story": 18}
    demand.count_views_by(lambda: views.counted(folder, DAY))
    assert text(room.browser().get("/hits/hits.csv")).splitlines() == [
        "item,marks,requests,letters,views",
        "a-story,,,,18",
    ]


@pytest.mark.parametrize(
    "totals", ['{"items": 5, "joined": 5}', '{"items": [[]], "joined": {}}', "7"]
)
def test_odd_totals_count_nothing(tmp_path: Path, totals: str) -> None:
    (tmp_path / "2026-11-24-a.json").write_text('{"a": 3}')
    (tmp_path / "totals.json").write_text(totals)
    assert views.counted(tmp_path, DAY) == {"a": 3}


def test_numbers_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The press refuses a hand-over of more than it can read."""
    monkeypatch.setattr(views, "MOST_ITEMS", 2)
    numbers = {"a": 1, "b": 3, "c": 2, "d": 10**40, "e": True, "f": 1.5}
    (tmp_path / "2026-11-24-a.json").write_text(json.dumps(numbers))
    assert views.counted(tmp_path, DAY) == {"b": 3, "c": 2}


def test_two_processes_that_join_at_once_lose_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one joins and removes a day's file between any two steps of ours."""
    for at in range(6):
        folder = tmp_path / str(at)
        folder.mkdir()
        for name in ("2026-11-20-a", "2026-11-21-a"):
            (folder / f"{name}.json").write_text('{"a": 1}')
        left, read = [at], views._read

        def meanwhile(
            where: Path, name: str, left: list[int] = left, read: object = read, **more: object
        ) -> dict[str, object]:
            left[0] -= 1
            if left[0] == -1:
                with monkeypatch.context() as patched:
                    patched.setattr(views, "_read", read)
                    views.counted(where, DAY)
            found = read(where, name, **more)  # type: ignore[operator]
            assert isinstance(found, dict)
            return found

        with monkeypatch.context() as patched:
            patched.setattr(views, "_read", meanwhile)
            views.counted(folder, DAY)
        assert views.counted(folder, DAY) == {"a": 2}, at


def test_a_workers_share_of_little_is_not_nothing() -> None:
    """Two forms a minute, four workers: each takes one now and the next after two minutes."""
    bucket = Bucket(2 / 4)
    assert bucket.level(0) == 1
    assert bucket.take(0)
    assert not bucket.take(119)
    assert bucket.take(121)
    assert not Bucket(0).take(10_000)
