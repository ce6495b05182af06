"""The vectors of letters: pens, letters, seals, receipts, counting. Run by ``vectors.py``."""

import base64
import json
import sys
import unicodedata
import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict
from hashlib import sha256, shake_256
from pathlib import Path
from typing import Any

from nacl import bindings
from nacl.encoding import RawEncoder
from nacl.hash import generichash

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests/letters")]
from letter_samples import BARE, DESK, NONCE, PEN, draft  # noqa: E402

from handbill import note  # noqa: E402
from handbill.errors import HandbillError  # noqa: E402
from handbill.keys.words import word_list  # noqa: E402
from handbill.letters import counting, letter, pen, receipts, seal  # noqa: E402

ORDER_8 = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
NEUTRAL = (1).to_bytes(32, "little")


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _code(work: Callable[[], object]) -> str | None:
    """Return the code of the error that ``work`` ends in."""
    try:
        work()
    except HandbillError as error:
        return error.code
    return None


def pens() -> list[dict[str, Any]]:
    """Phrases as they are typed, and what keys are made of; null where they are refused."""
    phrases = dict(_phrases())
    rows: list[dict[str, Any]] = []
    for name, typed in phrases.items():
        refused = _code(lambda typed=typed: pen.canonical(typed))  # type: ignore[misc]
        text = None if refused else pen.canonical(typed).decode()
        bits = 0 if refused else pen.strength_bits(typed)
        rows.append({"name": name, "typed": typed, "canonical": text, "bits": bits})
    for name, newsroom in (
        ("six words", "5f" * 32),
        ("six words", "60" * 32),
        ("own words in Persian, three numbers", "5f" * 32),
    ):
        made = pen.derive(pen.canonical(phrases[name]), newsroom)
        rows.append(
            {
                "name": f"keys of: {name}",
                "typed": phrases[name],
                "canonical": pen.canonical(phrases[name]).decode(),
                "bits": pen.strength_bits(phrases[name]),
                "newsroom": newsroom,
                "public": made.public.hex(),
                "receipt": made.receipt_key.hex(),
            }
        )
    return rows


