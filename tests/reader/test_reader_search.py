"""The search index: what it holds, how it is cut, and that it decodes to what was put in."""

from __future__ import annotations

import json
import re
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbill.reader import terms
from handbill.reader.alphabet import Alphabet
from handbill.reader.folding import PAIR, SIZE, WORD, class_table, fold, fold_table, kind
from handbill.reader.search import MAX_SEGMENT, SHARD_BYTES, Doc, segment_files, segments

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"


def doc(number: int, title: str = "", body: str = "", day: str = "2026-11-24") -> Doc:
    return Doc(f"d{number:05}", "story", "ko", day, day, f"stories/{number}", title, "", body)


def decode(files: dict[str, bytes]) -> dict[str, set[int]]:
    """Read shards as the page's script does."""
    found = defaultdict(set)
    for path, data in files.items():
        match = re.fullmatch(r'HBS\("[^"]*",\d+,(".*")\)\n', data.decode(), re.DOTALL)
        if not match or not re.search(r"\.\d+\.js$", path):
            continue
        before = ""
        for row in json.loads(match[1]).split("|"):
            head, _, postings = row.partition(" ")
            before = before[: DIGITS.index(head[0])] + head[1:]
            at = value = shift = 0
            for digit in map(DIGITS.index, postings.partition("!")[0]):
                value |= (digit & 31) << shift
                shift += 5
                if digit < 32:
                    at += value
                    found[before].add(at)
                    value = shift = 0
    return found


def slow_terms(text: str) -> set[str]:
    """The specification, written plainly."""
    folds, kinds, out = fold_table(), class_table(), set()
    plain = (c if ord(c) < 65_536 else "\n" for c in text)
    folded = "".join(chr(folds[ord(c)]) for c in plain if folds[ord(c)])
    run, last = "", 0
    for char in [*folded, "\n"]:
        kind = kinds[ord(char)]
        if kind != last:
            if last == WORD:
                out.add(run[:40])
            if last == PAIR:
                out |= {run[i : i + 2] for i in range(len(run))}
            run, last = "", kind
        run += char
    return out


TEXT = st.text(alphabet="abÀéñЙё가나다라마힣漢字日本あい ้كىي۰١ \u200c\u0301'-.(x0𝒳ßİ", max_size=60)


@given(st.lists(TEXT, min_size=1, max_size=6))
def test_every_term_of_every_document_and_no_other_is_found(texts: list[str]) -> None:
    docs = [doc(i, title="t", body="") for i in range(len(texts))]
    docs = [
        Doc(**{f: getattr(d, f) for f in d.__slots__} | {"spoken": t})
        for d, t in zip(docs, texts, strict=True)
    ]
    found = decode(segment_files("s", docs))
    wanted = defaultdict(set)
    for number, one in enumerate(docs):
        for term in slow_terms("t\n" + one.text()):
            wanted[term].add(number)
    assert found == wanted


def test_segments_are_years_and_months_of_full_years() -> None:
    docs = [doc(i, day=f"2025-{1 + i % 12:02}-10") for i in range(MAX_SEGMENT + 1)]
    docs += [doc(50_000 + i, day=f"2024-{1 + i % 12:02}-10") for i in range(4 * MAX_SEGMENT + 12)]
    docs += [doc(90_000 + i, day="2026-01-02") for i in range(3)] + [doc(99_999, day="")]
    names = [name for name, _ in segments(docs)]
    months = [f"2024-{m:02}" for m in range(1, 13)]
    assert names == ["undated", *months, "2025-01", "2025-07", "2026"]
    crowded = [doc(i) for i in range(2 * MAX_SEGMENT + 1)]
    parts = list(segments(crowded))
    assert [len(p) for _, p in parts] == [1334, 1334, 1333]


def test_a_new_story_leaves_old_segments_as_they_were() -> None:
    old = [doc(i, body="옛 이야기", day="2024-03-01") for i in range(9)]
    before = dict(segments(old))
    after = dict(segments([*old, doc(100, body="새 이야기")]))
    assert segment_files("2024", before["2024"]) == segment_files("2024", after["2024"])


def test_an_alphabet_of_several_segments_changes_nothing() -> None:
    texts = ["다리와 Bridge, bridge!", "x" * 50 + " 다리", "the-bridge " + "x" * 45, "", "۱۲ 배"]
    parts = [[doc(i, title=t[:9], body=t)] for i, t in enumerate(texts)]
    alone = [segment_files("s", part) for part in parts]
    shared = Alphabet()
    assert [segment_files("s", part, shared) for part in parts * 2] == alone * 2


