"""The lexicon screen: what it finds and where, what it leaves alone, what it says of testimony."""

import base64
import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from disguise_sets import BUILT, SCRIPTS, disguised
from filed import context
from held_out_disguises import HELD_OUT
from hypothesis import given, settings
from hypothesis import strategies as st

from handbill.rules.data import lexicon, lexicons
from handbill.rules.finding import Finding, Where
from handbill.rules.lexicons import LANGUAGES
from handbill.rules.reasons import catalogue, say
from handbill.rules.screens import Screened, screen_all
from handbill.rules.screens.lexicon import DISGUISED, TOLD, WORD, LexiconScreen
from handbill.rules.wordmatch import MOST_HITS, Matcher

HERE = Path(__file__).resolve().parent
SHARED = HERE.parent.parent.parent / "shared" / "data" / "moderation"
SCREEN = LexiconScreen(lexicons())


def letter(body: str, language: str = "en", name: str = "") -> Screened:
    return Screened(
        id="0" * 64, body=body, name=name, language=language, story="", pen="p", words=1,
        kind="letter",
    )  # fmt: skip


def screened(body: str, language: str = "en", name: str = "") -> tuple[Finding, ...]:
    return screen_all(letter(body, language, name), context(), [SCREEN])


def held(body: str, language: str = "en") -> list[str]:
    found = (f for f in screened(body, language) if f.holds)
    return [body[f.span[0] : f.span[1]] for f in found if f.span]


@pytest.mark.parametrize(
    ("language", "body", "words"),
    [
        ("en", "What a load of bullshit, he said.", ["bullshit"]),
        ("en", "motherfuckers", ["motherfuckers"]),
        ("en", "You f\u200bu\u200bck, s*it and b1tch!", ["f\u200bu\u200bck", "s*it", "b1tch"]),
        ("en", "n i g g e r", ["n i g g e r"]),
        ("en", "fuuuuck", ["fuuuuck"]),
        ("en", "tlqkf", ["tlqkf"]),
        ("es", "Sois unos hijos de puta y unos cabrones.", ["hijos de puta", "cabrones"]),
        ("es", "m1erda", ["m1erda"]),
        ("ko", "이 병신들아 시1발", ["병신", "시1발"]),
        ("ko", "ㅅㅂ 진짜 ㅅㅣㅂㅏㄹ", ["ㅅㅂ", "ㅅㅣㅂㅏㄹ"]),
        ("ko", "ㅋㅋ씨이이발", ["씨이이발"]),
        ("ru", "пошёл на хуй, мудак", ["хуй", "мудак"]),
        ("ru", "пи3дец и xyй", ["пи3дец", "xyй"]),
        ("fa", "ای كسكش", ["كسكش"]),
        ("fa", "ج‌ن‌د‌ه", ["ج‌ن‌د‌ه"]),
    ],
)
def test_it_points_at_the_very_words(language: str, body: str, words: list[str]) -> None:
    assert held(body, language) == words


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("en", "Scunthorpe's classic assassin sniggered over shiitake in Middlesex, cum laude."),
        ("en", "As I pass it, his hit is a title; the class assessed Dick Cheney and the cockpit."),
        ("en", "We are gay, lesbian, queer, Muslim, Jewish, black and Roma readers."),
        ("en", "She was raped, and the penis, vagina and breast were examined by a doctor."),
        ("en", "Niger, Nigeria, Essex, Phuket, Fukushima, Yamashita, Kike Hernández."),
        ("en", "e.g. a b c, who re-read it; put a lid on: that's it."),
        ("es", "El año pasado el diputado computó la disputa; un cono y una papaya."),
        ("es", "Soy negra, judía, gitana y homosexual; fui violada por los soldados."),
        ("ko", "여기가 시발점이다. 동시발생한 10년 계획, 남자지만 자지 마세요. 홍보지 질병신고"),
        ("ko", "영화를 보지 못했다. 새끼손가락, 5개년 계획, 전염병, 갈보리 언덕, 한남동 다리"),
        ("ko", "저는 게이이고 탈북자이며 강간당한 사람입니다."),
        ("ru", "Команда требует мандарины; небо, хлебать, колебаться, ребёнок, скипидар."),
        ("ru", "Застрахуй дом, не психуй. Употреблять и оскорблять. Херсон, Хачатурян, жидкий."),
        ("ru", "Я еврейка, чеченец, украинец, гей; меня изнасиловали."),
        ("fa", "هیچ کس نیست، هر کسی می‌داند؛ منی که تذکر دادم. سکوت، کوه، جنگل، عرب، ترک، لر."),
        ("fa", "من همجنسگرا و افغان هستم و به من تجاوز کردند."),
        ("la", "cum grano salis, nascuntur"),
        ("id", "Anda di kamar, bukan?"),
    ],
)
def test_innocent_words_are_left_alone(language: str, body: str) -> None:
    assert held(body, language) == []