def _phrases() -> Iterator[tuple[str, str]]:
    english, korean, spanish = (word_list(tag) for tag in ("en", "ko", "es"))
    six = (0, 1, 1024, 777, 2046, 2047)
    words = [english[n] for n in six]
    yield "six words", " ".join(words)
    yield "in capitals, hyphens between", "-".join(words).upper()
    yield "hyphens that do not break, white space about", "\u00a0\t" + "\u2011".join(words) + "\n"
    yield (
        "fullwidth letters",
        "".join(chr(ord(c) + 0xFEE0) if c > " " else c for c in " ".join(words)),
    )
    yield "first four letters", " ".join(w[:4] for w in words)
    yield "a slip behind the fourth letter", " ".join([words[0] + "x", *words[1:]])
    yield "twelve words", " ".join(english[n] for n in range(100, 112))
    yield "twenty-four words", " ".join(english[n] for n in range(24))
    yield "twenty-five words are own words", " ".join(english[n] for n in range(25))
    yield "Korean", " ".join(korean[n] for n in six)
    yield "Korean in jamo", " ".join(_nfd(korean[n]) for n in six)
    accents = [n for n, w in enumerate(spanish) if not w.isascii()][:6]
    yield "Spanish", " ".join(spanish[n] for n in accents)
    yield "Spanish in NFD", _nfd(" ".join(spanish[n] for n in accents))
    yield "Spanish without accents", " ".join(_bare(spanish[n]) for n in accents)
    yield "Spanish cut short", " ".join(_bare(spanish[n])[:4] for n in accents)
    both = [w for w in map(_bare, spanish) if w[:4] in {e[:4] for e in english}][:6]
    yield "words of two lists are English", " ".join(both)
    own = "می‌روم به خانه‌ی كوچك"
    yield "own words in Persian, three numbers", f"{own} ۰۰۰۷ ۱۲۳۴ ۲۰۴۷"
    yield (
        "the same from another keyboard",
        f"{own.replace('ی', 'ي').replace(chr(0x200C), '')} 0007 1234 2047",
    )
    yield "own words in Arabic with vowel signs", "ذَهَبْتُ إلى المدرسةِ ٠٠٠٠ ٠٠٠١ ٢٠٤٧"
    yield "the same without", "ذهبت الي المدرسه 0000 0001 2047"
    yield "own words and three of a list", "Straße nach Süden " + " ".join(words[:3])
    yield "the three cut short", "straße nach süden " + " ".join(w[:4] for w in words[:3])
    yield "own words and three in Korean", "나는 집에 간다 " + " ".join(korean[n] for n in six[:3])
    yield "capitals of Greek and Turkish", "ΟΔΟΣ İSTANBUL Iğdır 0001 0002 0003"
    yield "digits of Bengali and mathematics", "one two three ০০০১ 𝟎𝟎𝟎𝟐 0003"
    yield "beyond U+FFFF", "𐐀𐐁 𠀀 😀 0001 0002 0003"
    yield "six numbers", "0000 0001 1024 0777 2046 2047"
    yield "six numbers from a Persian keyboard", "۰۰۰۰ ۰۰۰۱-۱۰۲۴ ۰۷۷۷ ۲۰۴۶ ۲۰۴۷"
    yield "a slip in one of six numbers", "0000 0001 2048 0777 2046 2047"
    yield "twenty-five numbers", " ".join(["0001"] * 25)
    yield "five numbers", "0000 0001 1024 0777 2046"
    yield "five words", " ".join(words[:5])
    yield "nothing", ""
    yield "white space", " \u3000\u00a0"
    yield "own words alone", "we meet by the old river"
    yield "two numbers", "we meet by the old 0001 0002"
    yield "a number too high", "we meet by 0001 0002 2048"
    yield "a number of three digits", "we meet by 0001 0002 003"
    yield "numbers and a word", "we meet by 0001 0002 abandon"
    yield "three of two lists", f"we meet by {english[9]} {english[10]} {korean[3]}"
    yield "401 characters", "a" * 386 + " b c 0001 0002 0003"[:15]
    yield "longer once it is folded", "\ufdfa" * 30 + " b c 0001 0002 0003"


def _nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def _bare(text: str) -> str:
    return "".join(c for c in _nfd(text) if not "\u0300" <= c <= "\u036f")


def letters() -> list[dict[str, Any]]:
    """Drafts with the note that they become (null: refused), then notes as somebody sends them."""
    rows = [_composed(*case) for case in _drafts()]
    rows += [_sent(name, data) for name, data in _sent_notes()]
    return rows


def _drafts() -> Iterator[tuple[str, letter.Draft, pen.Pen]]:
    for kind in letter.Kind:
        if kind is not letter.Kind.TRANSCRIPT:
            yield f"a {kind}", draft(kind), PEN
    yield "by a one-letter pen", draft(), BARE
    yield "a request with a body and a name", draft("request", name="A", body="May I?"), PEN
    yield (
        "a body that looks like a note",
        draft(body="handbill letter 1\n\n— pen AAAA\n\n— pen"),
        PEN,
    )
    yield "the longest name", draft(name="김" * 60), PEN
    yield "characters beyond U+FFFF", draft(name="😀" * 60, body="𠀀 😀"), PEN
    yield "no marks, any language", draft(marks=(), language="zh-hant-hk"), PEN
    yield "a name of many scripts", draft(name="مریم ع\u200c \u202ex"), PEN
    yield "no body", draft(body=""), PEN
    yield "a burn with words", draft("burn", body="Burn it"), PEN
    yield "a burn that spares what is published", draft("burn", erase=False), PEN
    yield "erase in a withdraw", draft("withdraw", erase=True), PEN
    yield "no story", draft(story=""), PEN
    yield "a parent in a letter", draft(parent="12" * 8), PEN
    yield "no parent in a reply", draft("reply", parent=""), PEN
    yield "no rules", draft(rules_version=0, rules_hash=""), PEN
    yield "no name", draft(name=""), PEN
    yield "a name of 61", draft(name="김" * 61), PEN
    yield "a name of two lines", draft(name="a\nb"), PEN
    yield "a name with a line separator", draft(name="a\u2028b"), PEN
    yield "a name with white space behind", draft(name="a\u3000"), PEN
    yield "a body with white space before", draft(body="\u00a0a"), PEN
    yield "a body with a tab", draft(body="a\tb"), PEN
    yield "a body in NFD", draft(body=_nfd("값")), PEN
    yield "17 marks", draft(marks=tuple(f"m{n}" for n in range(17))), PEN
    yield "a mark twice", draft(marks=("a", "b", "a")), PEN
    yield "capitals in the recipient", draft(to="5F" * 32), PEN
    yield "edition 0", draft(edition_number=0), PEN
    yield "more than 32 KiB", draft(body="a" * (32 << 10)), PEN
    yield "a transcript by a pen", draft("transcript"), PEN


