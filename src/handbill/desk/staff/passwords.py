"""How passwords are kept, and the one-time passwords that people are invited with."""

import secrets
from datetime import date, timedelta

from django.contrib.auth.hashers import Argon2PasswordHasher

ONE_TIME_DAYS = 7
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another


class Argon2(Argon2PasswordHasher):
    """Argon2id with 32 MiB: above OWASP's 19 MiB, below what a small server can spare."""

    memory_cost = 32 << 10  # KiB
    time_cost = 3
    parallelism = 1


def one_time_password() -> str:
    """Draw a password of 98 bits that can be read out over a telephone."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))


def last_day(today: date) -> date:
    """Return the last day on which a one-time password drawn today may be used."""
    return today + timedelta(days=ONE_TIME_DAYS)
