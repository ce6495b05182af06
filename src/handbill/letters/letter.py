"""A reader's letter: its header and words, signed by a pen, read strictly.

Format: docs/formats/letter.md. Pure: bytes in, values out.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256

from handbill import note
from handbill.errors import FormatError, NeedsNewer, SignatureInvalid
from handbill.keys.gate import verify as holds
from handbill.keys.values import Signer
from handbill.letters.counting import VERSION as COUNTING
from handbill.letters.counting import count
from handbill.letters.pen import Pen

VERSION = 1
MAX_LETTER_BYTES = 32 << 10
MAX_NAME, MAX_MARKS = 60, 16
DESK, PEN = "desk", "pen"
WHITE = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B)))
WHITE += "\u2028\u2029\u202f\u205f\u3000\ufeff"
"""White space, the same in every language and version: Unicode's, and the byte order mark."""


class Kind(StrEnum):
    """What a letter asks for."""

    LETTER = "letter"
    REPLY = "reply"
    WITHDRAW = "withdraw"
    BURN = "burn"
    APPEAL = "appeal"
    REQUEST = "request"
    TRANSCRIPT = "transcript"


_WITH_STORY = {Kind.LETTER, Kind.REPLY, Kind.TRANSCRIPT}
_WITH_PARENT = {Kind.REPLY, Kind.WITHDRAW, Kind.APPEAL}
_WITH_BODY = {Kind.LETTER, Kind.REPLY, Kind.APPEAL, Kind.TRANSCRIPT}
_NO_BODY = {Kind.WITHDRAW, Kind.BURN}
_NO_RULES = {Kind.WITHDRAW, Kind.BURN}
_NO_NAME = {Kind.WITHDRAW, Kind.BURN, Kind.REQUEST}

