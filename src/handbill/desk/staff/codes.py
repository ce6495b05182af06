"""Codes of an authenticator app, each of which counts once (RFC 6238 §5.2)."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt
from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

_LAST = "last"
MAX_CODE = 32


def used_for_the_first_time(authenticator: Authenticator, code: str) -> bool:
    """Whether no code of this moment or a later one was used; remembers that it is used now.

    allauth forgets a used code after 30 seconds, but takes it for 90 where clocks may be wrong.
    """
    digits = "".join(c for c in code if c.isalnum())
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
        secret = decrypt(row.data["secret"])
        fits = [
            counter
            for counter in yield_hotp_counters_from_time()
            if constant_time_compare(format_hotp_value(hotp_value(secret, counter)), digits)
        ]
        if not fits or max(fits) <= row.data.get(_LAST, 0):
            return False
        row.data[_LAST] = max(fits)
        row.save(update_fields=["data"])
    return True


class _Once(forms.BaseAuthenticateForm):  # type: ignore[misc]  # allauth is untyped
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label = _("Code")
        field.max_length = MAX_CODE
        field.widget.attrs = {
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "autofocus": True,
            "maxlength": MAX_CODE,
            "dir": "ltr",
        }

    def clean_code(self) -> str:
        """Refuse a code that was used before."""
        code: str = super().clean_code()
        found = self.authenticator
        if found.type == Authenticator.Type.TOTP and not used_for_the_first_time(found, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(_Once, forms.AuthenticateForm):  # type: ignore[misc]
    """The second step of logging in."""


class ReauthenticateForm(_Once, forms.ReauthenticateForm):  # type: ignore[misc]
    """A code before something that needs care."""
