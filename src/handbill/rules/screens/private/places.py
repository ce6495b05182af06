"""Where somebody lives or is: coordinates, grids, plus codes, street addresses, car plates.

Street addresses are best effort: a street word with a number near it, per language. A city or a
country alone is never a hit.
"""

import re
from collections.abc import Iterator

from handbill.rules.screens.private import Hit, matches, near_digits

_DECIMAL = re.compile(
    r"(?<![\d.,])[-+]?(?P<lat>\d{1,2}\.\d{3,8})°? ?[NSns북남]?(?: ?[,;/] ?"
    r"| )[-+]?(?P<lon>\d{1,3}\.\d{3,8})°? ?[EWOew동서]?(?![\d.])"
)
_DEGREES = re.compile(
    r"(?:[NSnsСЮ] ?)?\d{1,3} ?[°º˚] ?\d{1,2}(?:[.,]\d+)? ?['′’´](?: ?\d{1,2}(?:[.,]\d+)?"
    r" ?(?:[\"″”]|''|′′))? ?(?:[NSEWOСЮВЗ]\b)?"
    r"|[북남]위 ?\d{1,2}(?:\.\d+)?도(?: ?\d{1,2}(?:\.\d+)?분)?[^\d\n]{0,8}[동서]경 ?\d{1,3}(?:\.\d+)?도"
    r"(?: ?\d{1,2}(?:\.\d+)?분)?"
    r"|\b(?:lat(?:itude|itud|\.)?|عرض جغرافیایی|широта|위도)[ :=]{0,3}-?\d{1,2}[.,]\d{2,8}",
    re.IGNORECASE,
)
_MGRS = re.compile(
    r"\b(?:[1-9]|[1-5]\d|60)[C-HJ-NP-X] ?[A-HJ-NP-Z][A-HJ-NP-V](?: ?\d{3} ?\d{3}| ?\d{4} ?\d{4}"
    r"| ?\d{5} ?\d{5})\b"
)
_PLUS = re.compile(r"\b[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,4}\b(?!\+)")
_THREE_WORDS = re.compile(r"///[^\W\d_]{2,30}\.[^\W\d_]{2,30}\.[^\W\d_]{2,30}")
_MAP = re.compile(
    r"\bgeo:-?\d|maps\.app\.goo\.gl/\w+|goo\.gl/maps/\w+|google\.[a-z.]{2,6}/maps/\S+"
    r"|maps\.apple\.com/\S+"
    r"|naver\.me/\w+|map\.(?:naver|kakao)\.com/\S+|kko\.to/\w+|openstreetmap\.org/[#?\w]\S+"
    r"|yandex\.\w+/maps/\S+|neshan\.org/\S+",
    re.IGNORECASE,
)

