"""verify.html in Chromium against the browser's own reading of the same file: verify_page.py [MB]."""

import argparse
import sys
import tempfile
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
PROBE = "(function(){var n=document.createElement('input');n.type='file';n.id='probe';n.multiple=true;document.body.appendChild(n);}())"
DONE = "document.getElementById('running').hidden && document.querySelectorAll('#results pre').length > 0"
STAMP = "window.__end = 0; new MutationObserver(function () { if (document.querySelector('#results pre') && !window.__end) { window.__end = performance.now(); } }).observe(document.getElementById('results'), {childList: true}); document.getElementById('folder').addEventListener('change', function () { window.__from = performance.now(); }, true); 1"


def main() -> None:
    """Print both speeds and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("megabytes", type=int, nargs="?", default=1000)
    parser.add_argument("--quick", action="store_true", help="100 MB")
    args = parser.parse_args()
    megabytes = 100 if args.quick else args.megabytes
    if reason := missing("chromium"):
        sys.exit(f"not measured: {reason}")
    with tempfile.TemporaryDirectory(prefix="bench-page-") as name:
        root = Path(name)
        length = editions.write(root / "edition", pages=50, media_mb=megabytes)
        page = root / "verify.html"
        page.write_bytes(verify_page())
        browser = Browser("chromium")
        ours, raw = [], []
        for _ in range(3):
            browser.open(page)
            browser.evaluate(PROBE)
            browser.upload("#probe", *sorted((root / "edition/films").glob("*.mp4")))
            raw.append(browser.evaluate(RAW))
            browser.evaluate(STAMP)
            browser.upload_folder("#folder", root / "edition")
            browser.wait(DONE, 300)
            ours.append(browser.evaluate("(window.__end - window.__from) / 1000"))
        browser.close()
        print(measure.machine(), browser.version)
        print(
            f"{length / 1e6:.0f} MB: verify.html {length / min(ours) / 1e6:.0f} MB/s,"
            f" reading alone {length / min(raw) / 1e6:.0f} MB/s,"
            f" ratio {min(raw) / min(ours):.2f} (target 0.95)"
        )


if __name__ == "__main__":
    main()
