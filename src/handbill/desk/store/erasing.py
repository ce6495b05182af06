"""Tell whoever wrote about letters that their words are to go."""

from collections.abc import Callable, Sequence

Listener = Callable[[Sequence[str]], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Call ``listener`` with the ids of letters whose words go, in that transaction."""
    if listener not in _listeners:
        _listeners.append(listener)


def forget(ids: Sequence[str]) -> None:
    """Let every listener take away what it wrote about these letters."""
    for listener in _listeners:
        listener(ids)
