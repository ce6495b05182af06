"""Private details: what is found, with exact spans in the text as it came, and what is left alone."""

from __future__ import annotations

from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handbill.rules.reading import parse
from handbill.rules.screens import Context, Screened
from handbill.rules.screens.privacy import PrivacyScreen

BOOK = parse(resources.files("handbill.newsroom").joinpath("start", "book.toml").read_bytes())
SCREEN = PrivacyScreen()


def found(body: str, language: str) -> list[tuple[str, str, bool]]:
    letter = Screened("1", body, "Anna", language, "s", "pen", 10, "letter")
    hits = SCREEN(letter, Context(BOOK))
    return [(h.reason, body[slice(*h.span)] if h.span else "", h.holds) for h in hits]


HELD = [
    # telephones
    ("ko", "제 친구 번호는 010-2345-6789 입니다", "private-phone", "010-2345-6789"),
    ("ko", "010 2345 6789로 전화 주세요", "private-phone", "010 2345 6789"),
    ("ko", "집 02-312-3456", "private-phone", "02-312-3456"),
    ("ko", "전화 ０１０－２３４５－６７８９", "private-phone", "０１０－２３４５－６７８９"),
    ("ko", "연락: 195-381-2345 (평양)", "private-phone", "195-381-2345"),
    ("en", "Her number is (212) 456-7890.", "private-phone", "(212) 456-7890"),
    ("en", "reach him on +98 912 345 6789 tonight", "private-phone", "+98 912 345 6789"),
    ("en", "call 0\u200b7\u200b911 123456 now", "private-phone", "0\u200b7\u200b911 123456"),
    ("es", "Llámala al 612 345 678 por la noche", "private-phone", "612 345 678"),
    ("fa", "شماره‌اش ۰۹۱۲ ۳۴۵ ۶۷۸۹ است", "private-phone", "۰۹۱۲ ۳۴۵ ۶۷۸۹"),
    ("ar", "رقم الهاتف ٠٩١٢٣٤٥٦٧٨٩", "private-phone", "٠٩١٢٣٤٥٦٧٨٩"),
    ("ru", "телефон 8 (916) 123-45-67", "private-phone", "8 (916) 123-45-67"),
    # mail and accounts
    ("en", "Write to j.doe+home@mail.example.org please", "private-mail", "j.doe+home@mail.example.org"),
    ("en", "j.doe (at) example (dot) org", "private-mail", "j.doe (at) example (dot) org"),
    ("ko", "chulsoo골뱅이naver점com 으로", "private-mail", "chulsoo골뱅이naver점com"),
    ("es", "ana arroba correo punto es", "private-mail", "ana arroba correo punto es"),
    ("ko", "카톡 아이디 minji_92 예요", "private-handle", "카톡 아이디 minji_92"),
    ("ko", "텔레그램: freevalley", "private-handle", "텔레그램: freevalley"),
    ("en", "find her at https://t.me/hidden_valley", "private-handle", "t.me/hidden_valley"),
    ("en", "He is @valley_boat77 there", "private-handle", "@valley_boat77"),
    ("fa", "آیدی تلگرام: zahra1377 تلگرام آیدی zahra1377", "private-handle", "تلگرام آیدی zahra1377"),
    ("ru", "телеграм: vanya_k", "private-handle", "телеграм: vanya_k"),
    ("en", "He posts from 81.2.69.142 at night", "private-address-ip", "81.2.69.142"),
    # papers
    ("ko", "주민번호 900101-1234568 이래요", "private-id", "900101-1234568"),
    ("ko", "운전면허 11-22-123456-78", "private-id", "11-22-123456-78"),
    ("ko", "여권 M12345678", "private-id", "M12345678"),
    ("es", "DNI 12345678Z de mi vecino", "private-id", "12345678Z"),
    ("es", "NIE X1234567L", "private-id", "X1234567L"),
    ("en", "SSN 536-90-4399", "private-id", "536-90-4399"),
    ("fa", "کد ملی ۰۰۸۴۵۷۵۹۴۸", "private-id", "۰۰۸۴۵۷۵۹۴۸"),
    ("ru", "СНИЛС 112-233-445 95", "private-id", "112-233-445 95"),
    ("ru", "паспорт 45 08 123456 выдан", "private-id", "45 08 123456"),
    ("en", "his card 4111 1111 1111 1111", "private-card", "4111 1111 1111 1111"),
    ("es", "IBAN ES91 2100 0418 4502 0005 1332", "private-account", "ES91 2100 0418 4502 0005 1332"),
    ("ko", "국민은행 계좌 123-45-678901", "private-account", "123-45-678901"),
    # places
    ("en", "the house is at 37.5665, 126.9780", "private-place", "37.5665, 126.9780"),
    ("en", "at 37°33'59\"N 126°58'41\"E", "private-place", "37°33'59\"N"),
    ("ko", "북위 37도 33분 동경 126도 58분", "private-place", "북위 37도 33분 동경 126도 58분"),
    ("en", "grid 52S CG 2345 6789", "private-place", "52S CG 2345 6789"),
    ("en", "meet at 8Q98HXF9+JP", "private-place", "8Q98HXF9+JP"),
    ("en", "geo:37.786,-122.399", "private-place", "37.786,-122.399"),
    ("en", "She lives at 14 Willow Street", "private-address", "14 Willow Street"),
    ("en", "he is hiding in the yellow house, 221 baker street", "private-address", "hiding in the yellow house, 221 baker street"),
    ("ko", "서울시 마포구 양화로 45에 삽니다", "private-address", "서울시 마포구 양화로 45"),
    ("ko", "그 집은 래미안 101동 1203호", "private-address", "래미안 101동 1203호"),
    ("ko", "함경북도 회령시 유선로동자구 15반", "private-address", "함경북도 회령시 유선로동자구 15반"),
    ("ko", "평양시 모란봉구역 긴마을동 12인민반 사람", "private-address", "평양시 모란봉구역 긴마을동 12인민반"),
    ("es", "vive en la calle Mayor, n.º 14", "private-address", "calle Mayor, n.º 14"),
    ("fa", "خیابان آزادی، کوچهٔ بهار، پلاک ۱۲", "private-address", "خیابان آزادی، کوچهٔ بهار، پلاک ۱۲"),
    ("ar", "يسكن في شارع النيل، عمارة رقم 7", "private-address", "شارع النيل، عمارة رقم 7"),
    ("ru", "ул. Ленина, д. 14, кв. 3", "private-address", "ул. Ленина, д. 14, кв. 3"),
    # plates
    ("ko", "차 12가 3456", "private-plate", "12가 3456"),
    ("es", "el coche 1234 BCD", "private-plate", "1234 BCD"),
    ("ru", "машина А123ВС77", "private-plate", "А123ВС77"),
    ("fa", "ماشین ۱۲ ب ۳۴۵ ایران ۶۷", "private-plate", "۱۲ ب ۳۴۵ ایران ۶۷"),
    ("en", "license plate: KLM 4821", "private-plate", "KLM 4821"),
    # spelled out
    ("ko", "공일공 이삼사오 육칠팔구", "private-spelled", "공일공 이삼사오 육칠팔구"),
    ("ko", "공1공-2삼4오-6칠8구", "private-spelled", "공1공-2삼4오-6칠8구"),
    ("en", "five five five, oh one nine, double two", "private-spelled", "five five five, oh one nine, double two"),
    ("es", "seis uno dos tres cuatro cinco seis siete ocho", "private-spelled", "seis uno dos tres cuatro cinco seis siete ocho"),
    ("fa", "صفر نه یک دو سه چهار پنج شش هفت هشت", "private-spelled", "صفر نه یک دو سه چهار پنج شش هفت هشت"),
    ("ru", "восемь девять один шесть два два три", "private-spelled", "восемь девять один шесть два два три"),
]  # fmt: skip

