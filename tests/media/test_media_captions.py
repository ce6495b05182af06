"""Whatever a subtitle file says, what is made of it passes the audit, which shares no code with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbill.errors import MediaRefused
from handbill.media import captions, cells, read_captions
from handbill.media.captions import Cue, clean_text, to_srt, to_vtt
from handbill.media.sami import read_sami
from handbill.protect import audit_bytes

HARD = st.sampled_from(
    ["<b", "</", "{\\an8", "{*", "{{\\", "-->", "&lt;", "&", "\\N", "<br>", "\n\n", "1\n", "\u06dd",
     "\u200f", "\u2028", "\u00ad", "\U000e0041", "\x0b", "\x85", "\ufeff", "\u070f", "00:00:01,000"]
)  # fmt: skip
WORDS = st.lists(HARD | st.text(max_size=6), max_size=8).map("".join)


@given(st.lists(WORDS, min_size=1, max_size=4))
def test_what_is_made_of_any_words_is_clean(found: list[str]) -> None:
    cues = [Cue(1000, 2000, words) for text in found if (words := clean_text(text))]
    if cues:
        assert audit_bytes("a.srt", to_srt(cues).encode()) == ()
        assert audit_bytes("a.vtt", to_vtt(cues).encode()) == ()


def test_signs_that_are_drawn_and_words_that_look_like_tags_stay() -> None:
    assert clean_text("\u06dd <3 a<b") == "\u06dd <3 a<b"
    assert "a< b" in to_srt([Cue(0, 1, "a<b")])


@pytest.mark.parametrize("text", ["<sami><body>", "<sami><body><sync start=1>", "<SAMI>x"])
def test_sami_that_says_nothing_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.smi").write_text(text)
    with pytest.raises(MediaRefused, match=r"^a.smi: holds no cue$"):
        read_captions(tmp_path, "a.smi", "ko", "")


def test_comments_of_sami_are_left_out_at_once() -> None:
    shut = "<sami><body><!-- a --><sync start=1><p>one<!-- b -->"
    assert read_sami(shut, "en")[0][2] == "one"
    assert read_sami("<sami><body>" + "<!--" * 500_000, "en") == []


def test_a_file_that_would_keep_its_reader_busy_for_hours_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\n" + "<br " * 1_000_000)

    def impatient(*args: object, **more: object) -> object:
        return cells.ask(*args, **{**more, "timeout_s": 2})  # type: ignore[arg-type]

    monkeypatch.setattr(captions, "ask", impatient)
    with pytest.raises(MediaRefused, match="made to break its reader"):
        read_captions(tmp_path, "a.srt", "en", "")
