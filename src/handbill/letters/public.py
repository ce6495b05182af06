"""What readers may know of a letter and a pen: names under the desk's secret, and nothing else.

Format: docs/formats/discussion.md. Without the secret neither can be tried against a phrase.
"""

import hmac

from handbill.keys.words import word_list

_DIGITS = 16


def public_name(desk_secret: bytes, letter_id: str) -> str:
    """Return the 16 hex digits by which readers name a letter."""
    data = b"letter" + bytes.fromhex(letter_id)
    return hmac.digest(desk_secret, data, "sha256").hex()[:_DIGITS]


def fingerprint(desk_secret: bytes, public_key: bytes) -> str:
    """Return the two words that tell a pen apart from others of the same name."""
    drawn = int.from_bytes(hmac.digest(desk_secret, b"pen" + public_key, "sha256")[:4], "big")
    words = word_list("en")
    return f"{words[drawn & 2047]}-{words[drawn >> 11 & 2047]}"