ALONE = [
    ("en", "In 1950-1953 three million died; 14,000 fled in 2012-13."),
    ("en", "The vote was 211-224, and 2 1/2 years later it cost $1,234,567.89."),
    ("en", "Matthew 5:3-12 and section 230(c)(1), pages 211-227 (2003)."),
    ("en", "On 2026-11-24 at 10:15, route 66, flight KE 1234."),
    ("en", "They broadcast on 7.205 MHz and 1431 kHz from 20:00 to 22:00."),
    ("en", "one two three four five six seven, all good children go to heaven"),
    ("en", "@Anna, I do not agree with you."),
    ("en", "He lives on a street near the river, and it was 20 below."),
    ("en", "We got 1000000000 won and 3.1415926535 pies."),
    ("en", "What crap. It took 17 years, crack 2 and a crash in 6."),
    ("en", "Version 3.11.7 of the program, and 192 people."),
    ("ko", "1950년 6월 25일부터 1953년 7월 27일까지 전쟁이었다."),
    ("ko", "제3조 2항, 국회의원 300명 중 211명이 찬성, 3호선 2번 출구"),
    ("ko", "공일에 일이 많아서 이 일 저 일 다 했다. 이사 오는 사람, 구이 칠 인분"),
    ("ko", "쌀 1키로에 5,000원, 달러당 8,200원, 2019~2020년"),
    ("ko", "서울에서 부산까지 기차로 3시간, 길 5개, 마을 12곳"),
    ("es", "En 1936-1939 murieron 500.000 personas en 3 años; calle arriba iban 14 personas."),
    ("fa", "در سال ۱۳۵۷ و ۱۳۸۸ خیابان‌ها پر از مردم بود، ۱۰۰۰۰۰۰ نفر."),
    ("ar", "في عام 2011 خرج 100000 شخص إلى الشارع، وعددهم 12345."),
    ("ru", "В 1991-1993 годах 1 500 000 человек, улица была пуста 14 лет."),
]  # fmt: skip


