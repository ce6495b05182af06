"""People at the desk and their sessions. No e-mail, no address, no time of the last login."""

from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone

from handbill.desk.staff.roles import Role


class People(models.Manager["Person"]):
    """Finds people as Django's login asks for them."""

    def get_by_natural_key(self, name: str) -> "Person":
        """Return the person of this name."""
        return self.get(name=name)


class Person(AbstractBaseUser):
    """Somebody at the desk. Rows are never deleted, so a number is never another person's.

    ``number`` is the ``m<N>`` of signed decisions. ``one_time_until`` is the last day on which a
    password that somebody else has seen may be used to set an own one; none where it is their own.
    """

    number = models.AutoField(primary_key=True)
    name = models.CharField(max_length=32, unique=True)
    role = models.CharField(max_length=16)
    language = models.CharField(max_length=8, default="")
    is_active = models.BooleanField(default=True)
    one_time_until = models.DateField(null=True)
    last_login = None  # nobody needs to know

    USERNAME_FIELD = "name"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[People] = People()

    def __str__(self) -> str:
        return self.name

    @property
    def rank(self) -> Role:
        """The role as a value."""
        return Role(self.role)

    @property
    def mark(self) -> str:
        """What signed decisions call this person: ``m`` and the number."""
        return f"m{self.number}"

    @property
    def must_change(self) -> bool:
        """Whether the password is one that somebody else has seen."""
        return self.one_time_until is not None

    def expired(self, today: date) -> bool:
        """Whether a one-time password was not used in time."""
        return self.one_time_until is not None and today > self.one_time_until

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, names in one form."""
        self.name = self.normalize_username(self.name).casefold()
        super().save(*args, **kwargs)


class Session(AbstractBaseSession):
    """A session. ``session_key`` is a hash of what the cookie holds, the data are encrypted."""

    person = models.ForeignKey(Person, models.CASCADE, null=True)
    began = models.DateTimeField(default=timezone.now)
    seen = models.DateTimeField(default=timezone.now)

    @classmethod
    def get_session_store_class(cls) -> Any:
        """Return the store that reads and writes these rows."""
        from handbill.desk.staff.sessions import SessionStore  # noqa: PLC0415  (a cycle)

        return SessionStore


class Remembered(models.Model):
    """Django's cache: counts of failed logins. A table so that all workers share it."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)