def _composed(name: str, made: letter.Draft, by: pen.Pen) -> dict[str, Any]:
    refused = _code(lambda: letter.compose(made, by, NONCE))
    row = {
        "name": name,
        "draft": {**asdict(made), "body": made.body},
        "seed": by.seed.hex(),
        "receipt_key": by.receipt_key.hex(),
        "nonce": NONCE.hex(),
        "refused": refused,
    }
    if refused:
        return {**row, "note": None}
    data = letter.compose(made, by, NONCE)
    read = letter.parse(data)
    return {**row, "note": _base64(data), "id": read.id, "words": read.words}


def _sent(name: str, data: bytes) -> dict[str, Any]:
    def take() -> None:
        letter.verify(letter.parse(data), DESK.public)

    row = {
        "name": name,
        "note": _base64(data),
        "desk_key": DESK.public.hex(),
        "refused": _code(take),
    }
    if row["refused"]:
        return row
    read = letter.parse(data)
    return {**row, "id": read.id, "nfc": read.nfc}


def _resigned(text: str, name: str = "pen", by: pen.Pen = PEN) -> bytes:
    """Sign a text however wrong it is, so that nothing but the text is."""
    line = note.signature_line(name, by.public, by.sign(text.encode()))
    return f"{text}\n{line}".encode()


def _sent_notes() -> Iterator[tuple[str, bytes]]:
    good = letter.compose(draft(), PEN, NONCE)
    text = letter.parse(good).text
    yield "as composed", good
    yield from _desk_notes()
    for name, old, new in _edits():
        if old not in text:
            raise SystemExit(f"letters: {name}: nothing to replace")
        yield name, _resigned(text.replace(old, new, 1))
    yield from _envelopes(good, text)


