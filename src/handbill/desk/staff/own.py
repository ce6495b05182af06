"""A person's own pages: the door, the account, sessions, language."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import get_totp_secret
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from handbill.desk.staff import events, picturing, staffing
from handbill.desk.staff.language import keep, offered
from handbill.desk.staff.models import Session
from handbill.desk.staff.needs import StaffRequest, needs, open_to_all, open_to_staff
from handbill.desk.staff.roles import Role
from handbill.desk.staff.sessions import row_key


@needs(Role.MODERATOR)
@require_safe
def home(request: StaffRequest) -> HttpResponse:
    """Lead to the queue, where there is one."""
    try:
        return redirect(reverse("queue"))
    except NoReverseMatch:
        return redirect("account")


@open_to_all  # a reverse proxy or supervisor asks; it learns nothing but whether the desk works
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Say whether this worker reaches its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", "text/plain")


@open_to_all  # people read the login page in their language
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the chosen language and go back."""
    code, back = request.POST.get("language", ""), request.POST.get("next", "/")
    safe = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    response = redirect(back if safe else "/")
    if offered(code):
        keep(request, response, code)
    return response


@needs(Role.MODERATOR)
@require_safe
def account(request: StaffRequest) -> HttpResponse:
    """Show what a person can do about their own account."""
    count = Session.objects.filter(person=request.person).count()
    shown = {"sessions": count, "second": staffing.second_factor(request.person)}
    return render(request, "staff/account.html", shown)


@needs(Role.MODERATOR)
@require_safe
def sessions(request: StaffRequest) -> HttpResponse:
    """List where a person is logged in, by when alone."""
    here = row_key(request.session.session_key or "")
    rows = Session.objects.filter(person=request.person).order_by("-began")
    return render(request, "staff/sessions.html", {"rows": rows, "here": here})


@needs(Role.MODERATOR)
@require_POST
def end_sessions(request: StaffRequest) -> HttpResponse:
    """End one session of one's own, or all but this one."""
    chosen = request.POST.get("session", "")
    if chosen:
        Session.objects.filter(person=request.person, session_key=chosen).delete()
    else:
        events.end_other_sessions(request, request.person)
    return redirect("sessions")


@open_to_staff  # who sets the second factor up has none yet
@require_safe
def picture(request: StaffRequest) -> HttpResponse:
    """Draw the secret that is being set up as a QR code: PNG, as Tor Browser may refuse SVG."""
    if "mfa.totp.secret" not in request.session:
        raise Http404
    address = get_adapter().build_totp_url(request.person, get_totp_secret())
    return HttpResponse(picturing.qr_png(address), "image/png")
