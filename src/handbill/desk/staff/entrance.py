"""The forms of the door: allauth's, in our words and without placeholders."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.totp import forms as totp
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from handbill.desk.staff.codes import MAX_CODE

MAX_PASSWORD = 200  # hashing more would be work for nothing


def _words(form: Any, labels: dict[str, Any], first: str) -> None:
    for name, field in form.fields.items():
        field.label = labels.get(name, field.label)
        field.help_text = ""
        field.widget.attrs.pop("placeholder", None)
        if "password" in name:
            field.max_length = MAX_PASSWORD
            field.widget.attrs.update({"maxlength": MAX_PASSWORD, "dir": "ltr"})
    form.fields[first].widget.attrs["autofocus"] = True


class LoginForm(account.LoginForm):  # type: ignore[misc]  # allauth is untyped
    """Name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _words(self, {"login": _("Name"), "password": _("Password")}, "login")
        self.fields["login"].widget.attrs.update({"autocapitalize": "none", "spellcheck": "false"})

    def clean_login(self) -> str:
        """Read a name as it is kept."""
        return str(super().clean_login()).casefold()


class ReauthenticateForm(account.ReauthenticateForm):  # type: ignore[misc]
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _words(self, {"password": _("Password")}, "password")


class ChangePasswordForm(account.ChangePasswordForm):  # type: ignore[misc]
    """A new password, which is not the old one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "oldpassword": _("Current password"),
            "password1": _("New password"),
            "password2": _("New password, once more"),
        }
        _words(self, labels, "oldpassword")

    def clean(self) -> Any:
        """Refuse the old password as the new one."""
        cleaned: dict[str, Any] = super().clean()
        if "password2" in self.errors:
            self.errors["password2"] = self.error_class([_("The two are not the same.")])
        new = cleaned.get("password1")
        if new and new == cleaned.get("oldpassword"):
            self.add_error("password1", ValidationError(_("This is the old password.")))
        return cleaned


class ActivateForm(totp.ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label, field.max_length = _("Code"), MAX_CODE
        field.widget.attrs = {
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "maxlength": MAX_CODE,
            "dir": "ltr",
        }
