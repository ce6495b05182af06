"""The desk's keys over the years: which one speaks, which are retired, which were withdrawn.

What appoints or retires a key stands in the encrypted store alone; the clear list beside it, which
anybody at this computer could edit, may only take keys away. Pure.
"""

from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any

from handbill.keys.held import HeldKey
from handbill.keys.values import DeskKey

RETIRED = "desk_retired"
Content = MutableMapping[str, Any]


def withdrawn(content: Mapping[str, Any], listed: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Return the withdrawn keys, in hex, and since which edition each; the earliest counts."""
    rows = [(row["key"], row["withdrawn"]) for row in content.get(RETIRED, [])]
    found: dict[str, int] = {}
    for key, since in (*listed, *rows):
        if since:
            found[key] = min(since, found.get(key, since))
    return found


def keys(
    content: Mapping[str, Any], listed: Iterable[tuple[str, int]], speaks: bytes
) -> tuple[DeskKey, ...]:
    """Return every key of the desk's, the newest first; ``listed`` are withdrawn keys as published.

    A key that an earlier release replaced is in no list: it ended with the last edition naming it.
    """
    last: dict[str, int] = {}
    for row in content["reservations"]:
        if row.get("desk_key"):
            last[row["desk_key"]] = max(row["number"], last.get(row["desk_key"], 0))
    retired = {row["key"]: row["last"] for row in content.get(RETIRED, [])}
    last |= retired
    last.pop(speaks.hex(), None)
    gone, order = withdrawn(content, listed), {key: n for n, key in enumerate(retired)}
    newest = sorted(last, key=lambda key: (last[key], order.get(key, -1)), reverse=True)
    old = (DeskKey(bytes.fromhex(key), last[key], gone.get(key, 0)) for key in newest)
    return (DeskKey(speaks), *old)


def replace(content: Content, new: HeldKey) -> None:
    """Keep ``new`` as the desk's key, and list those that were held as retired."""
    mine = [k for k in content["keys"] if k["role"] == "desk"]
    others = [k for k in content["keys"] if k["role"] != "desk"]
    for row in mine:
        _listed(content, HeldKey("desk", bytes.fromhex(row["seed"])).public)
    content["keys"] = [*others, {"role": "desk", "seed": new.seed.hex()}]


def withdraw(content: Content, public: bytes, since: int) -> int:
    """List a key as withdrawn from edition ``since``; returns since when: the first time counts."""
    row = _listed(content, public)
    row["withdrawn"] = row["withdrawn"] or since
    return int(row["withdrawn"])


def _listed(content: Content, public: bytes) -> dict[str, Any]:
    """Return a key's row among the retired; one without ends with the newest number drawn."""
    rows: list[dict[str, Any]] = content.setdefault(RETIRED, [])
    for row in rows:
        if row["key"] == public.hex():
            return row
    last = max((row["number"] for row in content["reservations"]), default=0)
    rows.append({"key": public.hex(), "last": last, "withdrawn": 0})
    return rows[-1]


def read_retired(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return a backup's list, checked.

    Raises:
        KeyError, TypeError, ValueError
    """
    return [
        {
            "key": bytes.fromhex(row["key"]).hex(),
            "last": int(row["last"]),
            "withdrawn": int(row["withdrawn"]),
        }
        for row in rows
    ]
