"""The same letters give the same tables, however they are shuffled and cut into bags."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from desk.dumping import dump
from desk.scenes import EXPECTED, scene
from desk.world import desk, put
from handbill.desk.intake.take_in import take_in
from handbill.desk.intake.tray import Tray

SCENE = scene()


def _bags(seed: int) -> list[list[bytes]]:
    """Shuffle the scene, repeat some of it, and cut it into one to nine bags."""
    chance = random.Random(seed)
    files = [*SCENE, *chance.choices(SCENE, k=chance.randrange(20))]
    chance.shuffle(files)
    cuts = sorted(chance.choices(range(len(files) + 1), k=chance.randrange(9)))
    return [files[a:b] for a, b in zip([0, *cuts], [*cuts, len(files)], strict=True)]


def _taken_in(folder: Path, bags: list[list[bytes]]) -> dict[str, list[tuple[object, ...]]]:
    for bag in bags:
        put(folder / "tray", *bag)
        take_in(Tray(folder / "tray", folder / "aside"), desk())
    assert not list((folder / "tray").iterdir())
    return dump()


@pytest.mark.parametrize("seeds", [range(12), range(12, 24)])
def test_any_order_gives_the_same_tables(
    fresh: Callable[[], object], kind: str, tmp_path: Path, seeds: range
) -> None:
    fresh()
    whole = _taken_in(tmp_path / "whole", [SCENE])
    assert Counter(row[1] for row in whole["Refusal"]) == EXPECTED
    for seed in seeds if kind == "sqlite" else seeds[:4]:
        fresh()
        assert _taken_in(tmp_path / f"{seed}", _bags(seed)) == whole, seed


def test_the_two_databases_hold_the_same(postgresql: object, tmp_path: Path) -> None:
    from handbill.desk.database import connect

    tables = []
    for name, where in (
        ("lite", tmp_path / "desk.sqlite3"),
        ("big", postgresql.create("same")),  # type: ignore[attr-defined]
    ):
        connect(where)
        tables.append(_taken_in(tmp_path / name, _bags(5)))
    assert tables[0] == tables[1]
