"""verify.html in Chromium against the browser's own reading of the same files: verify_page.py [MB].

Reading alone is in blocks of 4 MiB, one after the other; as streams (with --rounds: medians); and
``--page FILE`` measures another verify.html beside ours. CPU is that of all of the browser.
"""

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import editions
import measure
from handbill.reader.verify_page import verify_page

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from browser.driver import Browser, missing  # noqa: E402

RAW = """new Promise(function (done) {
  var files = Array.from(document.getElementById('probe').files), began = performance.now(), i = 0, at = 0;
  (function next() {
    if (i === files.length) { done((performance.now() - began) / 1000); return; }
    if (at >= files[i].size) { i++; at = 0; next(); return; }
    files[i].slice(at, at += 4194304).arrayBuffer().then(next);
  }());
})"""
STREAM = """new Promise(function (done) {
  var files = Array.from(document.getElementById('probe').files), began = performance.now(), room = 1048576;
  (function next() {
    var file = files.shift(), reader = file && file.stream().getReader({ mode: 'byob' });
    window.kept = reader;  // else Chromium collects it, and its read never answers
    if (!file) { done((performance.now() - began) / 1000); return; }
    (function more() {
      reader.read(new Uint8Array(room)).then(function (got) { if (got.done) { next(); } else { more(); } });
    }());
  }());
})"""
PROBE = "(function(){var n=document.createElement('input');n.type='file';n.id='probe';n.multiple=true;document.body.appendChild(n);}())"
DONE = "document.getElementById('running').hidden && document.querySelectorAll('#results pre').length > 0"
STAMP = "window.__end = 0; new MutationObserver(function () { if (document.querySelector('#results pre') && !window.__end) { window.__end = performance.now(); } }).observe(document.getElementById('results'), {childList: true}); document.getElementById('folder').addEventListener('change', function () { window.__from = performance.now(); }, true); 1"


def main() -> None:
    """Print the speeds and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("megabytes", type=int, nargs="?", default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--page", type=Path, help="another verify.html, measured in the same run")
    parser.add_argument("--quick", action="store_true", help="100 MB")
    args = parser.parse_args()
    megabytes = 100 if args.quick else args.megabytes
    if reason := missing("chromium"):
        sys.exit(f"not measured: {reason}")
    with tempfile.TemporaryDirectory(prefix="bench-page-") as name:
        root = Path(name)
        length = editions.write(root / "edition", pages=50, media_mb=megabytes)
        (root / "verify.html").write_bytes(verify_page())
        pages = [root / "verify.html", *filter(None, [args.page])]
        browser = Browser("chromium")
        found: dict[str, list[tuple[float, float]]] = {}
        for _ in range(args.rounds):
            for page in pages:
                for what, cost in _round(browser, page, root / "edition"):
                    by = "ours" if page == pages[0] else str(page)
                    key = f"{what} by {by}" if what == "verify" else what
                    found.setdefault(key, []).append(cost)
        browser.close()
        print(measure.machine(), browser.version)
        base = statistics.median(wall for wall, _ in found["blocks"])
        for what, costs in found.items():
            wall, cpu = (statistics.median(column) for column in zip(*costs, strict=True))
            print(
                f"{length / 1e6:.0f} MB, {what}: {length / wall / 1e6:.0f} MB/s,"
                f" {cpu:.2f} CPU-s, {base / wall:.2f} of reading in blocks (target 0.95)"
            )


def _round(
    browser: Browser, page: Path, edition: Path
) -> Iterator[tuple[str, tuple[float, float]]]:
    browser.open(page)
    browser.evaluate(PROBE)
    browser.upload("#probe", *sorted((edition / "films").glob("*.mp4")))
    for what, script in (("blocks", RAW), ("streams", STREAM)):
        cpu = _cpu()
        wall = browser.evaluate(script)
        yield what, (wall, _cpu() - cpu)
    browser.evaluate(STAMP)
    cpu = _cpu()
    browser.upload_folder("#folder", edition)
    browser.wait(DONE, 300)
    wall = browser.evaluate("(window.__end - window.__from) / 1000")
    yield "verify", (wall, _cpu() - cpu)


def _cpu() -> float:
    """Return the CPU seconds of everything below this process (Linux alone)."""
    parents, used, total = {}, {}, 0
    for name in filter(str.isdigit, os.listdir("/proc")):  # no Path: processes come and go
        try:
            fields = Path("/proc", name, "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(name)] = int(fields[1])
        used[int(name)] = int(fields[11]) + int(fields[12])
    for process, ticks in used.items():
        above = process
        while above in parents and above != os.getpid():
            above = parents[above]
        total += ticks if above == os.getpid() != process else 0
    return total / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