def test_a_weak_word_is_pointed_at_and_holds_nothing() -> None:
    (finding,) = screened("This damn bridge again.")
    assert not finding.holds
    assert finding.confidence < 0.4


def test_a_disguise_is_named_as_one_and_believed_less() -> None:
    (plain,) = screened("You fuck.")
    (hidden,) = screened("You fцck.".replace("ц", "*"))
    assert (plain.reason, hidden.reason) == (WORD, DISGUISED)
    assert hidden.confidence < plain.confidence
    assert say(hidden, "en") == "Looks like a disguised word of the list: f*ck"


def test_every_reason_has_words_for_moderators() -> None:
    for language in ("en", "ko", "es", "fa"):
        assert {WORD, DISGUISED, TOLD} <= catalogue(language).keys()


def test_a_name_is_screened_too_and_is_never_testimony() -> None:
    (finding,) = screened("A fine story.", name="“Nigger” said")
    assert (finding.where, finding.rule, finding.reason) == (Where.NAME, "racism", WORD)


@pytest.mark.parametrize(
    ("language", "body", "word"),
    [
        ("en", "You fuckre!", "fuckre"),
        ("en", "What a bitsch.", "bitsch"),
        ("en", "An assholr writes.", "assholr"),
        ("en", "He is fuxcked.", "fuxcked"),
        ("en", "fxcking liars", "fxcking"),
        ("en", "sh💩t", "sh💩t"),
        ("en", "c5nt", "c5nt"),
        ("en", "f&#117;ck", "f&#117;ck"),
        ("en", "fff uuu ccc kkk", "fff uuu ccc kkk"),
        ("en", "ass - hole", "ass - hole"),
        ("en", "fцck", "fцck"),
        ("en", "Ŧยςк", "Ŧยςк"),
        ("en", "丂卄丨ㄒ", "丂卄丨ㄒ"),
        ("en", "|=|_|<|<", "|=|_|<|"),
        ("en", "mot her fuc ker", "mot her fuc ker"),
        ("es", "Son unos kabrones.", "kabrones"),
        ("es", "jilipoyas", "jilipoyas"),
        ("ru", "gbpltw", "gbpltw"),
        ("ru", "муд@к", "муд@к"),
        ("fa", "ک‌ێ‌ر‌م", "ک‌ێ‌ر‌م"),
        ("ko", "ssibal", "ssibal"),
    ],
)
def test_a_disguise_is_pointed_at(language: str, body: str, word: str) -> None:
    assert held(body, language) == [word]


def test_an_innocent_word_one_slip_away_is_left_alone() -> None:
    for language in LANGUAGES:
        for word in lexicon(language).near:
            hits = [f for f in screened(word, language) if f.reason == DISGUISED and f.holds]
            assert not hits, word


def test_a_text_made_to_be_compared_without_end_is_held_unread() -> None:
    # Each word shares its beginning with hundreds of listed ones and is none of them.
    body = " ".join(f"shit{a}{b}q" for a in "bcdfghjklmnpqrstvwxz" for b in "bcdfghjklmnpqrstvwxz")
    assert held(body)


def test_a_word_upside_down_is_pointed_at() -> None:
    body = "So he said ʞɔnɟ to us."
    assert held(body) == ["ʞɔnɟ"]


def test_a_look_alike_word_of_another_language_is_none() -> None:
    assert held("Соск и рис: обычные русские слова о кухне.", "ru") == []
    assert held("cunt", "lld") == ["cunt"]
    assert held("incuntrèr cunter kikes fuq", "rm") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_known_disguises_are_found(language: str) -> None:
    for name, disguise in BUILT[SCRIPTS[language]].items():
        words = sample_words(language)
        missed = [
            t for t, a, b in disguised(words, disguise, language) if not hit(t, a, b, language)
        ]
        assert len(missed) <= len(words) * 0.1, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_disguises_that_were_held_out_are_found(language: str) -> None:
    # The floor is below what was measured (docs/lexicons.md); it is there to catch a fall.
    found = total = 0
    for disguise in HELD_OUT[SCRIPTS[language]].values():
        for text, start, end in disguised(sample_words(language), disguise, language):
            found += hit(text, start, end, language)
            total += 1
    assert found / total >= 0.8


