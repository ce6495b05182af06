"""What allauth asks of a project: no sign-up, no e-mail, no address of anybody, own words."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from nacl.encoding import Base64Encoder
from nacl.secret import SecretBox

from handbill.desk.secrets import derive
from handbill.desk.staff.models import Person

_TRY_AGAIN = _("Name or password is wrong, or there were too many attempts. Wait, then try again.")
_CODE = _("This code is wrong, or was used before. Wait for the next one.")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Logging in and out."""

    # One sentence for all, so that nobody learns which names there are.
    error_messages = {  # noqa: RUF012
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _TRY_AGAIN,
        "too_many_login_attempts": _TRY_AGAIN,
        "account_inactive": _TRY_AGAIN,
        "invalid_login": _TRY_AGAIN,
        "incorrect_password": _("This password is wrong."),
        "enter_current_password": _("Type your current password."),
        "incorrect_code": _CODE,
        "rate_limited": _("Too many attempts. Wait a few minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account for themselves."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send nothing, ever."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Send nothing, ever."""

    def add_message(self, *args: Any, message: str | None = None, **kwargs: Any) -> None:
        """Drop allauth's own messages: our pages say what happened."""
        if message:
            super().add_message(*args, message=message, **kwargs)

    def get_client_ip(self, request: HttpRequest) -> str:
        """One address for everybody: limits hold for the desk, and no address is kept."""
        return "0.0.0.0"  # noqa: S104  (nothing is bound to it)

    def get_http_user_agent(self, request: HttpRequest) -> str:
        """Which browser somebody has is nobody's business."""
        return ""

    def set_password(self, user: Person, password: str) -> None:
        """Set a new password, and nothing else: role and account may be others since it was typed.

        Raises:
            PermissionDenied: the account was closed meanwhile, or got another password.
        """
        before = user.password
        user.set_password(password)  # hashing takes long enough for somebody else's click
        same = Person.objects.filter(pk=user.pk, is_active=True, password=before)
        if not same.update(password=user.password):
            raise PermissionDenied

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """After a new password: on to what is still missing, else to the desk."""
        return reverse("home")

    def is_safe_url(self, url: str) -> bool:
        """Only paths on this desk: an address with a host leads nowhere."""
        return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """How a person can confirm that it is them, in our words."""
        words = {
            "reauthenticate": _("With the password"),
            "mfa_reauthenticate": _("With a code"),
            "mfa_reauthenticate:webauthn": _("With a passkey"),
        }
        ways = super().get_reauthentication_methods(user)
        return [{**way, "description": words[way["id"]]} for way in ways]

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Turn away who may not come in, as if the password were wrong."""
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if isinstance(user, Person) and not _may_come_in(user):
            return None
        return user

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        """Say nothing about an account that is closed."""
        return redirect("account_login")


def _may_come_in(person: Person) -> bool:
    return person.is_active and not person.expired(timezone.now().date())


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The second factor."""

    error_messages = {  # noqa: RUF012
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _CODE,
    }

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        """What an authenticator app calls this account."""
        return str(user)

    def get_totp_issuer(self) -> str:
        """What an authenticator app calls this desk: no name that a search of a phone betrays."""
        return str(getattr(settings, "DESK_LABEL", "desk"))

    def _get_site_name(self) -> str:
        return self.get_totp_issuer()

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Any) -> str:  # noqa: A002
        """What a passkey is called where nobody gives it a name."""
        count = Authenticator.objects.filter(user=user, type=type).count()
        return gettext("Key {number}").format(number=count + 1)

    def encrypt(self, text: str) -> str:
        """Encrypt a secret for the database."""
        return _box().encrypt(text.encode(), encoder=Base64Encoder).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt a secret from the database."""
        return _box().decrypt(encrypted_text.encode("ascii"), encoder=Base64Encoder).decode()


def _box() -> SecretBox:
    return SecretBox(derive(str(settings.SECRET_KEY).encode(), "second factor"))
