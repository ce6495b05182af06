"""The main job on a sample newsroom: press, copy, check, and letters back. All lies in out/demo."""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
OUT = ROOT / "out" / "demo"
sys.path.insert(0, str(HERE))


def main() -> None:
    """Make the sample, press it, copy it, check it, take letters in, and say what to open."""
    began = time.monotonic()
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    newsroom, edition, drive = OUT / "newsroom", OUT / "edition", OUT / "drive"
    drives = (drive, OUT / "second drive")
    with step("Draw the pictures and films of the sample newsroom"):
        draw(newsroom)
    passphrase = OUT / "passphrase.txt"
    passphrase.write_text("a sample newsroom keeps no secrets\n")
    secret = ["--passphrase-file", str(passphrase)]
    with step("Make its keys (kept outside the newsroom's folder)"):
        handbill("keys", "make", newsroom, "--policy", "solo", *secret)
    with step("Press: scrub, shrink, build the pages, sign"):
        handbill("press", newsroom, "--out", edition, *secret)
    with step("Copy to two drives (here: folders)"):
        for one in drives:
            one.mkdir()
        handbill("copy", edition, *drives)
    with step("Verify the drive"):
        handbill("verify", drive)
    with step("Verify one film alone, carried off with its proof"):
        handbill("verify", carry_off(drive))
    with step("Press again: nothing changed, so nothing is made"):
        handbill("press", newsroom, "--out", edition, *secret)
    answer(newsroom, drives, secret)
    discuss(newsroom, edition, drives, secret)
    finish(drive, newsroom, time.monotonic() - began)


def answer(newsroom: Path, drives: Sequence[Path], secret: Sequence[str]) -> None:
    """Let readers write, carry their letters home, and see what the screens find in them."""
    import letters  # noqa: PLC0415  (beside this file)

    with step("Three readers answer; somebody copies one letter onto the other drive, to be sure"):
        print(f"  {letters.write(drives, handbill)}")
        letters.carry_twice(drives)
    with step("The drives come home: collect the letters, opening none"):
        handbill("collect", *drives, "--into", newsroom, "--clear")
    with step("The desk opens, verifies, counts each once, and lets the screens read"):
        handbill("desk", "take-in", newsroom, *secret)
        handbill("desk", "letters", newsroom)


def discuss(newsroom: Path, edition: Path, drives: Sequence[Path], secret: Sequence[str]) -> None:
    """Judge the letters as the desk does, and press them into the next edition."""
    with step("Somebody at the desk judges them: here a script that calls what its pages call"):
        python(HERE / "judging.py", newsroom, secret[1], named="judging")
    with step("The desk hands the discussion over to the press, signed"):
        handbill("desk", "export", newsroom, *secret)
    with step("Press edition 2, copy it, verify it: the letters stand under their stories"):
        handbill("press", newsroom, "--out", edition, *secret)
        handbill("copy", edition, *drives)
        handbill("verify", drives[0])


def draw(newsroom: Path) -> None:
    """Copy the sample's texts and draw what goes with them."""
    import films  # noqa: PLC0415  (heavy, and beside this file)
    import pictures  # noqa: PLC0415

    shutil.copytree(HERE / "newsroom", newsroom)
    pictures.main(newsroom)
    films.main(newsroom)


def carry_off(drive: Path) -> Path:
    """Copy one film and its proof into a folder of their own, as a phone would."""
    film = sorted((drive / "films").glob("*.mp4"))[0]
    alone = OUT / "one film"
    alone.mkdir()
    for file in (film, film.with_suffix(".proof.txt")):
        shutil.copy(file, alone)
    return alone / film.name


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    """Say what is done, and how long it took."""
    began = time.monotonic()
    print(f"\n\033[1m{title}\033[0m" if sys.stdout.isatty() else f"\n{title}", flush=True)
    yield
    print(f"  ({time.monotonic() - began:.1f} s)", flush=True)


def handbill(*args: object, fds: Sequence[int] = ()) -> None:
    """Show a command as a person would type it, and run it; it inherits ``fds``."""
    words = [str(a) for a in args]
    shown = [w.replace(str(ROOT) + "/", "") for w in words]
    print("$ handbill " + " ".join(f'"{w}"' if " " in w else w for w in shown), flush=True)
    python("-m", "handbill", *words, named=f"handbill {words[0]}", fds=fds)


def python(*args: object, named: str, fds: Sequence[int] = ()) -> None:
    """Run this Python with the sample's own state and cache."""
    env = {**os.environ, "HANDBILL_STATE": str(OUT / "state"), "HANDBILL_CACHE": str(OUT / "cache")}
    argv = [sys.executable, *map(str, args)]
    done = subprocess.run(argv, env=env, check=False, pass_fds=fds)
    if done.returncode:
        sys.exit(f"the demo stopped: {named} ended with status {done.returncode}")


def finish(drive: Path, newsroom: Path, seconds: float) -> None:
    """Say what to open."""
    print(f"\nDone in {seconds:.0f} s. Open these, with the network off if you like:\n")
    for what, path in (
        ("the paper", drive / "index.html"),
        ("a story, discussed", drive / "stories" / "last-crossing-ko" / "index.html"),
        ("what was decided", drive / "pages" / "decisions.en.html"),
        ("write a letter", drive / "letter.html"),
        ("its search", drive / "pages" / "search.en.html"),
        ("the films", drive / "films"),
        ("one file, phones", drive / "en" / "paper.single.html"),
        ("a sheet to print", drive / "print" / "ko.pdf"),
        ("check the drive", drive / "verify.html"),
    ):
        print(f"  {what:19} {path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}")
    print(
        "\nThe folder out/demo/drive is the drive: copy it to a stick and try it on a phone or TV."
        "\nThe desk where letters are judged, in a browser:\n"
    )
    state = f"HANDBILL_STATE={(OUT / 'state').relative_to(ROOT)}"
    secret = f"--passphrase-file {(OUT / 'passphrase.txt').relative_to(ROOT)}"
    command = f"{state} .venv/bin/handbill desk {newsroom.relative_to(ROOT)} {secret}"
    print(f"  {command}")


if __name__ == "__main__":
    main()
