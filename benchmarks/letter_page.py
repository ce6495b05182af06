"""letter.html: its size, a phrase's key in plain JavaScript, letters of 400 words: letter_page.py [UDHR].

Peer for the key: scrypt-js from npm, in the same browser. While a key is made, a clock ticks in the
page: its longest pause says how alive the page stays.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import counting
import measure

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests/browser")]
from browser import letter_pages as on  # noqa: E402
from browser.driver import Browser, missing  # noqa: E402
from handbill.letters import counting as words  # noqa: E402
from handbill.letters import seal  # noqa: E402
from handbill.reader.letter_page import MAX_STORIES, ListedStory, letter_page  # noqa: E402

PEER = "scrypt-js@3.0.1"
TITLES = {
    "en": "Three nights on the salt road, and the one who came back",
    "ko": "소금길에서 보낸 사흘 밤, 그리고 돌아온 한 사람",
    "fa": "سه شب در راه نمک، و آن یکی که بازگشت",
}
CLOCK = """
  var last = performance.now(), longest = 0, began = last, timer = setInterval(function () {
    var now = performance.now(); longest = Math.max(longest, now - last); last = now; }, 5);
  function ended() { clearInterval(timer); return [(performance.now() - began) / 1000, longest]; }
"""
OURS = f"""new Promise(function (done) {{ {CLOCK}
  H.pen.derive("list 1 2 3 4 5 6", "{on.NEWSROOM}", function () {{ done(ended()); }});
}})"""
THEIRS = f"""(function () {{ {CLOCK}
  var salt = H.bytes.concat([H.bytes.encode("handbill pen 1"), H.bytes.fromHex("{on.NEWSROOM}")]);
  return window.scrypt.scrypt(H.bytes.encode("list 1 2 3 4 5 6"), salt, 65536, 8, 1, 32).then(ended);
}}())"""
FITS = "__bodies.map(function (body) { return [H.counting.count(body), H.seal.tooMuch(H.bytes.concat([H.bytes.encode(body), H.random(620)]))]; })"


def main() -> None:
    """Print sizes, seconds and what fits."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("udhr", nargs="?", type=Path, help="the folder of the package udhr")
    parser.add_argument("--quick", action="store_true", help="one browser, one round")
    args = parser.parse_args()
    print(measure.machine())
    sizes()
    with tempfile.TemporaryDirectory(prefix="bench-letter-") as name:
        page, peer = on.write_page(Path(name)), _peer(Path(name))
        udhr = args.udhr or counting._fetch(Path(name))
        for kind in ("chromium",) if args.quick else ("chromium", "firefox"):
            if reason := missing(kind):
                print(f"not measured: {reason}")
                continue
            browser = Browser(kind)
            browser.open(page)
            keys(browser, peer, 1 if args.quick else 3)
            if kind == "chromium":
                letters(browser, udhr)
            browser.close()


def sizes() -> None:
    """Print how large the page is without stories, and how many titles it takes."""
    facts = on.facts([])
    print(
        f"letter.html without stories, {len(facts.rules)} languages of rules: {len(letter_page(facts)) / 1e3:.1f} kB"
    )
    for language, title in TITLES.items():
        stories = [ListedStory(f"the-salt-road-{n}", title, language) for n in range(MAX_STORIES)]
        page = letter_page(replace(facts, stories=tuple(stories)))
        kept = page.count(b"the-salt-road-")
        print(
            f"  with titles of {len(title)} characters in {language}: {kept} of {MAX_STORIES}, {len(page) / 1e3:.1f} kB (at most 200)"
        )


def keys(browser: Browser, peer: str, rounds: int) -> None:
    """Print the CPU seconds from a phrase to its pen, and the page's longest pause meanwhile."""
    ours = [_measured(browser, OURS) for _ in range(rounds)]
    line = f"{browser.kind} {browser.version}: key {_best(ours)}"
    if peer:
        browser.evaluate(f"(function () {{ {peer} }}.call(window), 1)")
        theirs = [_measured(browser, THEIRS) for _ in range(rounds)]
        line += f"; scrypt-js {_best(theirs)}; ratio {min(theirs)[0] / min(ours)[0]:.2f}"
    print(line)


def _measured(browser: Browser, script: str) -> tuple[float, float, float]:
    """Return the CPU seconds of all the browser's processes, wall seconds, and the longest pause."""
    began = _cpu(browser.pid)
    wall, pause = browser.evaluate(script)
    return _cpu(browser.pid) - began, wall, pause


def _cpu(root: int) -> float:
    """Return the CPU seconds so far of a process and all below it, on Linux."""
    parents, spent = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        pid = int(stat.parent.name)
        parents[pid], spent[pid] = int(fields[1]), int(fields[11]) + int(fields[12])
    below = {root}
    while grown := {pid for pid, parent in parents.items() if parent in below} - below:
        below |= grown
    return sum(spent.get(pid, 0) for pid in below) / os.sysconf("SC_CLK_TCK")


def _best(found: Sequence[tuple[float, float, float]]) -> str:
    cpu, wall, pause = (min(column) for column in zip(*found, strict=True))
    return f"{cpu:.2f} CPU-s, {wall:.2f} s wall, longest pause {pause:.0f} ms"


def letters(browser: Browser, udhr: Path) -> None:
    """Print whether 400 words fit a sealed letter of the page, and whether it counts as Python."""
    texts = counting._texts(udhr)
    tags = [tag for tag in counting.TWENTY_ONE if tag in texts]
    bodies = [counting._letter(texts[tag]) for tag in tags]
    browser.evaluate(f"window.__bodies = {json.dumps(bodies)}, 1")
    found = browser.evaluate(FITS)
    equal = sum(words.count(body) == n for body, (n, _) in zip(bodies, found, strict=True))
    fit = sum(excess == 0 for _, excess in found)
    print(
        f"400 words of {len(tags)} languages: {fit} fit {seal.SEALED_BYTES} bytes, {equal} counted as in Python"
    )


def _peer(folder: Path) -> str:
    argv = ["npm", "install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", PEER]
    try:
        subprocess.run([*argv, "--prefix", folder], check=True, timeout=120)
    except (OSError, subprocess.SubprocessError) as error:
        print(f"{PEER} cannot be fetched, so it is not measured: {error}")
        return ""
    return (folder / "node_modules/scrypt-js/scrypt.js").read_text("utf-8")


if __name__ == "__main__":
    main()
