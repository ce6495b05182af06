"""Front matter is read line by line; the usual line takes a shorter way to the same value."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from handbill.newsroom.frontmatter import Value, read

PAIR = re.compile(r"([a-z_]+):(?:[ \t]+(.*))?")
LINES = st.lists(
    st.sampled_from(["id: a", "id:", "tags:", "- one", "  - 'two'", "  alt: x", "lead:", "#", ""])
    | st.text(alphabet="ab_:-# \t\"'\x0b\x0c\r\x85é", max_size=9),
    max_size=9,
)


def plain(text: str) -> str:
    text = text.strip()
    quoted = len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'"
    return text[1:-1] if quoted else text


def slowly(lines: list[str]) -> tuple[dict[str, tuple[int, Value]], list[int]]:
    """The specification: what each line says, and which lines are wrong."""
    fields: dict[str, tuple[int, Value]] = {}
    wrong, name = [], ""
    for number, line in enumerate(lines, 2):
        inner = line.strip()
        if not inner or inner[0] == "#":
            continue
        if line[0] not in " \t-":
            match = PAIR.fullmatch(line.rstrip())
            name = match[1] if match else ""
            if match is None or name in fields:
                wrong.append(number)
            else:
                fields[name] = (number, plain(match[2] or ""))
            continue
        at, value = fields.get(name, (0, "none"))
        match = PAIR.fullmatch(inner)
        if inner[0] == "-" and (value == "" or isinstance(value, list)):
            fields[name] = (at, [*value, plain(inner[1:])])
        elif inner[0] != "-" and match and (value == "" or isinstance(value, dict)):
            before = value if isinstance(value, dict) else {}
            if match[1] in before:
                wrong.append(number)
                continue
            fields[name] = (at, {**before, match[1]: plain(match[2] or "")})
        else:
            wrong.append(number)
    return fields, wrong


@given(LINES)
def test_every_line_is_read_as_the_specification_says(lines: list[str]) -> None:
    text = "\n".join(["---", *lines, "---", "", "Body."]).replace("\r\n", "\n")
    head = text.split("\n---")[0].split("\n")[1:]
    matter = read("a.md", text)
    fields, wrong = slowly(head)
    assert matter.fields == fields
    assert [problem.line for problem in matter.problems] == wrong