def test_more_letters_than_fit_in_a_byte() -> None:
    # Ethiopic alone has some hundred; no word may be taken for another, nor their order change.
    script = [chr(code) for code in range(0x1200, 0x1380) if kind(code) == WORD]
    words = ["".join(script[i : i + 7]) for i in range(len(script) - 7)] + ["a", "ab", "bridge"]
    files = segment_files("s", [doc(i, body=word) for i, word in enumerate(words)])
    assert len(script) > 256
    assert decode(files) == {word: {i} for i, word in enumerate(words)}


def test_words_that_differ_late_or_end_where_another_goes_on() -> None:
    stems = ["", "abcdefg", "abcdefgh", "abcdefghi", "abcdefghijklmnop", "z" * 39]
    words = sorted({stem + last for stem in stems for last in ("", "a", "b", "zz")} - {""})
    bodies = [f"{word} {words[i - 1]}" for i, word in enumerate(words)]
    found = decode(segment_files("s", [doc(i, body=body) for i, body in enumerate(bodies)]))
    assert found["z" * 40] == {i for i, body in enumerate(bodies) if "z" * 40 in body}
    assert all(found[word] >= {i, (i + 1) % len(words)} for i, word in enumerate(words[:-3]))


@given(st.lists(TEXT, min_size=2, max_size=9), st.integers(0, 3))
def test_keys_that_claim_one_place_are_told_apart(texts: list[str], bits: int) -> None:
    keys = np.array([hash(text) & 0xFF for text in texts], np.uint64) << np.uint64(bits * 8)
    numbers, seen = terms._numbered(keys)
    assert numbers.tolist() == [sorted(set(keys.tolist())).index(key) for key in keys.tolist()]
    assert keys[seen][numbers].tolist() == keys.tolist()


def test_large_segments_are_cut_into_shards_in_order() -> None:
    texts = [" ".join(f"w{i:03}{j:04}" for j in range(400)) for i in range(200)]
    files = segment_files("s", [doc(i, body=t) for i, t in enumerate(texts)])
    shards = [p for p in files if re.search(r"s\.\d+\.js$", p)]
    assert len(shards) > 3
    assert all(len(files[p]) < SHARD_BYTES + 20_000 for p in shards)
    found = decode(files)
    assert found["w0420017"] == {42}


def head_of(files: dict[str, bytes]) -> dict[str, object]:
    return dict(json.loads(files["assets/search/s.js"].decode()[len('HBH("s",') : -2]))


def test_pairs_of_most_documents_are_named_for_questions_to_pass_by() -> None:
    bodies = ["마을에서 to", "들에서 to", "에서 물", "로동 to"]
    often = head_of(segment_files("s", [doc(i, body=b) for i, b in enumerate(bodies)]))["often"]
    assert often == "에서"  # no word, no last character alone, no pair of a single text
    halves = [doc(i, body=b) for i, b in enumerate(["에서", "에서", "물", "길"])]
    assert head_of(segment_files("s", halves))["often"] == ""


def test_a_pack_holds_each_document_with_its_text() -> None:
    docs = [doc(i, title=f"제목 {i}", body="물길 " * 20_000) for i in range(3)]
    files = segment_files("s", docs)
    assert head_of(files)["packs"] == [0, 1, 2]
    row = json.loads(files["assets/search/s.t1.js"].decode()[len('HBT("s",1,') : -2])[0]
    assert row[:5] == ["제목 1", "stories/1", "ko", "2026-11-24", "story"]
    assert row[5] == docs[1].text()


def test_one_character_folds_as_the_table_says() -> None:
    assert tuple(map(fold, range(SIZE))) == fold_table()
    assert bytes(map(kind, range(SIZE))) == class_table()


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Corazón", "corazon"),
        ("می‌شود", "میشود"),
        ("كتاب", "کتاب"),
        ("Ｈａｎｄ", "hand"),
        ("۱۲۳", "123"),
    ],
)
def test_spellings_that_are_taken_for_the_same(written: str, asked: str) -> None:
    assert slow_terms(written) == slow_terms(asked)


@given(st.lists(st.text(max_size=40), min_size=2, max_size=8))
def test_texts_are_shown_in_one_line_as_they_are(parts: list[str]) -> None:
    found = terms.Texts(parts, Alphabet())
    assert found.squeezed() == [" ".join(part.split()) for part in parts]
    if found.plain():
        shown = [" ".join(part.split()) for part in parts]
        assert all(json.dumps(text, ensure_ascii=False) == f'"{text}"' for text in shown)


def test_a_script_cannot_be_ended_by_a_text() -> None:
    files = segment_files("s", [doc(1, title='"); alert(1); ("', body="\u2028\\\u2029</script>")])
    for data in files.values():
        assert b"\xe2\x80\xa8" not in data
        json.loads("[" + data.decode().partition("(")[2].strip()[:-1] + "]")
