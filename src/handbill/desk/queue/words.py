"""The words of states, piles, actions and steps for moderators, in one place for every page."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from handbill.desk.staff.roles import Role
from handbill.desk.store.models import Pile, State
from handbill.letters.decision import Action
from handbill.letters.letter import Kind
from handbill.rules.standing import Step

PILES = {
    Pile.QUEUE: _("Queue"),
    Pile.ASIDE: _("Laid aside"),
    Pile.PAUSED: _("Of paused pens"),
    Pile.BLOCKED: _("Of blocked pens"),
    Pile.APPEALS: _("Appeals"),
}
STATES = {
    State.ARRIVED: _("not screened yet"),
    State.WAITING: _("waits"),
    State.HELD: _("held"),
    State.PUBLISHED: _("published"),
    State.REMOVED: _("removed"),
    State.DECIDED: _("answered"),
    State.WITHDRAWN: _("withdrawn by its writer"),
    State.BURNED: _("gone with its pen"),
    State.NOTED: _("noted"),
}
ACTIONS = {
    Action.APPROVE: _("approved"),
    Action.REMOVE: _("removed"),
    Action.HOLD: _("laid aside"),
    Action.RESTORE: _("published again"),
    Action.PICK: _("picked out"),
    Action.UNPICK: _("picked out no more"),
    Action.NOTICE: _("notice"),
    Action.WARN: _("warning"),
    Action.PAUSE: _("paused"),
    Action.BLOCK: _("blocked"),
    Action.LIFT: _("lifted"),
    Action.ERASE: _("erased"),
    Action.WITHDRAW: _("withdrawn"),
    Action.BURN: _("burned"),
    Action.TRANSCRIBE: _("written down"),
    Action.UPHOLD: _("upheld"),
    Action.OVERTURN: _("overturned"),
}
KINDS = {
    Kind.LETTER: _("letter"),
    Kind.REPLY: _("answer"),
    Kind.APPEAL: _("appeal"),
    Kind.TRANSCRIPT: _("transcript"),
    Kind.REQUEST: _("request"),
    Kind.WITHDRAW: _("withdrawal"),
    Kind.BURN: _("burning of a pen"),
}
ROLES = {
    Role.MODERATOR: _("moderator"),
    Role.EDITOR: _("editor"),
    Role.ADMIN: _("admin"),
}
STEPS = {
    Step.NONE: _("nothing"),
    Step.NOTICE: _("a notice"),
    Step.WARNING: _("a warning"),
    Step.PAUSE: _("a pause"),
    Step.BLOCK: _("a block"),
}


def said(action: Action) -> Any:
    """Return what a decision did, in words."""
    return ACTIONS[action]
