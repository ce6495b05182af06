"""Pages that are not made yet: where each lies, what it depends on, and how to make it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PagePlan:
    """A page to be made: ``item`` is its item's key or empty, ``inputs`` all that it depends on."""

    path: str
    item: str
    inputs: tuple[object, ...]
    make: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class BundlePlan:
    """Files that are made together and whose paths are known only then.

    They depend on what is ``fixed`` and on their ``parts``, each known by its hash. Where an
    earlier bundle of this name had other parts, ``amend`` makes the files of its parts and files;
    it returns none where making them all is no slower.
    """

    name: str
    fixed: tuple[object, ...]
    parts: tuple[str, ...]
    make: Callable[[], dict[str, bytes]]
    amend: Callable[[Sequence[str], Mapping[str, bytes]], dict[str, bytes]]

    def inputs(self, parts: Sequence[str] | None = None) -> tuple[object, ...]:
        """Return all that the bundle depends on, or what it would with other ``parts``."""
        return (*self.fixed, *(self.parts if parts is None else parts))