_ITEM = r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?"
_NUMBER = r"[1-9][0-9]{0,8}"
_SHAPES = {
    "to": (r"[0-9a-f]{64}", "64 hex digits in lower case"),
    "edition": (rf"{_NUMBER} [0-9a-f]{{32}}", "a number, a space and 32 hex digits"),
    "seal": (r"[0-9a-f]{16}", "16 hex digits in lower case"),
    "kind": ("|".join(Kind), "one of " + ", ".join(Kind)),
    "story": (rf"(?:{_ITEM})?", "the id of a story or nothing"),
    "parent": (r"(?:[0-9a-f]{16})?", "the 16 hex digits of a letter or nothing"),
    "rules": (
        rf"(?:{_NUMBER} [0-9a-f]{{64}})?",
        "a version, a space and 64 hex digits, or nothing",
    ),
    "language": (r"[a-z0-9-]{1,16}", "a language tag in lower case"),
    "name": (rf"[^\n\u2028\u2029]{{0,{MAX_NAME}}}", f"at most {MAX_NAME} characters"),
    "words": (r"0|[1-9][0-9]{0,5}", "a number"),
    "counting": (_NUMBER, "a number"),
    "marks": (rf"(?:{_ITEM}(?: {_ITEM}){{0,{MAX_MARKS - 1}}})?", f"at most {MAX_MARKS} ids"),
    "erase": (r"(?:yes)?", "yes or nothing"),
    "nonce": (r"[0-9a-f]{32}", "32 hex digits in lower case"),
    "receipt": (r"(?:[0-9a-f]{64})?", "64 hex digits in lower case or nothing"),
    "key": (r"[0-9a-f]{64}", "64 hex digits in lower case"),
}
_FIELDS = tuple((n, re.compile(shape), say) for n, (shape, say) in _SHAPES.items())
_NAMES = tuple(_SHAPES)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a writer decides. Ids and hashes are lower-case hex, absent ones empty.

    ``rules_version`` is 0 where ``rules_hash`` is empty. Name and body must be as :func:`tidy_name`
    and :func:`tidy_body` leave them.
    """

    to: str
    edition_number: int
    edition_id: str
    seal: str
    kind: Kind
    story: str
    parent: str
    rules_version: int
    rules_hash: str
    language: str
    name: str
    body: str = field(repr=False)
    marks: tuple[str, ...] = ()
    erase: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter(Draft):
    """A letter that was read, and is nobody's until :func:`verify` has passed it.

    ``words`` and ``counting`` are the writer's claim. ``nfc`` is false where name or body would
    change under NFC: such a letter is held. ``raw`` is the note as it came, ``text`` what is
    signed.
    What would let somebody try phrases stays out of ``repr``.
    """

    words: int
    counting: int
    nonce: str = field(repr=False)
    receipt: str = field(repr=False)
    key: bytes = field(repr=False)
    id: str = field(repr=False)
    nfc: bool
    signature: note.SignatureLine = field(repr=False)
    raw: bytes = field(repr=False)
    text: str = field(repr=False)


def tidy_body(text: str) -> str:
    """Make what somebody typed fit for a body: NFC, line feeds, no controls, no white ends."""
    text = re.sub("\r\n|[\r\x85\u2028\u2029]", "\n", text).replace("\t", " ")
    text = re.sub("[\x00-\x09\x0b-\x1f\x7f-\x9f]", "", text)
    text = re.sub("[\ud800-\udfff]", "\ufffd", text)
    return unicodedata.normalize("NFC", text).strip(WHITE)


def tidy_name(text: str) -> str:
    """Make what somebody typed fit for a name: as a body, on one line."""
    return tidy_body(text).replace("\n", " ")


def letter_id(text: bytes) -> str:
    """Return the id of the letter whose signed text this is."""
    return sha256(text).hexdigest()


def compose(draft: Draft, pen: Pen, nonce: bytes) -> bytes:
    """Write and sign a letter; ``nonce`` is 16 random bytes.

    Raises:
        FormatError, TooLarge
    """
    text = _render(draft, nonce, pen.receipt_key, pen.public)
    return _signed(text, PEN, pen)


def transcribe(draft: Draft, signer: Signer, nonce: bytes) -> bytes:
    """Write the transcript of a letter that came on paper or by voice, signed by the desk.

    Raises:
        FormatError, TooLarge
    """
    return _signed(_render(draft, nonce, b"", signer.public), DESK, signer)


def _render(draft: Draft, nonce: bytes, receipt: bytes, public: bytes) -> str:
    rules = f"{draft.rules_version} {draft.rules_hash}" if draft.rules_hash else ""
    values: Iterable[tuple[str, object]] = (
        ("to", draft.to),
        ("edition", f"{draft.edition_number} {draft.edition_id}"),
        ("seal", draft.seal),
        ("kind", draft.kind),
        ("story", draft.story),
        ("parent", draft.parent),
        ("rules", rules),
        ("language", draft.language),
        ("name", draft.name),
        ("words", count(draft.body)),
        ("counting", COUNTING),
        ("marks", " ".join(draft.marks)),
        ("erase", "yes" if draft.erase else ""),
        ("nonce", nonce.hex()),
        ("receipt", receipt.hex()),
        ("key", public.hex()),
    )
    return note.header("letter", VERSION, values) + (f"\n{draft.body}\n" if draft.body else "")


def _signed(text: str, name: str, signer: Signer) -> bytes:
    """Sign a text, and read it back: what we would refuse is never written."""
    try:
        message = text.encode()
    except UnicodeEncodeError as error:
        raise FormatError("letter: holds half a surrogate pair, expected text") from error
    line = note.signature_line(name, signer.public, signer.sign(message))
    data = f"{text}\n{line}".encode()
    letter = parse(data)
    if not letter.nfc or letter.text != text:
        raise FormatError("letter: name or body is not in NFC")
    return data


def parse(data: bytes) -> Letter:
    """Read a letter's form; whose it is, only :func:`verify` says.

    Raises:
        FormatError, NeedsNewer, TooLarge
    """
    read = note.parse(data, limit=MAX_LETTER_BYTES, nfc=False)
    header, blank, body = read.text.partition("\n\n")
    found = note.fields(header, "letter", VERSION, _NAMES)
    for number, (name, shape, expected) in enumerate(_FIELDS, 3):
        if not shape.fullmatch(found[name]):
            got = found[name][:80]
            raise FormatError(f"letter: line {number}: {name}: expected {expected}, got {got!r}")
    letter = _letter(found, body[:-1], read, data)
    _check_kind(letter)
    _check_text(letter, bool(blank))
    return letter


def _letter(found: dict[str, str], body: str, read: note.Note, raw: bytes) -> Letter:
    if len(read.signatures) != 1:
        raise FormatError(f"letter: expected 1 signature line, got {len(read.signatures)}")
    if found["counting"] != str(COUNTING):
        raise NeedsNewer(f"letter: counting {found['counting']}, this release knows {COUNTING}")
    number, _, edition_id = found["edition"].partition(" ")
    rules_version, _, rules_hash = found["rules"].partition(" ")
    return Letter(
        to=found["to"],
        edition_number=int(number),
        edition_id=edition_id,
        seal=found["seal"],
        kind=Kind(found["kind"]),
        story=found["story"],
        parent=found["parent"],
        rules_version=int(rules_version or 0),
        rules_hash=rules_hash,
        language=found["language"],
        name=found["name"],
        body=body,
        marks=tuple(found["marks"].split()),
        erase=found["erase"] == "yes",
        words=int(found["words"]),
        counting=COUNTING,
        nonce=found["nonce"],
        receipt=found["receipt"],
        key=bytes.fromhex(found["key"]),
        id=letter_id(read.text.encode()),
        nfc=unicodedata.is_normalized("NFC", read.text),
        signature=read.signatures[0],
        raw=raw,
        text=read.text,
    )


def _check_kind(letter: Letter) -> None:
    """Check what each kind must and must not carry."""
    kind = letter.kind
    desk = kind is Kind.TRANSCRIPT
    wrong = (
        ("story", not letter.story and kind in _WITH_STORY),
        ("parent", not letter.parent and kind in _WITH_PARENT),
        ("parent", bool(letter.parent) and kind not in _WITH_PARENT and not desk),
        ("rules", not letter.rules_hash and kind not in _NO_RULES),
        ("name", not letter.name and kind not in _NO_NAME),
        ("erase", letter.erase and kind is not Kind.BURN),
        ("receipt", bool(letter.receipt) and desk),
        ("marks", len(set(letter.marks)) < len(letter.marks)),
        ("body", not letter.body and kind in _WITH_BODY),
        ("body", bool(letter.body) and kind in _NO_BODY),
        ("signature", letter.signature.name != (DESK if desk else PEN)),
    )
    for name, is_wrong in wrong:
        if is_wrong:
            raise FormatError(f"letter: {name} is not what a {kind} has")


def _check_text(letter: Letter, has_blank: bool) -> None:
    if letter.name != letter.name.strip(WHITE):
        raise FormatError("letter: line 11: name begins or ends with white space")
    if has_blank and (not letter.body or letter.body != letter.body.strip(WHITE)):
        raise FormatError("letter: the body is empty, or begins or ends with white space")


def verify(letter: Letter, desk_key: bytes | None) -> None:
    """Check that a letter is by the key that it names, and a transcript by ``desk_key``.

    Raises:
        SignatureInvalid
    """
    if letter.kind is Kind.TRANSCRIPT and letter.key != desk_key:
        raise SignatureInvalid("letter: a transcript by another key than the desk's")
    line = letter.signature
    if line.key_hash != note.key_hash(line.name, letter.key):
        raise SignatureInvalid("letter: the signature line names another key than the header")
    if not holds(letter.key, letter.text.encode(), line.signature):
        raise SignatureInvalid("letter: the signature does not hold")
