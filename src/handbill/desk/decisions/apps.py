"""Tells Django of this room."""

from django.apps import AppConfig


class Decisions(AppConfig):
    """The decisions."""

    name = "handbill.desk.decisions"
    label = "decisions"
