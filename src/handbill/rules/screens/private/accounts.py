"""Where a person can be reached or found on a network: mail, messengers, profiles, addresses."""

import re
from collections.abc import Iterator

from handbill.rules.screens.private import Hit, matches, near_digits

_MAIL = re.compile(r"[\w.+\-]{1,64}@(?:[\w\-]{1,63}\.){1,4}[^\W\d_]{2,24}")
_SPOKEN_MAIL = re.compile(
    r"[\w.+\-]{2,64} {0,2}(?:[(\[{<] ?(?:at|a|골뱅이|arroba|собака|ات|آت) ?[)\]}>]|골뱅이| arroba "
    r"| собака | @ ) {0,2}"
    r"[\w\-]{2,63}(?: {0,2}(?:[(\[{<] ?(?:dot|d|점|닷|punto|точка|نقطه|دات) ?[)\]}>]| dot |점|닷"
    r"| punto | точка |\.) {0,2}[a-z]{2,8}){1,3}\b",
    re.IGNORECASE,
)
_PROFILE = re.compile(
    r"\b(?:t\.me|telegram\.me|wa\.me|vk\.com|ok\.ru|instagram\.com|facebook\.com|fb\.com|fb\.me"
    r"|twitter\.com|x\.com"
    r"|tiktok\.com|m\.me|line\.me|open\.kakao\.com|pf\.kakao\.com|linkedin\.com/in|weibo\.com"
    r"|soroush|eitaa\.com|rubika\.ir)"
    r"/[@+\w.\-/]{2,64}",
    re.IGNORECASE,
)
_SERVICE = re.compile(
    r"(?:telegram|whats ?app|signal|wechat|weixin|viber|kakao(?: ?talk)?|line id|snapchat"
    r"|instagram|insta|threema|skype|wire|discord"
    r"|카카오톡|카톡|텔레그램|텔레|라인|위챗|인스타(?:그램)?|페북|시그널"
    r"|تلگرام|واتساپ|واتس ?اپ|اینستاگرام|اینستا|سیگنال|ایتا|روبیکا|تيليجرام|تلجرام|انستغرام"
    r"|телеграм\w{0,2}|телега|вотсап|ватсап|вайбер|инстаграм\w{0,2})"
    r"[ ]{0,2}(?:(?:id|아이디|계정|user(?:name)?|handle|account|usuario|آیدی|ایدی|ник|логин|is|es|:|="
    r"|\-|–|는|은|->)[ ]{0,2}){1,3}"
    r"@?(?P<id>[A-Za-z][\w.\-]{2,31})",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w@./])@(?P<id>[A-Za-z0-9_][A-Za-z0-9_.]{3,31})(?![\w@])")
_IP = re.compile(
    r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.]|\w)"
)
_SERVICES = (
    "telegram", "whats", "signal", "wechat", "weixin", "viber", "kakao", "line id", "snapchat", "insta", "threema", "skype",
    "wire", "discord", "톡", "텔레", "라인", "위챗", "인스타", "페북", "시그널", "تلگرام", "واتس", "اینستا", "سیگنال", "ایتا", "روبیکا",
    "تيليجرام", "تلجرام", "انستغرام", "телег", "вотсап", "ватсап", "вайбер", "инстаграм",
)  # fmt: skip
"""What each name of a service above holds: looked for first, because it is quick."""
_ORDINARY = frozenset(
    {"handbill", "here", "home", "the", "this", "that", "with", "your", "everyone"}
)
_SPOKEN = re.compile(r"[(\[{<] ?(?:at|a)\b|골뱅이|arroba|собака| @ |[(\[](?:ات|آت)", re.IGNORECASE)
_NAMED = re.compile(r"id|아이디|계정|user|handle|آیدی|ایدی|ник|логин|[:=@]", re.IGNORECASE)


def accounts(text: str) -> Iterator[Hit]:
    """Yield mail addresses, handles and profiles."""
    if "@" in text:
        yield from _at_signs(text)
    if _SPOKEN.search(text):
        for match in _SPOKEN_MAIL.finditer(text):
            yield Hit(*match.span(), "private-mail", 0.8)
    if "/" in text:
        for match in _PROFILE.finditer(text):
            yield Hit(*match.span(), "private-handle", 0.9)
    lower = text.lower()
    found = _SERVICE.finditer(text) if any(word in lower for word in _SERVICES) else ()
    for match in found:
        if match["id"].lower() not in _ORDINARY and (
            _marked(match["id"]) or _NAMED.search(match[0])
        ):
            yield Hit(*match.span(), "private-handle", 0.85)
    if "." in text:
        for match in matches((_IP,), text, near_digits(text)):
            if not match[0].startswith(("0.", "1.0.", "127.")):
                yield Hit(*match.span(), "private-address-ip", 0.7)


def _at_signs(text: str) -> Iterator[Hit]:
    for match in _MAIL.finditer(text):
        yield Hit(*match.span(), "private-mail", 0.97)
    for match in _HANDLE.finditer(text):
        # "@Name" also answers another writer: it holds only where it looks like an account.
        looks = _marked(match["id"].rstrip("."))
        yield Hit(*match.span(), "private-handle", 0.7 if looks else 0.3, looks)


def _marked(name: str) -> bool:
    return any(c in "_.-" or c.isdigit() for c in name)
