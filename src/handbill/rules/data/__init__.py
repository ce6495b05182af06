"""The edge of the house rules: reads the lists that lie in this folder, and nothing else."""

from functools import cache
from importlib import resources

from handbill.rules.lexicons import LANGUAGES, Lexicon, parse


@cache
def lexicon(language: str) -> Lexicon:
    """Return the packaged list of a language.

    Raises:
        KeyError: there is none.
    """
    if language not in LANGUAGES:
        raise KeyError(language)
    file = resources.files(__package__).joinpath(language, "lexicon.txt")
    return parse(file.read_bytes(), language)


def lexicons() -> tuple[Lexicon, ...]:
    """Return every packaged list."""
    return tuple(lexicon(language) for language in LANGUAGES)
