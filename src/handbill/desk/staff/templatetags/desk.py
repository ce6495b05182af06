"""``{% asset %}``: the address of one of our files. Built into every staff template."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from django.template import Library
from django.urls import reverse

from handbill.desk.serving.assets import asset as find

register = Library()


@register.simple_tag
def asset(name: str) -> str:
    """Return the address of a file that some room keeps in its folder ``assets``."""
    found = find(name)
    return f"{reverse('asset', args=[name])}?{found.digest}"


@register.filter
def in_fours(text: str) -> str:
    """Cut a code into groups that a person can copy."""
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


@register.filter
def as_json(value: Any) -> str:
    """Write what passkey.js reads from an attribute; the template escapes it."""
    return json.dumps(value, cls=_Plain, separators=(",", ":"))


class _Plain(json.JSONEncoder):
    def default(self, o: Any) -> Any:
        """Mappings of fido2 are no dictionaries, and its bytes are base64url in JSON."""
        if isinstance(o, bytes):
            return base64.urlsafe_b64encode(o).rstrip(b"=").decode("ascii")
        return dict(o) if isinstance(o, Mapping) else super().default(o)
