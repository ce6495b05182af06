"""Renew the translations of the desk's pages, without gettext's programs.

    tools/catalogues.py           read templates and code, renew every .po, compile every .mo
    tools/catalogues.py --check   change nothing; exit 1 where something is missing or stale

Each room of the desk keeps its own catalogue in ``locale/``. What the room ``staff`` says already,
no other room translates again. English stands in templates and code.
"""

import ast
import re
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
DESK = ROOT / "src" / "handbill" / "desk"
LANGUAGES = {
    "es": "nplurals=2; plural=(n != 1);",
    "fa": "nplurals=2; plural=(n > 1);",
    "ko": "nplurals=1; plural=0;",
}
SHARED = "staff"
_CALL = re.compile(
    r"\b(n?gettext)\(u?((?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"))"
    r"(?:,\s*u?((?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")))?"
)
_NAMES = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
_HOLE = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%[sd]")


@dataclass(frozen=True, order=True, slots=True)
class Message:
    """What a page says in English; ``plural`` is empty where it does not count."""

    text: str
    plural: str = ""


Catalogue = dict[Message, tuple[str, ...]]


def rooms() -> list[Path]:
    """Return the rooms of the desk that say something, the shared one first."""
    found = [p for p in sorted(DESK.iterdir()) if (p / "__init__.py").exists() and said(p)]
    return sorted(found, key=lambda room: (room.name != SHARED, room.name))


def said(room: Path) -> set[Message]:
    """Return all that a room's templates and code say."""
    found: set[Message] = set()
    for path in room.rglob("*.html"):
        found |= set(_in_template(path.read_text(encoding="utf-8")))
    for path in room.rglob("*.py"):
        found |= set(_in_code(path.read_text(encoding="utf-8")))
    return found


def needed(room: Path) -> set[Message]:
    """Return what a room's own catalogue must hold."""
    shared = DESK / SHARED
    return said(room) if room == shared else said(room) - said(shared)


def _in_template(text: str) -> Iterator[Message]:
    for match in _CALL.finditer(templatize(text)):
        plural = ast.literal_eval(match[3]) if match[1] == "ngettext" else ""
        yield Message(ast.literal_eval(match[2]), plural)


def _in_code(text: str) -> Iterator[Message]:
    for node in ast.walk(ast.parse(text)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if node.func.id not in _NAMES:
            continue
        words = [a.value for a in node.args if isinstance(a, ast.Constant)]
        texts = [word for word in words if isinstance(word, str)]
        if texts:
            yield Message(*texts[:2] if node.func.id.startswith("n") else texts[:1])


def read(path: Path) -> Catalogue:
    """Read a .po file of ours; nothing where there is none."""
    if not path.exists():
        return {}
    found: Catalogue = {}
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        fields = dict(_fields(block))
        if fields.get("msgid"):
            key = Message(fields.pop("msgid"), fields.pop("msgid_plural", ""))
            found[key] = tuple(value for _, value in sorted(fields.items()))
    return found


def _fields(block: str) -> Iterator[tuple[str, str]]:
    name, value = "", ""
    for line in block.splitlines():
        if line.startswith("#"):
            continue
        head, _, rest = line.partition('"')
        if head.strip():
            if name:
                yield name, value
            name, value = head.strip(), ""
        value += ast.literal_eval('"' + rest)
    if name:
        yield name, value


def write(language: str, catalogue: Catalogue) -> str:
    """Write a .po file, sorted, so that changes are small."""
    head = f"Content-Type: text/plain; charset=UTF-8\\nLanguage: {language}\\n"
    head += f"Plural-Forms: {LANGUAGES[language]}\\n"
    blocks = [f'msgid ""\nmsgstr "{head}"']
    for message, texts in sorted(catalogue.items()):
        lines = [f"msgid {_quoted(message.text)}"]
        if message.plural:
            lines.append(f"msgid_plural {_quoted(message.plural)}")
            lines += [f"msgstr[{n}] {_quoted(text)}" for n, text in enumerate(texts)]
        else:
            lines.append(f"msgstr {_quoted(texts[0])}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def compiled(language: str, catalogue: Catalogue) -> bytes:
    """Return the .mo file, as gettext's manual describes it under MO Files."""
    head = f"Content-Type: text/plain; charset=UTF-8\nLanguage: {language}\n"
    head += f"Plural-Forms: {LANGUAGES[language]}\n"
    pairs = {b"": head.encode()}
    for message, texts in catalogue.items():
        if all(texts):
            key = "\0".join(filter(None, (message.text, message.plural)))
            pairs[key.encode()] = "\0".join(texts).encode()
    keys = sorted(pairs)
    offset = 28 + 16 * len(keys)
    tables: list[list[int]] = [[], []]
    blob = b""
    for table, values in zip(tables, (keys, [pairs[k] for k in keys]), strict=True):
        for value in values:
            table += [len(value), offset + len(blob)]
            blob += value + b"\0"
    count = len(keys)
    start = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, offset)
    return start + struct.pack(f"<{4 * count}I", *tables[0], *tables[1]) + blob


def renewed(language: str, room: Path) -> Catalogue:
    """Return a room's catalogue with what it needs and nothing else, known texts kept."""
    known = read(place(room, language))
    forms = int(LANGUAGES[language][9])
    empty = {m: ("",) * (forms if m.plural else 1) for m in needed(room)}
    return {m: known.get(m, texts) for m, texts in empty.items()}


def place(room: Path, language: str) -> Path:
    """Return where a room keeps a language."""
    return room / "locale" / language / "LC_MESSAGES" / "django.po"


def faults(language: str, catalogue: Catalogue) -> list[str]:
    """Return what is wrong with translations: missing, or with other holes than the English."""
    found = []
    for message, texts in sorted(catalogue.items()):
        if not all(texts):
            found.append(f"{language}: not translated: {message.text!r}")
            continue
        wanted = set(_HOLE.findall(message.plural or message.text))
        wrong = [text for text in texts if set(_HOLE.findall(text)) != wanted]
        found += [f"{language}: other holes than {sorted(wanted)}: {text!r}" for text in wrong]
    return found


def main() -> int:
    """Renew or check; the exit status says whether everything is complete."""
    only_check, wrong = "--check" in sys.argv[1:], []
    for room in rooms():
        for language in LANGUAGES:
            path, catalogue = place(room, language), renewed(language, room)
            wrong += [f"{room.name}: {fault}" for fault in faults(language, catalogue)]
            files = {
                path: write(language, catalogue).encode(),
                path.with_suffix(".mo"): compiled(language, catalogue),
            }
            for file, data in files.items():
                if file.exists() and file.read_bytes() == data:
                    continue
                if only_check:
                    wrong.append(f"{file.relative_to(ROOT)}: stale; run tools/catalogues.py")
                else:
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_bytes(data)
    print("\n".join(wrong) or "complete", file=sys.stderr if wrong else sys.stdout)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
