"""Three readers answer: through the letter page in a headless Chromium, or in the terminal."""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import token_bytes

from chromium import Chromium, ChromiumFailed, Tab, executable
from handbill.letters.pen import make_phrase


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who answers a story."""

    name: str
    language: str
    story: str
    words: str


READERS = (
    Reader(
        "김철수",
        "ko",
        "last-crossing-ko",
        "나룻배 이야기를 읽고 오래 앉아 있었습니다. 그날 저녁 저도 건너편 강가에 있었습니다.\n\n"
        "밧줄은 아직 그 나무에 매여 있습니다. 이야기를 실어 주셔서 고맙습니다.",
    ),
    Reader(
        "Mina",
        "en",
        "last-crossing",
        "I was on the other bank that evening, and it was as you write.\n\n"
        "If you want to know more, ask my cousin: +44 20 7946 0123. She still has the boat's bell.",
    ),
    Reader(
        "\N{CYRILLIC CAPITAL LETTER EM}ina",  # looks like the name above, and is another
        "es",
        "el-mercado",
        "Lo del puerto es verdad, y todos lo sabemos. Lo que cobran por cruzar es una m i e r d a.",
    ),
)
Run = Callable[..., None]


def write(drives: Sequence[Path], run: Run) -> str:
    """Let the readers write onto the drives in turn; says by which way they did."""
    writers = list(zip(READERS, (make_phrase("en", token_bytes) for _ in READERS), strict=True))
    missing = _missing(drives[0] / "letter.html")
    if missing:
        for n, (reader, phrase) in enumerate(writers):
            _in_the_terminal(drives[n % len(drives)], reader, phrase, run)
        return f"in the terminal: {missing}"
    with Chromium() as browser:
        for n, (reader, phrase) in enumerate(writers):
            _on_the_page(browser, drives[n % len(drives)], reader, phrase)
    return "in the letter page, in a headless Chromium"


def _missing(page: Path) -> str:
    """Say why readers cannot use the letter page here; empty where they can."""
    if not page.is_file():
        return "this edition has no letter page"
    if executable() is None:
        return "Chromium is not installed"
    try:
        with Chromium() as browser:
            browser.ask("Browser.getVersion")
    except (ChromiumFailed, OSError) as error:
        return f"Chromium does not start ({error})"
    return ""


def carry_twice(drives: Sequence[Path]) -> None:
    """Somebody copies a letter onto the other drive, under another name, to be sure."""
    letter = min((drives[0] / "letters").iterdir())
    (drives[1] / "letters").mkdir(exist_ok=True)
    shutil.copy(letter, drives[1] / "letters" / "copy of it.bin")


def _on_the_page(browser: Chromium, drive: Path, reader: Reader, phrase: str) -> None:
    with tempfile.TemporaryDirectory(prefix="demo-saved-") as name:
        saved = Path(name)
        tab = browser.open(drive / "letter.html", saved)
        tab.put("story-id", reader.story)
        tab.put("body", reader.words)
        tab.put("language", reader.language)
        tab.put("name", reader.name)
        tab.click("input[name=pen][value=have]")
        tab.put("phrase", phrase)
        tab.click("#agree")
        tab.click("#go")
        tab.wait("!document.getElementById('sealed').hidden")
        letter = _saved(tab, saved)
        # What a reader does by hand: put the saved file into the folder of the drive.
        (drive / "letters").mkdir(exist_ok=True)
        shutil.move(letter, drive / "letters" / letter.name)
        print(f"  {reader.name}: sealed to {drive.name}/letters/{letter.name}")


def _saved(tab: Tab, folder: Path) -> Path:
    tab.click("#save")
    tab.wait("!document.querySelector('#sealed p[hidden]')")
    for _ in range(200):
        found = [p for p in folder.iterdir() if p.suffix == ".bin" and p.stat().st_size == 4096]
        if found:
            return found[0]
        time.sleep(0.05)
    sys.exit("the demo stopped: the letter page saved no letter")


def _in_the_terminal(drive: Path, reader: Reader, phrase: str, run: Run) -> None:
    with tempfile.TemporaryDirectory(prefix="demo-text-") as name:
        text = Path(name) / "text.txt"
        text.write_text(reader.words, "utf-8")
        read, write_end = os.pipe()
        os.write(write_end, phrase.encode() + b"\n")
        os.close(write_end)
        about = ("--kind", "letter", "--story", reader.story, "--language", reader.language)
        about += ("--name", reader.name)
        run("letter", drive, *about, "--text", text, "--agree", "--phrase-fd", read, fds=(read,))
        os.close(read)
