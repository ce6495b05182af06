"""The words of findings for moderators, from the catalogues in ``locale/``."""

import json
from functools import cache
from importlib import resources

from handbill.rules.finding import Finding

LANGUAGES = ("en", "ko", "es", "fa")


def say(finding: Finding, language: str) -> str:
    """Return a finding's reason in a moderator's language, in English where there is no catalogue.

    A reason that no catalogue knows is shown as its key: a finding is never without words.
    """
    phrase = catalogue(language).get(finding.reason, f"{finding.reason}: {{words}}")
    return phrase.replace("{words}", finding.words)


@cache
def catalogue(language: str) -> dict[str, str]:
    """Return the phrases of a language, or of English."""
    base = language.partition("-")[0]
    name = f"{base if base in LANGUAGES else 'en'}.json"
    source = resources.files("handbill.rules").joinpath("locale", name)
    return {str(k): str(v) for k, v in json.loads(source.read_text("utf-8")).items()}