_EN = re.compile(
    r"\b\d{1,5}[A-Za-z]?,? (?:(?:[NSEW]|North|South|East|West|Old|New|St"
    r"|Mt)\.? )?(?:[A-Z][\w'’]{1,20}|\d{1,3}(?:st|nd|rd|th)) (?:[A-Z][\w'’]{1,20} ){0,2}"
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Square"
    r"|Sq|Terrace|Ter|Way|Highway|Hwy|Close|Crescent|Alley)\b\.?"
)
_EN_ZIP = re.compile(r"\b\d{1,6} [A-Z][\w.'’]+ [^\n]{0,70}?,? [A-Z]{2},? \d{5}(?:-\d{4})?\b")
_EN_LOOSE = re.compile(
    r"\b(?:lives?|living|address|home|house|flat|apartment|apt|stays?|staying|hides?"
    r"|hiding)\b[^.\n]{0,40}?\b\d{1,5}[a-z]?,? (?:[\w'’]{2,20} ){1,3}"
    r"(?:street|st|avenue|ave|road|rd|boulevard|blvd|lane|drive|court|square|terrace)\b"
    r"|\b(?:apt|apartment|flat|suite|unit)\.? ?#?\d{1,4}[A-Za-z]?,? [^.\n]{0,40}\b(?:street|st"
    r"|avenue|ave|road|rd|boulevard|blvd|lane|drive)\b",
    re.IGNORECASE,
)
_KO_TOP = (
    "서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|충[청]?[북남]|충청[북남]|전[라]?[북남]|전라[북남]|경[상]?[북남]|경상[북남]|제주"
    "|평양|남포|라선|나선|개성|평안[북남]|함경[북남]|황해[북남]|자강|량강|양강"
)
_KO = re.compile(
    rf"(?:(?:{_KO_TOP})(?:특별자치|특별|광역|직할)?(?:시|도)? ?)?(?:[가-힣]{{1,6}}(?:시|군|구역"
    rf"|구) ?){{1,2}}(?:[가-힣]{{1,6}}(?:읍|면) ?)?"
    r"[가-힣0-9·.]{1,10}(?:대로|로|길|동|리|가)(?:\d{1,3}번?길)? ?(?:지하 ?"
    r"|산 ?)?\d{1,4}(?:-\d{1,4})?(?! ?(?:년|월|일|명|시간|분|개|원|%|위|차|억|만|회|살|세|점|대|주|달|번째))(?:번지|호|동)?"
)
_KO_ROAD = re.compile(
    r"[가-힣]{2,8}(?:대로|로|길)(?:\d{1,3}(?:번|가|나|다)?길)? ?\d{1,4}(?:-\d{1,4})?(?:번지|호| ?\(|,? ?\d{1,4}동)"
)
_KO_FLAT = re.compile(
    r"(?:아파트|빌라|맨션|오피스텔|주공|자이|래미안|푸르지오|힐스테이트|주택)[^\d\n]{0,6}(?:제)?\d{1,4}동 ?(?:제)?\d{1,4}호"
    r"|(?<!\d)\d{1,4}동 ?\d{2,4}호(?!선|기)"
)
_KP = re.compile(
    rf"(?:(?:{_KO_TOP})(?:직할|특별)?(?:시|도) ?)?[가-힣]{{1,6}}(?:구역|군|시) ?[가-힣0-9]{{1,8}}(?:동|리|로동자구"
    rf"|노동자구|읍)(?: ?제?\d{{1,3}} ?(?:인민반|반))"
    r"|[가-힣0-9]{1,8}(?:동|리|로동자구|노동자구|읍) ?제?\d{1,3} ?인민반|(?<!\d)제?\d{1,3} ?인민반"
)
_ES_NUMBER = (
    r",? ?(?:n\.?[ºo°]?\.? ?|núm(?:ero|\.) ?|número ?|# ?|s/n )?\d{1,4}\b(?! ?(?:años|personas|euros|€|%"
    r"|horas|días|de (?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|sep|oct|nov|dic)))"
)
_ES = re.compile(
    r"\b(?:calle|c/|avenida|avda\.?|av\.|urbanización|colonia|carrer|carrera|cra\.?|ctra\.?|pza\.?)"
    r"(?!\w) ?(?:de(?: la| los| las|l)? )?[\w'’.]{2,25}(?: [\w'’]{2,20}){0,4}?" + _ES_NUMBER,
    re.IGNORECASE,
)
_ES_NAMED = re.compile(
    r"\b(?:[Cc]amino|[Pp]laza|[Pp]aseo|[Cc]arretera|[Rr]onda|[Tt]ravesía|[Cc]allejón|[Pp]asaje|[Cc]arrera"
    r"|[Pp]asadizo|[Gg]lorieta|[Cc]uesta|[Vv]ial?|[Rr]ambla|[Aa]cceso|[Cc]añada|[Cc]allejuela|C\.)"
    r" (?:de(?: la| los| las|l)? )?[A-ZÁÉÍÓÚÑ][\w'’.]{1,25}(?: (?:de |del |la |y )?[A-ZÁÉÍÓÚÑ][\w'’.]{1,20}){0,4}"
    + _ES_NUMBER
)
_FA = re.compile(
    r"(?:خیابان|خیابون|کوچه|کوی|بلوار|میدان|بزرگراه|محله|شهرک|بن ?بست|شارع|حي|حارة"
    r"|زقاق)[ ،]{1,2}[^\n.؟!]{2,60}?"
    r"(?:پلاک|واحد|طبقه|منزل|خانه|رقم|عمارة|بناية|شقة|منزل رقم|بيت رقم"
    r"|الطابق)[ :،]{0,3}(?:شماره )?\d{1,4}"
    r"|(?:پلاک|رقم البيت)[ :]{0,2}\d{1,4}[^\n.؟!]{0,40}(?:خیابان|کوچه|شارع|واحد|طبقه)"
)
_RU = re.compile(
    r"(?:\b(?:ул\.?|улиц[аеу]|просп(?:ект[еу]?|\.)|пр-?к?т\.?|пр\.|пер(?:еул(?:ок|ке)|\.)|бул(?:ьвар[е]?|\.)"
    r"|б-р|шоссе|ш\.|алл(?:е[яе]|\.)|наб(?:ережн[а-я]{2}|\.)|площадь|пл\.|проезд[е]?|мкр\.?|микрорайон)"
    r" ?[А-ЯЁ\d][\w\-.]{0,25}(?: [\w\-.]{2,20}){0,3}?|[А-ЯЁ][\w\-]{2,25} (?:улица|ул\.|проспект"
    r"|переулок|бульвар))"
    r",? {0,2}(?:д(?:ом|\.)? ?)?№? ?\d{1,4}(?:[ /-]?[а-яА-Я]|/\d{1,3})?\b(?! ?(?:год|лет|час|мин"
    r"|чел|руб|%))(?:,? ?(?:корп?|к|стр|кв|квартира|подъезд)\.? ?\d{1,4}){0,3}"
)

