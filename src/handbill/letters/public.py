"""The two words that readers see of a pen. Format: docs/formats/discussion.md."""

from handbill.keys.words import word_list


def pen_words(fingerprint: str) -> str:
    """Return the words that tell a pen apart from others of the same name.

    ``fingerprint`` is the beginning, in hex, of an HMAC of its key under the desk's secret: without
    the secret nobody can try phrases on it.
    """
    drawn, words = int(fingerprint[:8], 16), word_list("en")
    return f"{words[drawn & 2047]}-{words[drawn >> 11 & 2047]}"
