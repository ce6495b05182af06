"""Sign an edition of plain files without the press, for the benchmarks of carrying."""

import os
import sys
from hashlib import sha256
from pathlib import Path

from handbill.edition.manifest import FileEntry
from handbill.edition.sign import (
    EditionInputs,
    History,
    PlannedItem,
    Signers,
    sign_edition,
)
from handbill.keys import roots
from handbill.keys.held import draw_key
from handbill.keys.values import Reservation
from handbill.paths import CHUNK_BYTES

PAGE_BYTES = 8_000


def write(out: Path, *, pages: int, media_mb: int, film_mb: int = 50) -> int:
    """Write an edition of ``pages`` pages and films; return how many bytes its files have."""
    names = {f"stories/s{i:05}/index.html": PAGE_BYTES for i in range(pages)}
    names |= {f"films/Film {i:03}.mp4": film_mb << 20 for i in range(media_mb // film_mb)}
    names["index.html"] = PAGE_BYTES
    entries, items = [], []
    for path, length in names.items():
        entries.append(_file(out, path, length))
    for path in names:
        kind = "film" if path.startswith("films") else "story"
        name = path.split("/")[1].split(".")[0].lower().replace(" ", "-") if "/" in path else "site"
        kind = kind if "/" in path else "pages"
        items.append(PlannedItem(name, kind, "en", name, (path,)))
    _sign(out, items, entries)
    return sum(names.values())


def sign_folder(out: Path) -> None:
    """Hash and sign the files that lie in a folder already."""
    entries, items = [], []
    for place in sorted(p for p in out.rglob("*") if p.is_file()):
        path = place.relative_to(out).as_posix()
        whole, chunks, length = sha256(), b"", 0
        with place.open("rb") as file:
            while data := file.read(CHUNK_BYTES):
                whole.update(data)
                chunks += sha256(data).digest()
                length += len(data)
        entries.append(FileEntry(path, length, whole.hexdigest(), chunks))
        items.append(PlannedItem(f"i{len(items)}", "story", "en", path[:80], (path,)))
    _sign(out, items, entries)


def _file(out: Path, path: str, length: int) -> FileEntry:
    place = out / path
    place.parent.mkdir(parents=True, exist_ok=True)
    whole, chunks = sha256(), b""
    with place.open("wb") as file:
        for at in range(0, length, CHUNK_BYTES):
            data = os.urandom(min(CHUNK_BYTES, length - at))
            file.write(data)
            whole.update(data)
            chunks += sha256(data).digest()
    return FileEntry(path, length, whole.hexdigest(), chunks)


def _sign(out: Path, items: list[PlannedItem], entries: list[FileEntry]) -> None:
    root_key, editor, press, ssh = (draw_key(r) for r in ("root", "editor", "press", "ssh"))
    shared = (1, (press.public,))
    root = roots.Root(
        1,
        "2026-01-01",
        {
            "root": (1, (root_key.public,)),
            "targets": (1, (editor.public,)),
            "snapshot": shared,
            "timestamp": shared,
        },
    )
    chain = (roots.render(root, [root_key]),)
    drawn = Reservation(1, "0" * 31 + "1", "2026-11-24", "2027-05-24", "ab" * 32, "")
    inputs = EditionInputs(roots.newsroom_id(chain[0]), "Sample", ("en",), drawn, chain)
    signers = Signers((editor,), (press,), ssh)
    signed = sign_edition(inputs, items, entries, signers=signers, history=History(()))
    for path, data in signed.files:
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_bytes(data)


if __name__ == "__main__":
    if sys.argv[1] == "--sign":
        sign_folder(Path(sys.argv[2]))
    else:
        write(Path(sys.argv[1]), pages=int(sys.argv[2]), media_mb=int(sys.argv[3]))
