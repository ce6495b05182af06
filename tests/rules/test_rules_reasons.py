"""Every reason that a screen gives has words in every moderator's language."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest
from filed import context, letter

from handbill.rules.reasons import LANGUAGES, catalogue, say
from handbill.rules.screens import Fault
from handbill.rules.screens.privacy import PrivacyScreen

REASON = re.compile(r"(?:opened|length|hidden|name|twin|private|protected|screen)-[a-z-]*[a-z]")


def given() -> set[str]:
    """Collect the reasons that stand in the screens' code."""
    found = {f"opened-{fault}" for fault in Fault} | {"score"}
    root = resources.files("handbill.rules")
    for path in [
        *Path(str(root)).glob("screens/*.py"),
        *Path(str(root)).glob("screens/private/*.py"),
    ]:
        constants = [
            n.value
            for n in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(n, ast.Constant)
        ]
        found.update(c for c in constants if isinstance(c, str) and REASON.fullmatch(c))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_words(language: str) -> None:
    words = catalogue(language)
    assert given() <= words.keys()
    assert words.keys() == catalogue("en").keys()
    for reason, phrase in words.items():
        assert phrase.strip()
        assert ("{words}" in phrase) == ("{words}" in catalogue("en")[reason]), reason


def test_a_finding_is_said_in_the_moderators_language() -> None:
    (found,) = PrivacyScreen()(letter(body="call (212) 456-7890"), context())
    assert say(found, "ko") == "전화번호: (212) •••-••••"
    assert say(found, "es-MX") == "Un número de teléfono: (212) •••-••••"
    assert say(found, "sw") == "A telephone number: (212) •••-••••"
    assert say(replace(found, reason="of-tomorrow"), "ko") == "of-tomorrow: (212) •••-••••"