def _edits() -> Iterator[tuple[str, str, str]]:
    """What is replaced in the text of a good letter, signed again."""
    key = PEN.public.hex()
    yield "another version", "letter 1", "letter 2"
    yield "a need", "needs:", "needs: chain"
    yield "another counting", "counting: 1", "counting: 2"
    yield "version 01", "letter 1", "letter 01"
    yield "another kind of note", "handbill letter", "handbill head"
    yield "a kind of later times", "kind: letter", "kind: poem"
    yield "a field missing", "marks: last-crossing the-last-ferry\n", ""
    yield "a field twice", "erase:\n", "erase:\nerase:\n"
    yield "two fields changed about", "parent:\nrules", "rules:\nparent"
    yield "a space behind an empty field", "parent:\n", "parent: \n"
    yield "no space behind a colon", "kind: letter", "kind:letter"
    yield "two spaces behind a colon", "kind: letter", "kind:  letter"
    yield "a field of nobody", "key: ", "key2: "
    yield "an edition with a leading zero", "edition: 42", "edition: 042"
    yield "an edition of ten digits", "edition: 42", "edition: 1000000000"
    yield "rules of version 0", "rules: 3", "rules: 0"
    yield "words with a leading zero", "words: 7", "words: 07"
    yield "fewer words than nothing", "words: 7", "words: -1"
    yield "words in other digits", "words: 7", "words: ٧"
    yield "hex in capitals", f"key: {key}", f"key: {key.upper()}"
    yield "a key too short", f"key: {key}", f"key: {key[:-2]}"
    yield "the key of somebody else", f"key: {key}", f"key: {BARE.public.hex()}"
    yield "a story with a path", "story: last", "story: ../last"
    yield "a language in capitals", "language: ko", "language: KO"
    yield "erase: no", "erase:", "erase: no"
    yield "marks with two spaces", "last-crossing the", "last-crossing  the"
    yield "a claim of other words passes", "words: 7", "words: 400"
    yield "a name in NFD is held", "김철수", _nfd("김철수")
    yield "a body in NFD is held", "paragraphs", _nfd("값")
    yield "bidi controls and zero widths pass", "paragraphs", "\u202eparagraphs\u200b"
    yield "a control in the name", "김철수", "김\u0007"
    yield "a C1 control in the body", "paragraphs", "para\u0085graphs"
    yield "a name that is white space", "김철수", "\u3000"
    yield "a byte order mark before the body", "The reader", "\ufeffThe reader"
    yield "a body with white space behind", "paragraphs.", "paragraphs. "
    yield "two empty lines before the body", "\n\nThe", "\n\n\nThe"
    yield "a body that ends in an empty line", "paragraphs.\n", "paragraphs.\n\n"


def _desk_notes() -> Iterator[tuple[str, bytes]]:
    desk = letter.transcribe(draft("transcript"), DESK, NONCE)
    text = letter.parse(desk).text
    yield "a transcript", desk
    other = pen.Pen(sha256(b"another desk").digest(), b"")
    yield "a transcript by another desk", letter.transcribe(draft("transcript"), other, NONCE)
    changed = text.replace(DESK.public.hex(), PEN.public.hex())
    yield "a transcript signed by a pen", _resigned(changed)
    yield "a transcript by a pen that says desk", _resigned(changed, "desk")
    with_receipt = text.replace("receipt:", f"receipt: {'ab' * 32}")
    line = note.signature_line("desk", DESK.public, DESK.sign(with_receipt.encode()))
    yield "a transcript that asks for a receipt", f"{with_receipt}\n{line}".encode()


def _envelopes(good: bytes, text: str) -> Iterator[tuple[str, bytes]]:
    """What is done to the note about the text."""
    line = good.decode().rpartition("\n\n")[2]
    stranger = note.signature_line("pen", BARE.public, BARE.sign(text.encode()))
    yield "two signature lines", good + stranger.encode()
    yield "the same signature line twice", good + line.encode()
    yield "signed by another key", f"{text}\n{stranger}".encode()
    yield "a letter that says desk", _resigned(text, "desk")
    yield "a key name in capitals", _resigned(text, "Pen")
    zero = note.signature_line("pen", PEN.public, NEUTRAL + bytes(32))
    yield "a signature of zeros", f"{text}\n{zero}".encode()
    for name, weak in (("a key of order 8", ORDER_8), ("the neutral key", NEUTRAL)):
        weakened = text.replace(PEN.public.hex(), weak.hex())
        yield name, f"{weakened}\n{note.signature_line('pen', weak, NEUTRAL + bytes(32))}".encode()
    raw = bytearray(PEN.sign(text.encode()))
    raw[40] ^= 1
    yield (
        "a bit of the signature flipped",
        f"{text}\n{note.signature_line('pen', PEN.public, bytes(raw))}".encode(),
    )
    yield "a word changed", good.replace(b"reader", b"Reader")
    yield "no signature", text.encode() + b"\n"
    yield "cut short", good[:-20]
    yield "the last line feed missing", good[:-1]
    yield "a byte behind", good + b" "
    yield "CRLF", good.replace(b"\n", b"\r\n")
    yield "CRLF in the body, signed so", _resigned(text.replace("words.\n", "words.\r\n"))
    yield "a byte order mark", b"\xef\xbb\xbf" + good
    yield "not UTF-8", good.replace(b"reader", b"re\xffder")
    yield "half a surrogate pair", good.replace(b"reader", b"re\xed\xa0\x80der")
    yield "a NUL", good.replace(b"reader", b"re\x00der")
    yield "more than 32 KiB", good.replace(b"reader", b"r" * (32 << 10))
    yield "empty", b""


