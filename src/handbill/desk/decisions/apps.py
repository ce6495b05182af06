"""Tells Django of this room."""

from django.apps import AppConfig


class Decisions(AppConfig):
    """The decisions."""

    name = "handbill.desk.decisions"
    label = "decisions"

    def ready(self) -> None:
        """Take what the log says of letters whose words go."""
        from handbill.desk.decisions.log import forget  # noqa: PLC0415  (models, once they are)
        from handbill.desk.store import erasing  # noqa: PLC0415

        erasing.listen(forget)
