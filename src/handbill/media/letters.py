"""Which letters do these bytes mean: the encodings that subtitle files still come in."""

import codecs

from charset_normalizer import from_bytes

from handbill.errors import MediaRefused

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The encodings that each language's subtitles were written in before UTF-8, likeliest first.
_USUAL = {
    "ko": ("cp949", "johab"),
    "zh": ("gb18030", "big5hkscs"),
    "ja": ("cp932", "euc_jp"),
    "ru": ("cp1251", "koi8_r"),
    "uk": ("cp1251", "koi8_u"),
    "be": ("cp1251",),
    "bg": ("cp1251",),
    "sr": ("cp1250", "cp1251"),
    "fa": ("cp1256",),
    "ar": ("cp1256", "iso8859_6"),
    "ur": ("cp1256",),
    "ku": ("cp1256",),
    "he": ("cp1255",),
    "tr": ("cp1254",),
    "el": ("cp1253",),
    "th": ("cp874",),
    "vi": ("cp1258",),
    "pl": ("cp1250",),
    "cs": ("cp1250",),
    "sk": ("cp1250",),
    "hu": ("cp1250",),
    "ro": ("cp1250",),
}
_LATIN = frozenset(("en", "es", "fr", "de", "it", "pt", "nl", "sv", "da", "nb", "no", "fi", "id"))
_SAMPLE = 256 << 10


def decode(rel: str, raw: bytes, language: str) -> str:
    """Decode subtitle bytes: by their BOM, as UTF-8, by zeros, by language, by statistics.

    Raises:
        MediaRefused: no encoding fits.
    """
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return _whole(rel, raw, (name,))
    found = _try(raw, "utf-8")
    if found is not None and "\0" not in found:
        return found
    wide = _wide(raw)
    return _whole(rel, raw, (wide,) if wide else _candidates(raw, language))


def _whole(rel: str, raw: bytes, names: tuple[str, ...]) -> str:
    for name in names:
        text = _try(raw, name)
        if text is not None:
            return text
    raise MediaRefused(
        f"{rel}: its letters are in no encoding that we know", hint="save it as UTF-8"
    )


def _try(raw: bytes, name: str) -> str | None:
    try:
        return raw.decode(name)
    except (UnicodeDecodeError, LookupError):
        return None


def _wide(raw: bytes) -> str | None:
    """Recognise UTF-16 without a BOM: digits and line ends leave a zero in every other byte."""
    pairs = max(1, len(raw[:2000]) // 2)
    if raw[1:2000:2].count(0) > pairs // 4:
        return "utf-16-le"
    return "utf-16-be" if raw[0:2000:2].count(0) > pairs // 4 else None


def _candidates(raw: bytes, language: str) -> tuple[str, ...]:
    tag = language.lower()
    usual = _USUAL.get(tag.split("-", 1)[0], ())
    if tag.startswith(("zh-tw", "zh-hk", "zh-hant")):
        usual = usual[::-1]
    if not usual and tag.split("-", 1)[0] in _LATIN:
        usual = ("cp1252",)
    best = from_bytes(raw[:_SAMPLE]).best() if not usual else None
    return (*usual, *((best.encoding,) if best else ()), "cp1252", "latin-1")