def tidied() -> list[dict[str, Any]]:
    """What was typed, and what becomes of it as a body and as a name."""
    typed = [
        "plain", "", "  a  ", "a\r\nb\rc\nd", "a\tb", "a\u0085b\u2028c\u2029d",
        "a\x00\x07\x7f\x9fb", _nfd("값 é"), "\ufeffa\ufeff", "\u3000\u00a0a\u2003",
        "\u200ba\u200b", "a\n\n\nb\n", "می\u200cروم", "\u202ea\u202c", "\n\n", "😀",
        "a \n b", "Å K", "\u1680\u180e",
    ]  # fmt: skip
    return [{"typed": t, "body": letter.tidy_body(t), "name": letter.tidy_name(t)} for t in typed]


def _box(plain: bytes, private: bytes) -> bytes:
    """Make a sealed box with an ephemeral key that is the same every time (libsodium's form)."""
    public = bindings.crypto_scalarmult_base(private)
    once_public, once = bindings.crypto_box_seed_keypair(sha256(plain).digest())
    nonce = generichash(once_public + public, digest_size=24, encoder=RawEncoder)
    return b"\x01" + once_public + bindings.crypto_box(plain, nonce, public, once)


def _deflate(data: bytes, level: int = 9) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, -15, 9)
    return packer.compress(data) + packer.flush()


def seals() -> list[dict[str, Any]]:
    """Sealed bytes and the note inside, or why there is none."""
    private = sha256(b"sealing key").digest()
    rows = []
    for name, sealed in _sealed(private):
        refused = _code(lambda sealed=sealed: seal.unseal(sealed, private))  # type: ignore[misc]
        row: dict[str, Any] = {"name": name, "sealed": _base64(sealed), "private": private.hex()}
        row |= {"note": None if refused else _base64(seal.unseal(sealed, private))}
        row |= {"refused": refused}
        if not refused:
            row["codes"] = [sha256(part).hexdigest() for part in seal.parts(sealed)]
        rows.append(row)
    return rows


def _sealed(private: bytes) -> Iterator[tuple[str, bytes]]:
    good = letter.compose(draft(), PEN, NONCE)

    def packed(data: bytes, length: int | None = None, behind: bytes = b"") -> bytes:
        size = len(data) if length is None else length
        return _box((size.to_bytes(2, "big") + data + behind).ljust(4047, b"\0"), private)

    stored, noise = _deflate(good, 0), shake_256(b"noise").digest(4030)
    sealed = packed(_deflate(good))
    yield "a letter", sealed
    yield "not compressed", packed(stored)
    yield "full to the last byte", packed(_deflate(noise, 0).ljust(4035, b"\0")[:4035])
    yield "64 KiB inside", packed(_deflate(bytes(64 << 10)))
    yield "a byte more than 64 KiB", packed(_deflate(bytes((64 << 10) + 1)))
    yield "a bomb of 3 MB", packed(_deflate(bytes(3 << 20)))
    yield "bytes behind the stream, within the length", packed(_deflate(good) + b"\0")
    yield "bytes behind the length", packed(_deflate(good), behind=b"\0\0x")
    yield "a stream that does not end", packed(_deflate(good)[:-9])
    yield "a length of 0", packed(b"")
    yield "a length of 4,046", packed(_deflate(good), 4046)
    yield "a length of 65,535", packed(_deflate(good), 65535)
    yield "no DEFLATE", packed(b"\xff" * 40)
    yield "with zlib's header", packed(zlib.compress(good))
    yield "a plain text too short", _box(b"\0" * 4046, private)
    yield "to another key", _box(bytes(4047), sha256(b"another").digest())
    yield "a bit flipped", sealed[:-1] + bytes([sealed[-1] ^ 1])
    yield "an ephemeral key of zeros", sealed[:1] + bytes(32) + sealed[33:]
    yield "version 2", b"\x02" + sealed[1:]
    yield "version 0", b"\x00" + sealed[1:]
    yield "a byte short", sealed[:-1]
    yield "a byte more", sealed + b"\0"


