"""The name under which Django knows this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from handbill.desk.staff.navigation import Entry
from handbill.desk.staff.roles import Role


class StaffConfig(AppConfig):
    """Tables are named ``staff_…``."""

    name = "handbill.desk.staff"
    label = "staff"
    navigation = (Entry(_("People"), "people", Role.ADMIN, order=90),)

    def ready(self) -> None:
        """Listen to what allauth does."""
        from handbill.desk.staff import events  # noqa: PLC0415  (needs the models)

        events.listen()
