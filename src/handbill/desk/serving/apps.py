"""The name under which Django knows this room. It has no tables."""

from django.apps import AppConfig


class ServingConfig(AppConfig):
    """Registered for its place among the rooms alone."""

    name = "handbill.desk.serving"
    label = "serving"
