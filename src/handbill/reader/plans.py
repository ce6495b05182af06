"""Pages that are not made yet: where each lies, what it depends on, and how to make it."""

from collections.abc import Callable
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
    """Files that are made together and whose paths are known only then."""

    inputs: tuple[object, ...]
    make: Callable[[], dict[str, bytes]]
