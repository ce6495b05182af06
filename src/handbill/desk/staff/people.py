"""Pages for admins: who is at the desk, inviting, roles, closing an account."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from handbill.desk.staff import staffing
from handbill.desk.staff.forms import InviteForm, RoleForm
from handbill.desk.staff.guard import SECOND_FACTORS
from handbill.desk.staff.models import Person
from handbill.desk.staff.needs import StaffRequest, confirmed, needs
from handbill.desk.staff.roles import Role


@needs(Role.ADMIN)
@require_safe
def everybody(request: StaffRequest) -> HttpResponse:
    """List everybody who is or was at the desk."""
    guarded = set(
        Person.objects.filter(authenticator__type__in=SECOND_FACTORS).values_list("pk", flat=True)
    )
    people = list(Person.objects.order_by("-is_active", "number"))
    return render(request, "staff/people.html", {"people": people, "guarded": guarded})


@needs(Role.ADMIN)
@confirmed
def invite(request: StaffRequest) -> HttpResponse:
    """Make an account with a one-time password, shown once."""
    form = InviteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        person, password = staffing.invite(form.cleaned_data["name"], form.rank)
        return _shown_once(request, person, password)
    return render(request, "staff/invite.html", {"form": form})


@needs(Role.ADMIN)
@confirmed
@require_safe
def one(request: StaffRequest, number: int) -> HttpResponse:
    """Show one person and what can be done about their account."""
    person = get_object_or_404(Person, pk=number)
    return _page(request, person, RoleForm(initial={"role": person.role}))


@needs(Role.ADMIN)
@confirmed
@require_POST
def change_role(request: StaffRequest, number: int) -> HttpResponse:
    """Give a person another role."""
    person = get_object_or_404(Person, pk=number)
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _page(request, person, form, status=400)
    return _done(request, person, staffing.change_role(person, form.rank))


@needs(Role.ADMIN)
@confirmed
@require_POST
def new_password(request: StaffRequest, number: int) -> HttpResponse:
    """Replace a lost password and second factor by a one-time password, shown once."""
    person = get_object_or_404(Person, pk=number, is_active=True)
    return _shown_once(request, person, staffing.new_password(person))


@needs(Role.ADMIN)
@confirmed
@require_POST
def close(request: StaffRequest, number: int) -> HttpResponse:
    """Close an account; its number stays taken and what was decided stays decided."""
    person = get_object_or_404(Person, pk=number)
    return _done(request, person, staffing.close(person))


@needs(Role.ADMIN)
@confirmed
@require_POST
def reopen(request: StaffRequest, number: int) -> HttpResponse:
    """Open a closed account again, with a one-time password."""
    person = get_object_or_404(Person, pk=number, is_active=False)
    return _shown_once(request, person, staffing.reopen(person))


def _page(
    request: HttpRequest, person: Person, form: RoleForm, *, status: int = 200
) -> HttpResponse:
    shown = {"shown": person, "form": form, "second": staffing.second_factor(person)}
    return render(request, "staff/person.html", shown, status=status)


def _shown_once(request: HttpRequest, person: Person, password: str) -> HttpResponse:
    shown = {"shown": person, "password": password}
    return render(request, "staff/one_time.html", shown)


def _done(request: HttpRequest, person: Person, done: bool) -> HttpResponse:
    if done:
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("There must be another admin before this can be done."))
    return redirect("person", number=person.number)
