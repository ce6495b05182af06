"""Patterns of private details, over plain text; :mod:`handbill.rules.screens.privacy` asks them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hit:
    """A private detail in a plain text: from, to, stable reason, how sure."""

    start: int
    end: int
    reason: str
    sure: float = 0.9
    holds: bool = True
