"""Screens: CPU per letter, ordinary comments held without need, private details found.

screens.py [--data FOLDER] [--faker FOLDER] [--quick]

FOLDER of --data holds toxic_spans_train.jsonl (Civil Comments, CC0) and beep_ko_train.tsv (BEEP!, CC-BY-SA-4.0): ordinary
comments are the rows that no annotator marked. FOLDER of --faker holds the packages faker and ko-pii (`pip install --target FOLDER
faker ko-pii`): faker invents private details that our patterns were not written from, ko-pii is the peer for Korean.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import measure
from handbill.rules.protected import ProtectedNames, tags
from handbill.rules.reading import parse
from handbill.rules.screens import Context, Screen, Screened, screen_all
from handbill.rules.screens.hidden import HiddenScreen
from handbill.rules.screens.length import LengthScreen
from handbill.rules.screens.names import NamesScreen
from handbill.rules.screens.opened import OpenedScreen
from handbill.rules.screens.privacy import PrivacyScreen, ProtectedScreen
from handbill.rules.screens.twins import TwinsScreen

BOOK = parse(resources.files("handbill.newsroom").joinpath("start", "book.toml").read_bytes())
SCREENS: tuple[Screen, ...] = (
    OpenedScreen(), LengthScreen(), HiddenScreen(), NamesScreen(), TwinsScreen(), PrivacyScreen(), ProtectedScreen(),
)  # fmt: skip
SECRET = bytes(32)
CARRIERS = {
    "en": "I saw the woman who works there. {0} Everybody in our street knows it.",
    "ko": "거기서 일하는 사람을 봤습니다. {0} 우리 동네 사람은 다 압니다.",
    "es": "Vi a la mujer que trabaja allí. {0} Lo sabe toda la calle.",
    "fa": "زنی را که آنجا کار می‌کند دیدم. {0} همه این را می‌دانند.",
    "ru": "Я видел женщину, которая там работает. {0} Это знают все.",
}
LOCALES = {"en": "en_US", "ko": "ko_KR", "es": "es_ES", "fa": "fa_IR", "ru": "ru_RU"}
KINDS = (
    "phone_number",
    "email",
    "credit_card_number",
    "iban",
    "ssn",
    "address",
    "license_plate",
    "passport_number",
    "latlng",
)


def main() -> None:
    """Print one table a question."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data", type=Path, default=Path(__file__).parents[2] / "shared/data/moderation"
    )
    parser.add_argument("--faker", type=Path)
    parser.add_argument("--quick", action="store_true")
    args = parser.parse_args()
    print(measure.machine())
    texts = _comments(args.data) if args.data.is_dir() else {"en": _invented(2000)}
    context = Context(BOOK, protected=_protected())
    for language, found in texts.items():
        _speed_and_holds(language, found[: 300 if args.quick else None], context)
    _four_hundred(texts["en"], context)
    if args.faker:
        sys.path.append(str(args.faker))
        _recall(context, 50 if args.quick else 300)
        if "ko" in texts:
            _peer(texts["ko"])


def _comments(folder: Path) -> dict[str, list[str]]:
    rows = [
        json.loads(line)
        for line in (folder / "toxic_spans_train.jsonl").read_text("utf-8").splitlines()
    ]
    lines = [
        line.split("\t")
        for line in (folder / "beep_ko_train.tsv").read_text("utf-8").splitlines()[1:]
    ]
    return {
        "en": [row["text"] for row in rows if not row["spans"]],
        "ko": [line[0] for line in lines if line[2] == "none" and line[3] == "none"],
    }


def _invented(count: int) -> list[str]:
    words = [
        "the",
        "ferry",
        "left",
        "at",
        "six",
        "and",
        "nobody",
        "asked",
        "who",
        "was",
        "on",
        "board",
        "when",
        "lights",
        "came",
        "on",
        "he",
        "said",
        "we",
        "were",
        "early",
    ]
    rnd = random.Random(1)
    return [" ".join(rnd.choices(words, k=40)) for _ in range(count)]


def _protected() -> ProtectedNames:
    """A list of 500 names, Korean and English."""
    rnd = random.Random(2)
    korean = [
        rnd.choice("김이박최정") + "".join(rnd.choices("븝갸뮤뇨츄뀨", k=2)) for _ in range(400)
    ]
    english = [
        f"{a} {b}"
        for a in ["Mara", "Jon", "Olga", "Ivo", "Teo"]
        for b in [f"Ilv{c}n" for c in "aeiouybdfghjklmnpqrs"]
    ]
    return ProtectedNames(SECRET, frozenset().union(*(tags(n, SECRET) for n in korean + english)))


