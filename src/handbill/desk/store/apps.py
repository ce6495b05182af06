"""The name under which Django knows the desk's tables."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Tables are named ``store_…``."""

    name = "handbill.desk.store"
    label = "store"
