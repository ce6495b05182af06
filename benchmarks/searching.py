"""Size of the search index, and the first question at file:// in Chromium: searching.py [STORIES].

Times are medians of seven fresh pages; the index is all that is written less the text itself.

English and Korean stories; the Korean are real sentences where --korean names a text file.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import corpus
import measure
from handbill.newsroom.story import Newsroom, Story
from handbill.reader.pages import Site
from handbill.reader.plans import BundlePlan
from handbill.reader.search import Doc
from handbill.reader.values import EditionFacts, Placed

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from browser.driver import Browser, missing  # noqa: E402

ASK = (
    "new Promise(function (done) {{ var began = performance.now(); HB.search({0});"
    " (function look() {{ if (document.getElementById('found').getAttribute('aria-busy') === 'false')"
    " {{ done([performance.now() - began, document.getElementById('said').textContent]); }}"
    " else {{ setTimeout(look, 1); }} }}()); }})"
)


def main() -> None:
    """Print sizes and times for both languages."""
    args = _arguments()
    print(measure.machine())
    for language in ("en", "ko"):
        texts = list(_texts(language, args))
        with tempfile.TemporaryDirectory(prefix="bench-search-") as name:
            out = Path(name)
            size, text, cpu = _write(out, language, texts)
            print(
                f"{language}: {len(texts)} stories, {text / 1e6:.1f} MB of text, index"
                f" {size / 1e6:.1f} MB, {size / text:.3f} MB a MB, {cpu:.1f} CPU-s"
            )
            if reason := missing("chromium"):
                print(f"no times: {reason}")
                continue
            _time(out, language, _questions(texts), args.wait)


def _texts(language: str, args: argparse.Namespace) -> list[str]:
    if language == "en":
        return [s.body for s in corpus.stories(args.stories)]
    chance = random.Random(3)
    lines = Path(args.korean).read_text("utf-8").split("\n") if args.korean else _invented(chance)
    lines = [line for line in lines if len(line) > 20]
    return [" ".join(chance.sample(lines, 28)) for _ in range(args.stories)]


def _invented(chance: random.Random) -> list[str]:
    syllables = [chr(0xAC00 + chance.randrange(11_172)) for _ in range(1200)]
    weights = [1 / (i + 1) ** 0.8 for i in range(len(syllables))]
    stems = [
        "".join(chance.choices(syllables, weights, k=chance.choice([2, 2, 3])))
        for _ in range(20_000)
    ]
    ranks = [1 / (i + 1) ** 0.9 for i in range(len(stems))]
    ends = [
        "은",
        "는",
        "이",
        "가",
        "을",
        "를",
        "에",
        "에서",
        "의",
        "로",
        "과",
        "도",
        "했다",
        "한다",
        "하는",
        "",
    ]
    return [
        " ".join(stem + chance.choice(ends) for stem in chance.choices(stems, ranks, k=14))
        for _ in range(9000)
    ]


def _write(out: Path, language: str, texts: list[str]) -> tuple[int, int, float]:
    first = date(2020, 1, 1)
    stories = tuple(
        Story(
            f"s{i}",
            f"s{i}",
            f"Story {i}",
            language,
            first + timedelta(days=i % 2000),
            text,
            f"s{i}.md",
        )
        for i, text in enumerate(texts)
    )
    newsroom = Newsroom(name="Paper", language=language, languages=(language,), stories=stories)
    site = Site(newsroom, Placed(), EditionFacts(1, "", "", "", ""))
    began, size = time.process_time(), 0
    for plan in site.plan():
        if isinstance(plan, BundlePlan):
            made = plan.make()
            size += sum(map(len, made.values()))
        elif "search" in plan.path or plan.path.endswith(".css"):
            made = {plan.path: plan.make()}
        else:
            continue
        for path, data in made.items():
            (out / path).parent.mkdir(parents=True, exist_ok=True)
            (out / path).write_bytes(data)
    cpu = time.process_time() - began
    docs = (Doc(s.id, "story", language, "", "", "", s.title, "", s.body) for s in stories)
    text = sum(len(d.text().encode()) + len(d.title) for d in docs)
    return size - text, text, cpu


def _questions(texts: list[str]) -> list[str]:
    words = texts[7].split()
    return [
        words[3].strip("*.,#"),
        words[11].strip("*.,#")[:3],
        " ".join(words[20:22]).strip("*.,#"),
    ]


def _time(out: Path, language: str, questions: list[str], wait: float) -> None:
    browser = Browser("chromium")
    try:
        for question in questions:
            firsts, agains = [], []
            for _ in range(7):
                browser.open(out / f"pages/search.{language}.html")
                time.sleep(wait)
                first, said = browser.evaluate(ASK.format(repr(question)))
                again, _ = browser.evaluate(ASK.format(repr(question)))
                firsts.append(first)
                agains.append(again)
            median = statistics.median(firsts), statistics.median(agains)
            print(
                f"  {question!r}: first {median[0]:.0f} ms (best {min(firsts):.0f}),"
                f" again {median[1]:.0f} ms; {said}"
            )
    finally:
        browser.close()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stories", type=int, nargs="?", default=10_000)
    parser.add_argument("--korean", help="a UTF-8 file of Korean sentences, one a line")
    parser.add_argument("--wait", type=float, default=0, help="seconds between page and question")
    parser.add_argument("--quick", action="store_true", help="1,000 stories")
    args = parser.parse_args()
    if args.quick:
        args.stories = 1000
    return args


if __name__ == "__main__":
    main()