_PLATE_KO = re.compile(
    r"(?:(?:서울|부산|대구|인천|광주|대전|울산|경기|강원|충북|충남|전북|전남|경북|경남"
    r"|제주) ?)?(?<!\d)\d{2,3} ?[가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주바사아자배하허호] ?\d{4}(?!\d|년|원|명)"
)
_PLATE_ES = re.compile(
    r"(?<![\w-])\d{4}[ \-]?[BCDFGHJKLMNPRSTVWXYZ]{3}\b|\b[A-Z]{1,2}[ \-]\d{4}[ \-][A-Z]{1,2}\b"
)
_PLATE_RU = re.compile(
    r"\b[АВЕКМНОРСТУХABEKMHOPCTYX]\d{3}[АВЕКМНОРСТУХABEKMHOPCTYX]{2} ?\d{2,3}(?!\d)", re.IGNORECASE
)
_PLATE_FA = re.compile(
    r"(?<!\d)\d{2} ?(?:الف"
    r"|[بپتثجدزژسشصطعفقکگلمنوهی]) ?\d{3}[ \-]{0,3}(?:ایران ?[\-:]? ?)?\d{2}(?!\d)"
    r"|ایران ?\d{2}[ \-–:|]{1,3}\d{3} ?[^\W\d_] ?\d{2}"
)
_PLATE_CUE = re.compile(
    r"(?:licen[cs]e plate|number plate|plate (?:number|no)|registration(?: number)?|matr[íi]cula"
    r"|차량 ?번호|차 ?번호|번호판|госномер|номер машины|پلاک(?: خودرو| ماشین)?)"
    r"[^\w\n]{0,3}(?:(?:is|was|es|number|no|#|는|은"
    r"|:)[^\w\n]{0,3}){0,2}(?P<plate>(?=[A-Z0-9\- ]{0,9}\d)[A-Z0-9][A-Z0-9\- ]{3,9}[A-Z0-9])",
    re.IGNORECASE,
)


_HANGUL = re.compile("[\uac00-\ud7a3]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_ARABIC = re.compile("[\u0600-\u06ff]")
_LATIN_STREETS = (_EN, _EN_ZIP, _EN_LOOSE, _ES, _ES_NAMED)
_OF_SCRIPTS = (
    (_HANGUL, (_KP, _KO, _KO_ROAD, _KO_FLAT), (_PLATE_KO,)),
    (_CYRILLIC, (_RU,), (_PLATE_RU,)),
    (_ARABIC, (_FA,), (_PLATE_FA,)),
)


def places(text: str) -> Iterator[Hit]:
    """Yield coordinates, addresses and plates."""
    if "/" in text or "geo:" in text:
        for pattern in (_THREE_WORDS, _MAP):
            for match in pattern.finditer(text):
                yield Hit(*match.span(), "private-place", 0.9)
    parts = near_digits(text)
    if parts:
        yield from _grids(text, parts)
        yield from _streets(text, parts)


def _streets(text: str, parts: list[tuple[int, int]]) -> Iterator[Hit]:
    streets, plates = list(_LATIN_STREETS), [_PLATE_ES, _PLATE_RU]
    for script, own_streets, own_plates in _OF_SCRIPTS:
        if script.search(text):
            streets += own_streets
            plates += own_plates
    for match in matches(streets, text, parts):
        yield Hit(*match.span(), "private-address", 0.75)
    for match in matches(dict.fromkeys(plates), text, parts):
        yield Hit(*match.span(), "private-plate", 0.8)
    for match in matches((_PLATE_CUE,), text, parts):
        yield Hit(*match.span("plate"), "private-plate", 0.8)


def _grids(text: str, parts: list[tuple[int, int]]) -> Iterator[Hit]:
    for match in matches((_DECIMAL,), text, parts):
        if float(match["lat"]) <= 90 and float(match["lon"]) <= 180:
            yield Hit(*match.span(), "private-place", 0.9)
    for match in matches((_DEGREES, _MGRS), text, parts):
        yield Hit(*match.span(), "private-place", 0.88)
    if "+" in text:
        for match in _PLUS.finditer(text):
            code = match[0].partition("+")[0]
            if len(code) in (4, 6, 8) and any(c.isdigit() for c in code):
                yield Hit(*match.span(), "private-place", 0.9)
