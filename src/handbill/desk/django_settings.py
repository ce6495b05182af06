"""What Django is told about the desk. Nothing of it is read before a desk command runs.

The database is set by :func:`handbill.desk.database.connect`; the one below is for type checkers.
"""

INSTALLED_APPS = ["handbill.desk.store"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
LOGGING_CONFIG = None  # a library configures no logging
