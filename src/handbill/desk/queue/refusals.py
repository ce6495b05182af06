"""Why something was not done, in the reader's language.

Errors are raised in English, for terminals and logs. A test reads every place of the desk that
refuses a decision and fails where its reason has no words here.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from handbill.desk.queue.words import ACTIONS, KINDS, ROLES, STATES
from handbill.errors import HandbillError

_REASONS: tuple[tuple[str, Any], ...] = (
    (
        r"letter: is (?P<state>\w+), so (?P<action>\w+) is not possible",
        _("As the letter stands now (%(state)s), this is not possible."),
    ),
    (r"letter: is an appeal", _("This is an appeal: uphold the decision, or overturn it.")),
    (
        r"letter: an? (?P<kind>\w+) is not judged",
        _("Nobody judges a letter of this kind: %(kind)s."),
    ),
    (
        r"letter: an? (?P<kind>\w+) is not answered with (?P<action>\w+)",
        _("A letter of this kind is not answered so: %(kind)s."),
    ),
    (
        r"letter: an? (?P<kind>\w+) has no words, and what it asks must stay",
        _("It has no words to erase, and what it asks for must stay: %(kind)s."),
    ),
    (
        r"(?P<action>\w+): is for people with the role (?P<role>\w+)",
        _("This needs the role: %(role)s."),
    ),
    (r"rule: the book has no '.*'", _("The rule book has no such rule.")),
    (r"(?P<action>\w+): names no rule of the book", _("It names no rule of the rule book.")),
    (
        r"letter: your removal of it was overturned on appeal",
        _("Your removal of this letter was overturned on appeal. Hand it to a colleague."),
    ),
    (
        r"letter: you wrote it down, so somebody else must approve it",
        _("You wrote this letter down, so somebody else must approve it."),
    ),
    (
        r"letter: the screens have not read it as it is now",
        _("The screens have not read this letter as it is now. They do so with the next take-in."),
    ),
    (
        r"letter: you agreed already; .*",
        _("You agreed already. A life may hang on it, so a second person must agree too."),
    ),
    (
        r"decision (?P<number>\d+): was undone or answered already",
        _("Decision %(number)s was taken back or answered already."),
    ),
    (
        r"decision (?P<number>\d+): (?P<action>\w+) cannot be taken back",
        _("Decision %(number)s cannot be taken back: %(action)s."),
    ),
    (
        r"decision (?P<number>\d+): somebody decided on top of it",
        _("Somebody decided again after decision %(number)s."),
    ),
    (
        r"decision (?P<number>\d+): the appeal was answered since",
        _("The appeal was answered after decision %(number)s."),
    ),
    (
        r"decision (?P<number>\d+): would publish a letter that two people must agree to",
        _(
            "Two people must agree before this letter is published. Publish it again:"
            " the second yes counts."
        ),
    ),
    (
        r"decision (?P<number>\d+): its pen was burned since, so it cannot wait",
        _("Its pen was burned after decision %(number)s, so the letter cannot wait again."),
    ),
    (r"pen: (?P<action>\w+) is nothing that is done to pens", _("This is not done to pens.")),
    (r"appeal: is (?P<state>\w+)", _("The appeal does not wait any more: %(state)s.")),
    (
        r"appeal: is about no decision that stands",
        _("This appeal is about no decision that still stands."),
    ),
    (
        r"appeal: is about a decision that stands",
        _("This appeal is about a decision that stands: uphold it, or overturn it."),
    ),
    (
        r"appeal: is against your own decision",
        _("This appeal is against your own decision. Hand it to a colleague."),
    ),
    (
        r"discussion: is closed and opened by editors",
        _("Discussions are closed and opened by editors."),
    ),
    (r"transcript: there is no edition yet", _("There is no edition yet. Press one first.")),
    (
        r"batch: too few letters of known pens without findings wait here",
        _("Too few letters of known pens without findings wait here."),
    ),
    (
        r"batch: its sample was not read by who approves it",
        _("Whoever approves a batch must have read its sample."),
    ),
    (
        r"letter: is handed to a colleague who is at the desk",
        _("A letter is handed to a colleague who has an open account, not to oneself."),
    ),
    (
        r"desk: entry (?P<number>\d+) of its log was handed over and is not here, .*",
        _(
            "Decision %(number)s was handed over and is not here: these tables are older, so"
            " nothing is decided on them. Restore the newest backup."
        ),
    ),
    (r"letter: no first yes of yours waits", _("No first yes of yours waits here.")),
    (
        r"protected name: has (?P<letters>\d+) letters in (?P<parts>\d+) parts, expected .*",
        _(
            "A name was too short or too long to be told from other words: %(letters)s letters in"
            " %(parts)s parts."
        ),
    ),
)
_WORDS: Mapping[str, Mapping[Any, Any]] = {
    "state": STATES,
    "action": ACTIONS,
    "kind": KINDS,
    "role": ROLES,
}


def why(error: HandbillError) -> str:
    """Return an error's reason in words; its own where it is about keys, files or the database."""
    said = str(error)
    for pattern, words in _REASONS:
        match = re.fullmatch(pattern, said)
        if match:
            values = {name: _value(name, text) for name, text in match.groupdict().items()}
            return str(words % values)
    return said


def _value(name: str, text: str) -> str:
    return str(_WORDS.get(name, {}).get(text, text))
