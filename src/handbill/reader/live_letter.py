"""The letter page on the live site: an edition's own ``letter.html``, which here can also send.

Pure. Its scripts are the edition's, byte for byte; before and behind them stands what sends. So the
policy names another hash, and allows connections to the site that it came from and to no other.
"""

import json
import re
from functools import cache
from html import escape

from handbill.errors import FormatError
from handbill.reader.letter_page import data_in_script, lean
from handbill.reader.verify_page import hashed, source
from handbill.reader.words import LANGUAGES, words

_SCRIPT = re.compile(r"(.*<script>)(var H = \{ data: [^\n]*\};\n)(.*)(</script>.*)", re.DOTALL)
_POLICY = re.compile(r"script-src 'sha256-[^']*'")
_NOSCRIPT = re.compile(r"<noscript>.*?</noscript>", re.DOTALL)


def live_letter(page: bytes) -> bytes:
    """Return the page with a button that sends.

    Raises:
        FormatError: it is no letter page that this release knows.
    """
    found = _SCRIPT.fullmatch(page.decode("utf-8", "replace"))
    if not found or not _POLICY.search(found[1]):
        raise FormatError("letter.html: is no letter page as this release makes them")
    before, data, scripts, after = found.groups()
    script = f"{data}H.data.live = {_sayings()};\n{_sending()}{scripts}H.live.start();\n"
    policy = f"script-src {hashed(script)}; connect-src 'self'"
    before = _POLICY.sub(lambda _: policy, before, count=1)
    before = _NOSCRIPT.sub(lambda _: _without(), before, count=1)
    return f"{before}{script}{after}".encode()


@cache
def _sayings() -> str:
    return data_in_script({tag: _said(tag) for tag in LANGUAGES})


@cache
def _sending() -> str:
    return lean(source("letterpage/live/live.js"))


def _said(tag: str) -> dict[str, str]:
    return dict(json.loads(source(f"letterpage/live/{tag}.json")))


@cache
def _without() -> str:
    """Return what stands there without JavaScript: the way to the plain form."""
    lines = [
        f'<p class="plain" lang="{tag}" dir="auto">{escape(words(tag).text["live.plain"])}:'
        f' <a href="index.html">index.html</a></p>'
        for tag in LANGUAGES
    ]
    return f"<noscript>{''.join(lines)}</noscript>"