def hit(text: str, start: int, end: int, language: str) -> bool:
    spans = (f.span for f in screened(text, language) if f.span)
    return any(a < end and start < b for a, b in spans)


def sample_words(language: str) -> list[str]:
    plain = [
        e.word for e in lexicon(language).entries
        if e.strength >= 8 and " " not in e.word and e.word.isalpha() and len(e.word) >= 4
    ]  # fmt: skip
    if language == "ko":
        plain = [e.word for e in lexicon(language).entries
                 if e.strength == 9 and all("가" <= c <= "힣" for c in e.word)]  # fmt: skip
    return [word for word in plain if language in ("en", "es") or not word.isascii()][::9][:14]


def told_sentences() -> Iterator[tuple[str, str]]:
    for line in (HERE / "testimony.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            language, sentence = base64.b64decode(line).decode().split("\t")
            yield language, sentence


def test_testimony_is_spoken_of_calmly_and_reaches_a_person() -> None:
    sentences = list(told_sentences())
    assert {lang: sum(own == lang for own, _ in sentences) for lang in LANGUAGES} == dict.fromkeys(
        LANGUAGES, 15
    )
    for language, sentence in sentences:
        found = screened(sentence, language)
        assert found, sentence
        for finding in found:
            assert finding.reason == TOLD, sentence
            assert finding.confidence <= 0.45
            assert finding.holds


def test_the_same_words_thrown_at_somebody_are_not_called_testimony() -> None:
    for language, body in (
        ("en", "You are a whore and your paper is shit."),
        ("ko", "너는 개새끼이고 병신이다."),
        ("ru", "Ты сука и мудак."),
        ("es", "Eres una puta y un cabrón."),
        ("fa", "تو جنده‌ای و حرومزاده‌ای"),
    ):
        found = screened(body, language)
        assert len(found) == 2, body
        assert {f.reason for f in found} == {WORD}


def test_hostile_letters_give_a_bounded_answer() -> None:
    assert len(screened("fuck " * 6553)) == MOST_HITS
    for body in (
        "f*" * 16384,
        "f u " * 8192,
        "ㅅㅣ" * 5461,
        '"' * 32768,
        "<" * 32768,
        "\u0300" * 32768,
        "fuсk соск " * 3276,
        "f.u.c.k." * 4096,
        "сука " * 3276 + "xep " * 4000,
    ):
        screened(body)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.sampled_from([*LANGUAGES, "ar", "und"]))
def test_any_text_gives_spans_inside_itself_and_in_order(body: str, language: str) -> None:
    spans = [f.span for f in screened(body + " fu\u0300ck " + body, language) if f.span]
    assert all(0 <= a < b <= 2 * len(body) + 7 for a, b in spans)
    assert spans == sorted(spans)
    assert all(one[1] <= two[0] for one, two in pairwise(spans))


def test_words_hidden_between_any_text_are_found_where_they_stand() -> None:
    for before in ("", "Ünïcödé ", "가나 ", "ﷺ ", "🙂 ", "e\u0301 "):
        body = before + "fuck"
        (finding,) = screened(body)
        assert finding.span == (len(before), len(body))


def test_ordinary_comments_that_nobody_marked_are_not_held_without_a_hard_word() -> None:
    if not SHARED.is_dir():
        pytest.skip(f"no {SHARED}")
    reviewed = set(
        base64.b64decode((HERE / "reviewed.txt").read_text("ascii")).decode().split("\n")
    )
    matcher = Matcher(lexicons())
    for language, texts in (("en", unmarked_english()), ("ko", unmarked_korean())):
        wrong = sum(
            any(h.entry.strength >= 4 and text[h.span[0] : h.span[1]].lower() not in reviewed
                for h in matcher.find(text, language).hits)
            for text in texts
        )  # fmt: skip
        assert wrong <= 0.02 * len(texts)


def unmarked_english() -> list[str]:
    with (SHARED / "toxic_spans_train.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [row["text"] for row in rows if not row["spans"]]


def unmarked_korean() -> list[str]:
    with (SHARED / "beep_ko_train.tsv").open(encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    return [row[0] for row in rows[1:] if row[-1] == "none"][:1200]