def receipt_files() -> list[dict[str, Any]]:
    """Files of receipts, and what each pen reads there."""
    edition, keys = "8c" * 16, [sha256(f"receipt {n}".encode()).digest() for n in range(4)]
    rows = {
        keys[0]: [receipts.Row("ab" * 8, receipts.Status.PUBLISHED, 0, 42)],
        keys[1]: [receipts.Row(f"{n:016x}", 1 + n % 9, n, 65536 + n) for n in range(21)],
        keys[2]: [receipts.Row("cd" * 8, 200, 255, 65535)],
    }
    data = receipts.build(edition, rows, lambda n: shake_256(b"nobody").digest(64 * n)[-n:])
    at = data.index(receipts.tag(keys[0], edition)) + 100
    files = {
        "as built": data,
        "a slot damaged": data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :],
        "version 2": b"handbill receipts 2\n" + data[20:60],
        "of another edition": data[:20] + bytes(16) + data[36:38],
        "cut short": data[:100],
        "nothing": b"",
    }
    return [
        {"name": name, "edition": edition, "data": _base64(file)}
        | {"refused": _code(lambda file=file: receipts.look_up(file, edition, keys[0]))}  # type: ignore[misc]
        | {"pens": [_looked_up(file, edition, k) for k in keys] if file is data else []}
        for name, file in files.items()
    ]


def _looked_up(data: bytes, edition: str, key: bytes) -> dict[str, Any]:
    rows = [asdict(row) for row in receipts.look_up(data, edition, key)]
    return {"receipt_key": key.hex(), "rows": rows}


def counts() -> list[dict[str, Any]]:
    """Texts of many scripts, and how many words they have."""
    path = ROOT / "tests/letters/article_1.json"
    texts: dict[str, str] = json.loads(path.read_text("utf-8"))
    texts |= {f"{tag} in NFD": _nfd(texts[tag]) for tag in ("ko", "ja", "vi", "hi", "my", "bo")}
    cases = [
        "", " \n ", "…!? — ", "a", "don't", "don’t 'quoted'", "well-known re-\nnew",
        "-a- --b", "a--b", "می\u200cروم", "क्\u200dष क्\u200cष", "co\u00adop",
        "e\u0301te\u0301", "\u0301a", "a\u0301\u200d-b", "a-\u0301b",
        "3.14 1,000 2026-07-14", "a_b", "𐐀𐐁 𝒳", "𠀀𠀁𠀂", "中文", "中文 text 中文",
        "カタカナー", "ｶﾞｷﾞ", "中" * 70 + "の" * 9, "中" * 70 + "の" * 10, "ไ", "สวัสดี",
        "ถนน๑๒๓", "ສະບາຍດີ", "សួស្តី", "မင်္ဂလာပါ", "བཀྲ་ཤིས་བདེ་ལེགས", "ሰላም፡ለዓለም", "צה״ל",
        "col·lecció", "😀👍🏽", "1\ufe0f\u20e3", "ㅤ", "가\u115f나",
        "\u1112\u1161\u11ab\u1100\u1173\u11af", "ꀀꀁ ꀂ", "a\u200bb", "a\u2060b", "𞤀𞤣𞤤",
        "x" * 1000, "々〇〡", "١٢٣", "Ⅷ ² ½", "\u0378", "\U0010ffff",
    ]  # fmt: skip
    named = list(texts.items()) + [(f"case {n}", text) for n, text in enumerate(cases)]
    return [{"name": n, "text": t, "words": counting.count(t)} for n, t in named]
