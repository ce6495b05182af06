"""What came from the plain form: read, judged, sealed at once. Pure but for the seal's own key."""

import re
from dataclasses import dataclass, field
from html import escape
from urllib.parse import parse_qs

from handbill.desk.site.told import Told
from handbill.errors import FormatError, TooLarge
from handbill.letters import draft as drafts
from handbill.letters.letter import MAX_NAME, Draft, Kind, tidy_body, tidy_name
from handbill.letters.seal import key_id, seal
from handbill.reader.words import words

MAX_BODY_BYTES = 48 << 10
_MOST_FIELDS = 12
_KEY = re.compile(r"[0-9a-f]{16}")
_TAG = re.compile(r"[a-z0-9-]{1,16}")


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it came, tidied."""

    text: str = field(repr=False)
    name: str = field(repr=False)
    language: str
    parent: str
    agreed: bool


def read(body: bytes) -> Filled:
    """Read what a browser posted.

    Raises:
        FormatError: no browser posts this.
    """
    try:
        given = parse_qs(
            body.decode("ascii"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="replace",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError as error:
        raise FormatError("form: is none that a browser sends") from error

    def one(name: str) -> str:
        return given.get(name, [""])[0]

    language, parent = one("language"), one("parent")
    return Filled(
        tidy_body(one("text")),
        tidy_name(one("name")),
        language if _TAG.fullmatch(language) else "und",
        parent if _KEY.fullmatch(parent) else "",
        one("agree") == "yes",
    )


def problems(filled: Filled) -> list[str]:
    """Return what is missing, as keys of the catalogue."""
    wrong = (
        ("form.need_text", not filled.text),
        ("form.need_name", not filled.name),
        ("form.name_long", len(filled.name) > MAX_NAME),
        ("form.need_agree", not filled.agreed),
    )
    return [key for key, is_wrong in wrong if is_wrong]


def sealed(told: Told, story: str, filled: Filled) -> bytes:
    """Seal a draft to the edition's key: from here on nobody but the desk can read it.

    Raises:
        TooLarge, FormatError
    """
    draft = Draft(
        to=told.newsroom,
        edition_number=told.edition,
        edition_id=told.edition_id,
        seal=key_id(told.seal),
        kind=Kind.TRANSCRIPT,
        story=story,
        parent=filled.parent,
        rules_version=told.rules[0],
        rules_hash=told.rules[1],
        language=filled.language,
        name=filled.name,
        body=filled.text,
    )
    return seal(drafts.write(draft), told.seal)


def fits(told: Told, story: str, filled: Filled) -> bytes | None:
    """Return the sealed draft, or None where it is too long to be sealed."""
    try:
        return sealed(told, story, filled)
    except TooLarge:
        return None


def again(page: bytes, filled: Filled, wrong: list[str]) -> bytes:
    """Return the form's page with what was typed in it, and what is to be mended."""
    text = page.decode()
    found = re.search(r'<html lang="([^"]*)"', text)
    say = words(found[1] if found else "en")
    listed = "".join(f"<li>{escape(say.text[key])}</li>" for key in wrong)
    said = f'<div class="problems" role="alert"><p>{escape(say.text["form.problems"])}</p>'
    text = text.replace("<!--said-->", f"{said}<ul>{listed}</ul></div>", 1)
    # A browser drops the first line feed of a text area.
    text = text.replace("</textarea>", f"\n{escape(filled.text)}</textarea>", 1)
    empty = 'spellcheck="false" value=""'
    text = text.replace(empty, f'spellcheck="false" value="{escape(filled.name)}"', 1)
    for old in (filled.parent, filled.language):
        if old:
            text = text.replace(f'<option value="{old}"', f'<option selected value="{old}"', 1)
    return text.encode()
