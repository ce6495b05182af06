"""Files that are made together: kept, or amended where few of what they are made from changed.

What the bundles of an earlier press were made from is remembered. That needs no trust: only where
its hash is the one under which the files were noted, and they are as they were made, are they
amended.
"""

import json
from functools import cached_property
from pathlib import Path

from handbill.press.cache import read_rows, write_rows
from handbill.press.output import Output
from handbill.press.plan import key
from handbill.press.rows import dumps
from handbill.reader.plans import BundlePlan

_SHAPE = "handbill press parts 1"


class Bundles:
    """The bundles of one ``--out`` folder."""

    def __init__(self, cache: Path, name: str) -> None:
        self._cache, self._name = cache, f"parts-{name}"
        self._plans: list[BundlePlan] = []
        self._anew = False

    def put(self, plan: BundlePlan, output: Output) -> None:
        """Put the files of a bundle into the edition."""
        self._plans.append(plan)
        made = key(plan.inputs())
        if output.keep_all(made):
            return
        self._anew = True
        before = self._parts.get(plan.name, [])
        earlier = output.earlier(key(plan.inputs(before)))
        files = plan.amend(before, earlier) if earlier else {}
        for path, data in (files or plan.make()).items():
            if data == earlier.get(path):
                output.keep_as(path, made)
            else:
                output.put(path, made, data)

    def remember(self) -> None:
        """Keep what the bundles were made from for the next time, where one is another."""
        if self._anew:
            rows = [dumps([plan.name, *plan.parts]) for plan in self._plans]
            # Torn, it counts as none, and costs the time to make a bundle whole.
            write_rows(self._cache, self._name, _SHAPE, rows, lasting=False)

    @cached_property
    def _parts(self) -> dict[str, list[str]]:
        lines = read_rows(self._cache, self._name, _SHAPE)
        try:
            rows = json.loads(f"[{','.join(lines)}]")
            return {name: list(map(str, parts)) for name, *parts in rows}
        except (ValueError, TypeError):
            return {}