def _letter(number: int, text: str, language: str) -> Screened:
    return Screened(
        str(number), text, "Anna", language, "ferry", "pen", len(text.split()), "letter"
    )


def _speed_and_holds(language: str, texts: Sequence[str], context: Context) -> None:
    letters = [_letter(n, text, language) for n, text in enumerate(texts)]
    length = sum(map(len, texts)) / len(texts)
    print(
        f"\n{language}: {len(texts):,} ordinary comments, {length:.0f} characters each\nscreen       CPU µs   held"
    )
    held_by_any: set[str] = set()
    for screen in SCREENS:
        started = time.process_time()
        held = {x.id for x in letters if any(f.holds for f in screen(x, context))}
        cost = (time.process_time() - started) / len(letters) * 1e6
        held_by_any |= held
        print(
            f"{screen.name:10s} {cost:8.0f}   {len(held):4d}  {100 * len(held) / len(letters):.2f} %"
        )
    print(
        f"{'all':10s} {'':8s}   {len(held_by_any):4d}  {100 * len(held_by_any) / len(letters):.2f} %  (target ≤ 2 %)"
    )


def _four_hundred(texts: Sequence[str], context: Context) -> None:
    words = " ".join(texts).split()
    letters = [
        _letter(n, " ".join(words[n * 400 : (n + 1) * 400]), "en")
        for n in range(min(200, len(words) // 400))
    ]
    print(f"\n{len(letters)} letters of 400 words\nscreen       CPU µs")
    for screen in SCREENS:
        started = time.process_time()
        for letter in letters:
            screen(letter, context)
        print(f"{screen.name:10s} {(time.process_time() - started) / len(letters) * 1e6:8.0f}")
    started = time.process_time()
    for letter in letters:
        screen_all(letter, context, SCREENS)
    print(f"{'all':10s} {(time.process_time() - started) / len(letters) * 1e6:8.0f}")


def _recall(context: Context, count: int) -> None:
    from faker import Faker  # noqa: PLC0415

    print(
        f"\nprivate details that faker invents, {count} of each, held by the privacy screen\n{'kind':20s}"
        + "".join(f"{x:>7s}" for x in LOCALES)
    )
    screen = PrivacyScreen()
    for kind in KINDS:
        row = []
        for language, locale in LOCALES.items():
            fake = Faker(locale)
            fake.seed_instance(7)
            made = [_said(getattr(fake, kind)()) for _ in range(count)]
            letters = [
                _letter(n, CARRIERS[language].format(text), language) for n, text in enumerate(made)
            ]
            row.append(
                sum(
                    _points(screen, x, text, context) for x, text in zip(letters, made, strict=True)
                )
                / count
            )
        print(f"{kind:20s}" + "".join(f"{100 * share:6.0f}%" for share in row))


def _said(value: object) -> str:
    return (
        ", ".join(map(str, value)) if isinstance(value, tuple) else str(value).replace("\n", ", ")
    )


def _points(screen: Screen, letter: Screened, text: str, context: Context) -> bool:
    start = letter.body.index(text)
    spans = [f.span for f in screen(letter, context) if f.holds and f.span]
    return any(a < start + len(text) and b > start for a, b in spans)


def _peer(texts: Sequence[str]) -> None:
    import ko_pii  # noqa: PLC0415

    finders: dict[str, Callable[[str], object]] = {"handbill": _ours, "ko-pii": _theirs(ko_pii)}
    print(f"\nKorean, {len(texts):,} ordinary comments: who holds how many")
    for name, find in finders.items():
        started = time.process_time()
        held = sum(bool(find(text)) for text in texts)
        cost = (time.process_time() - started) / len(texts) * 1e6
        print(f"{name:10s} {cost:8.0f} µs   {held:4d}  {100 * held / len(texts):.2f} %")


def _ours(text: str) -> object:
    return [f for f in PrivacyScreen()(_letter(0, text, "ko"), Context(BOOK)) if f.holds]


def _theirs(module: Any) -> Callable[[str], object]:
    return lambda text: module.detect_all(text, exclude=["PERSON"])


if __name__ == "__main__":
    main()
