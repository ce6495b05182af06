"""Forms about people."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from handbill.desk.staff.models import Person
from handbill.desk.staff.roles import Role

NAME = RegexValidator(
    r"\A[^\W_](?:[\w.-]{0,30}[^\W_])?\Z",
    _("Use letters, digits, dots and hyphens: at most 32, with a letter or digit at both ends."),
)
ROLES = (
    (Role.MODERATOR.value, _("Moderator: judges letters")),
    (Role.EDITOR.value, _("Editor: also opens and closes threads, picks letters, blocks pens")),
    (Role.ADMIN.value, _("Admin: also invites people and changes settings")),
)


class RoleForm(forms.Form):
    """Chooses a role."""

    role = forms.ChoiceField(label=_("Role"), choices=ROLES)

    @property
    def rank(self) -> Role:
        """The chosen role."""
        return Role(self.cleaned_data["role"])


class InviteForm(RoleForm):
    """Names a new person."""

    name = forms.CharField(
        label=_("Name"),
        max_length=32,
        validators=[NAME],
        help_text=_("To log in with, seen by the staff alone. A made-up name is a good name."),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none"}),
    )
    field_order = ("name", "role")

    def clean_name(self) -> Any:
        """Refuse a name that somebody has or had."""
        name = Person.normalize_username(self.cleaned_data["name"]).casefold()
        if Person.objects.filter(name=name).exists():
            raise ValidationError(_("Somebody has or had this name."))
        return name
