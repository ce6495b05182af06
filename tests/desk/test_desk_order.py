"""The same letters give the same tables, however they are shuffled and cut into bags."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from desk.dumping import dump
from desk.scenes import EXPECTED, flood, random_scene, scene
from desk.world import desk, put
from handbill.desk.database import connect
from handbill.desk.intake.take_in import take_in
from handbill.desk.intake.tray import Tray

SCENE = scene()


def _bags(seed: int, scene: list[bytes] = SCENE) -> list[list[bytes]]:
    """Shuffle the scene, repeat some of it, and cut it into one to nine bags."""
    chance = random.Random(seed)
    files = [*scene, *chance.choices(scene, k=chance.randrange(20))]
    chance.shuffle(files)
    cuts = sorted(chance.choices(range(len(files) + 1), k=chance.randrange(9)))
    return [files[a:b] for a, b in zip([0, *cuts], [*cuts, len(files)], strict=True)]


def _taken_in(folder: Path, bags: list[list[bytes]]) -> dict[str, list[tuple[object, ...]]]:
    for bag in bags:
        put(folder / "tray", *bag)
        take_in(Tray(folder / "tray", folder / "aside"), desk())
    assert not list((folder / "tray").iterdir())
    return dump()


@pytest.mark.parametrize("seeds", [range(8), range(8, 16)])
def test_any_order_gives_the_same_tables(
    fresh: Callable[[], object], kind: str, tmp_path: Path, seeds: range
) -> None:
    fresh()
    whole = _taken_in(tmp_path / "whole", [SCENE])
    assert Counter(row[1] for row in whole["Refusal"]) == EXPECTED
    for seed in seeds if kind == "sqlite" else seeds[:4]:
        fresh()
        assert _taken_in(tmp_path / f"{seed}", _bags(seed)) == whole, seed


@pytest.mark.parametrize("seed", range(100, 105))
def test_any_order_of_random_letters(tmp_path: Path, seed: int) -> None:
    letters = random_scene(seed)
    connect(tmp_path / "whole.sqlite3")
    whole = _taken_in(tmp_path / "whole", [letters])
    assert len(whole["Letter"]) == 26
    for at in range(3):
        connect(tmp_path / f"{at}.sqlite3")
        assert _taken_in(tmp_path / f"{at}", _bags(seed * 10 + at, letters)) == whole


def test_any_order_of_a_flood(tmp_path: Path) -> None:
    letters = flood()
    connect(tmp_path / "whole.sqlite3")
    whole = _taken_in(tmp_path / "whole", [letters])
    assert {row[8] for row in whole["Finding"] if row[1] == "twins"} == {"≥ 20"}
    for at in range(4):
        connect(tmp_path / f"{at}.sqlite3")
        assert _taken_in(tmp_path / f"{at}", _bags(at, letters)) == whole


def test_the_two_databases_hold_the_same(postgresql: object, tmp_path: Path) -> None:
    tables = []
    for name, where in (
        ("lite", tmp_path / "desk.sqlite3"),
        ("big", postgresql.create("same")),  # type: ignore[attr-defined]
    ):
        connect(where)
        tables.append(_taken_in(tmp_path / name, _bags(5)))
    assert tables[0] == tables[1]
