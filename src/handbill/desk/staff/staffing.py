"""Who is at the desk: inviting, changing, closing. What a page or the terminal asks for."""

from datetime import date

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone

from handbill.desk.staff.guard import SECOND_FACTORS
from handbill.desk.staff.models import Person, Session
from handbill.desk.staff.passwords import last_day, one_time_password
from handbill.desk.staff.roles import Role


def _today() -> date:
    return timezone.now().date()


def invite(name: str, role: Role) -> tuple[Person, str]:
    """Make an account; returns the person and their one-time password, which is kept nowhere."""
    person = Person(name=name, role=role.value)
    password = _give_password(person)
    person.save()
    return person, password


@transaction.atomic
def new_password(person: Person) -> str:
    """Take password, second factor and sessions away; returns a one-time password."""
    Authenticator.objects.filter(user=person).delete()
    Session.objects.filter(person=person).delete()
    password = _give_password(person)
    person.save(update_fields=["password", "one_time_until"])
    return password


@transaction.atomic
def change_role(person: Person, role: Role) -> bool:
    """Give another role and end sessions; false where nobody would be left to invite people."""
    if role is not Role.ADMIN and _is_last_admin(person):
        return False
    person.role = role.value
    person.save(update_fields=["role"])
    Session.objects.filter(person=person).delete()
    return True


@transaction.atomic
def close(person: Person) -> bool:
    """Close an account and end its sessions; false for the last admin."""
    if _is_last_admin(person):
        return False
    person.is_active = False
    person.set_unusable_password()
    person.save(update_fields=["is_active", "password"])
    Authenticator.objects.filter(user=person).delete()
    Session.objects.filter(person=person).delete()
    return True


@transaction.atomic
def reopen(person: Person) -> str:
    """Open a closed account; returns its one-time password."""
    person.is_active = True
    person.save(update_fields=["is_active"])
    return new_password(person)


def first_admin() -> tuple[Person, str] | None:
    """Make the first account where there is none."""
    with transaction.atomic():
        if Person.objects.exists():
            return None
        return invite("admin", Role.ADMIN)


def second_factor(person: Person) -> list[str]:
    """Return the kinds of second factor that a person has."""
    found = Authenticator.objects.filter(user=person, type__in=SECOND_FACTORS)
    return sorted(set(found.values_list("type", flat=True)))


def without_second_factor() -> list[str]:
    """Return the names of people whose account is open with a password alone."""
    open_ones = Person.objects.filter(is_active=True, one_time_until__isnull=True)
    guarded = Authenticator.objects.filter(type__in=SECOND_FACTORS).values("user_id")
    return sorted(open_ones.exclude(pk__in=guarded).values_list("name", flat=True))


def with_one_time_password() -> list[str]:
    """Return the names of people whose password somebody else has seen."""
    waiting = Person.objects.filter(is_active=True, one_time_until__isnull=False)
    return sorted(waiting.values_list("name", flat=True))


def _give_password(person: Person) -> str:
    password = one_time_password()
    person.set_password(password)
    person.one_time_until = last_day(_today())
    return password


def _is_last_admin(person: Person) -> bool:
    admins = Person.objects.select_for_update().filter(role=Role.ADMIN, is_active=True)
    return [p.pk for p in admins] == [person.pk]
