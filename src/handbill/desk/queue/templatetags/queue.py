"""Words and links that templates of this room look up."""

from collections.abc import Mapping
from typing import Any

from django.template import Library
from django.utils.html import escape, format_html

from handbill.desk.queue import book, stories, words
from handbill.desk.queue.marking import visible
from handbill.desk.store.models import State
from handbill.letters.decision import Action
from handbill.letters.letter import Kind
from handbill.letters.public import pen_words

register = Library()


@register.filter
def state_words(state: str) -> Any:
    """Say how a letter stands."""
    return words.STATES[State(state)]


@register.filter
def action_words(action: str) -> Any:
    """Say what a decision did."""
    return words.ACTIONS[Action(action)]


@register.filter
def kind_words(kind: str) -> Any:
    """Say what kind of letter it is."""
    return words.KINDS[Kind(kind)]


@register.filter
def rule_title(rule: str) -> str:
    """Return a rule's title."""
    return book.title(rule)


@register.filter
def pen_name(fingerprint: str) -> str:
    """Return the two words of a pen."""
    return pen_words(fingerprint)


@register.filter
def story_title(story: str) -> str:
    """Return a story's title, its id where the folder has none."""
    return stories.told(story).title or story


@register.filter
def seen(text: str) -> str:
    """Show what would hide in a text, and let nothing of it turn the page round."""
    return visible(text)


@register.filter
def seen_around(text: str, words: str) -> str:
    """Show a text as ``seen`` does, and the words in it in their own direction.

    An address or a number within a sentence from right to left would turn round with it.
    """
    whole, part = visible(text), visible(words)
    if not part or part not in whole:
        return escape(whole)
    before, _, after = whole.rpartition(part)
    return format_html("{}<bdi>{}</bdi>{}", before, part, after)


@register.filter
def of(table: Mapping[Any, Any], key: Any) -> Any:
    """Look a key up."""
    return table.get(key, "")
