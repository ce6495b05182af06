"""Whatever a subtitle file says, what is made of it passes the audit, which shares no code with it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from handbill.media.captions import Cue, clean_text, to_srt, to_vtt
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
