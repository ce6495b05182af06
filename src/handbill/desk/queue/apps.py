"""Tells Django of this room, and the bar of its pages."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from handbill.desk.staff.navigation import Entry
from handbill.desk.staff.roles import Role


class QueueConfig(AppConfig):
    """Tables are named ``queue_…``."""

    name = "handbill.desk.queue"
    label = "queue"
    navigation = (
        Entry(_("Letters"), "queue", Role.MODERATOR, order=10),
        Entry(_("Appeals"), "appeals", Role.MODERATOR, order=20),
        Entry(_("Search"), "search", Role.MODERATOR, order=30),
        Entry(_("Pens"), "pens", Role.MODERATOR, order=40),
        Entry(_("Decisions"), "log", Role.MODERATOR, order=50),
        Entry(_("Figures"), "figures", Role.MODERATOR, order=60),
        Entry(_("Newsroom"), "tools", Role.MODERATOR, order=70),
    )

    def ready(self) -> None:
        """Forget what colleagues wrote about a letter with the letter's own words."""
        from handbill.desk.queue.notes import forget  # noqa: PLC0415  (needs the models)
        from handbill.desk.store import erasing  # noqa: PLC0415

        erasing.listen(forget)