@pytest.mark.parametrize(("language", "body", "reason", "words"), HELD, ids=range(len(HELD)))
def test_a_private_detail_holds_with_its_exact_span(
    language: str, body: str, reason: str, words: str
) -> None:
    hits = found(body, language)
    assert any(r == reason and words in w and holds for r, w, holds in hits), hits
    for _, shown, _ in hits:
        assert len(shown) <= len(words) + 24, "a span says which words are meant"


@pytest.mark.parametrize(("language", "body"), ALONE)
def test_ordinary_numbers_are_left_alone(language: str, body: str) -> None:
    assert [hit for hit in found(body, language) if hit[2]] == []


def test_what_is_found_is_shown_masked() -> None:
    letter = Screened("1", "call (212) 456-7890", "Anna", "en", "s", "pen", 10, "letter")
    (hit,) = SCREEN(letter, Context(BOOK))
    assert hit.words == "(212) •••-••••"
    assert hit.rule == "privacy"


def test_a_number_in_the_name_is_found_too() -> None:
    letter = Screened("1", "Hello.", "010-2345-6789", "ko", "s", "pen", 10, "letter")
    assert [(h.where, h.span) for h in SCREEN(letter, Context(BOOK))] == [("name", (0, 13))]


@settings(deadline=None)
@given(st.text(max_size=300), st.sampled_from(["en", "ko", "fa", "ru", "es", "und"]))
def test_any_text_gives_spans_inside_it(body: str, language: str) -> None:
    letter = Screened("1", body, "Anna", language, "s", "pen", 10, "letter")
    for hit in SCREEN(letter, Context(BOOK)):
        assert hit.span is not None
        assert 0 <= hit.span[0] < hit.span[1] <= len(body)


def test_a_flood_of_details_is_held_and_says_that_there_are_more() -> None:
    hits = found("1°1' " * 5000, "en")
    assert len(hits) == 61
    assert [reason for reason, _, holds in hits if holds].count("private-many") == 1
    many = found("1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8\n" * 200, "en")
    assert any(reason == "private-many" and holds for reason, _, holds in many)
