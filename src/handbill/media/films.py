"""Films: decoded and encoded anew, never copied, in two passes that an interruption can resume."""

import hashlib
import json
import re
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from handbill.errors import HandbillError, MediaRefused
from handbill.files import write_whole
from handbill.media import recipe
from handbill.media.captions import read_captions
from handbill.media.encoder import Encoder, encode, find_encoder, source_arguments
from handbill.media.mp4 import finish
from handbill.media.posters import card_picture, make_posters
from handbill.media.probing import Probe, probe
from handbill.media.stills import prepare_picture
from handbill.media.store import Entry, Store, key_of, source_hash
from handbill.media.values import CaptionTrack, FilmRendition, MediaProblem, StillSet
from handbill.paths import MAX_FILE_BYTES
from handbill.progress import SILENT, Progress

_BARE = ["-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn", "-fflags", "+bitexact"]
_LOUD = re.compile(r"\bI:\s+(-?[\d.]+) LUFS")
_PEAK = re.compile(r"\bPeak:\s+(-?[\d.]+) dBFS")


class SubtitleLike(Protocol):
    """A subtitle file beside a film, as the newsroom names it."""

    @property
    def language(self) -> str:
        """Its language tag."""

    @property
    def path(self) -> str:
        """Where it lies, relative to the newsroom folder."""

    @property
    def label(self) -> str:
        """What to call it in a menu."""


@dataclass(frozen=True, slots=True)
class _Job:
    """One film on its way: what it is, what to make of it, and where to leave it."""

    rel: str
    source: Path
    found: Probe
    chosen: recipe.Plan
    encoder: Encoder
    store: Store
    key: str
    card: Path | None
    progress: Progress


def prepare_film(
    root: Path,
    rel: str,
    *,
    subtitles: Sequence[SubtitleLike] = (),
    poster_rel: str | None = None,
    cache: Path,
    ffmpeg: Path | None = None,
    progress: Progress = SILENT,
) -> FilmRendition:
    """Rebuild the film ``rel`` under ``root`` as an "everywhere" MP4 in ``cache``.

    Sound alone becomes a film of a still card (the poster, where one is given). Of several
    tracks the one marked as default is used. A subtitle or poster that cannot be read does not
    stop the film: it is named in ``problems``. ``progress`` counts seconds of film, two passes.

    Raises:
        MediaRefused: missing, of another kind, damaged, cut short, or longer than 8 hours.
        UnsafePath: ``rel`` leaves ``root`` or passes a link.
        DriveFailed: the cache's disk is full or failing; finished passes are kept.
        ToolMissing: there is no ffmpeg.
    """
    store = Store(cache)
    encoder = find_encoder(ffmpeg)
    source = source_hash(root, rel)
    problems: list[MediaProblem] = []
    poster = _poster(root, poster_rel, cache, problems)
    entry = _finished(root, rel, (source, poster), (store, encoder, progress))
    captions = _captions(root, subtitles, entry, problems)
    if poster is None:
        poster = make_posters(store, encoder, entry, rel)
    return _rendition(rel, entry, poster, captions, problems)


def _poster(
    root: Path, rel: str | None, cache: Path, problems: list[MediaProblem]
) -> StillSet | None:
    if not rel:
        return None
    try:
        return prepare_picture(root, rel, cache)
    except MediaRefused as error:
        problems.append(MediaProblem(rel, str(error), error.hint or ""))
        return None


def _captions(
    root: Path, subtitles: Sequence[SubtitleLike], entry: Entry, problems: list[MediaProblem]
) -> list[CaptionTrack]:
    tracks = []
    rate = float(entry.facts["source_rate"]) or 25.0
    for one in subtitles:
        try:
            tracks.append(read_captions(root, one.path, one.language, one.label, rate=rate))
        except HandbillError as error:
            problems.append(MediaProblem(one.path, str(error), error.hint or ""))
    return tracks


def _finished(
    root: Path,
    rel: str,
    sources: tuple[str, StillSet | None],
    means: tuple[Store, Encoder, Progress],
) -> Entry:
    """Return the finished film from the cache, making it where it is not there."""
    (source, poster), (store, encoder, progress) = sources, means
    parts = {"source": source, "recipe": recipe.RECIPE_PARTS, "tool": encoder.version}
    found = store.find("films", key_of(parts))
    if found is not None:
        return found
    probed = probe(root, rel)
    chosen = recipe.plan(probed)
    card: Path | None = None
    if chosen.card:  # the card is part of the film, so it is part of the key
        last = poster.renditions[-1] if poster else None
        card = last.file if last else None
        parts["card"] = last.sha256 if last else "plain"
        found = store.find("films", key_of(parts))
    job = _Job(
        rel, root / rel, probed, chosen, encoder, store, key_of(parts), card, progress
    )  # fmt: skip
    return found or _make(job)


def _make(job: _Job) -> Entry:
    job.store.sweep()
    total = max(1, round(2 * job.found.duration_s)) if job.found.duration_s else None
    job.progress.start(job.rel, total, "seconds")
    try:
        learned = _first_pass(job)
        with job.store.workroom() as room:
            facts = _second_pass(job, room, learned)
            entry = job.store.put("films", job.key, room, facts)
    finally:
        job.progress.done()
    shutil.rmtree(job.store.resumable(job.key), ignore_errors=True)
    return entry


def _first_pass(job: _Job) -> tuple[int, float]:
    """Learn how many bits the film needs, and its gain; kept until the film is finished."""
    kept = job.store.resumable(job.key)
    note = kept / "pass1.json"
    with suppress(OSError, ValueError, KeyError, TypeError):
        noted = json.loads(note.read_bytes())
        if noted["sha256"] == {n: _sha256(kept / n) for n in noted["sha256"]}:
            _Seconds(job).to_end()
            return int(noted["kbps"]), float(noted["gain_db"])
    with job.store.workroom() as room:
        said = _run(job, room, _pass_arguments(job, room))
        gain = _gain(said) if job.found.audio else 0.0
        stats = sorted(p.name for p in room.iterdir() if p.name.startswith("pass1"))
        kbps = recipe.kbps(job.chosen, (room / "pass1-0.log").read_text("utf-8"))
        noted = {"gain_db": gain, "kbps": kbps, "sha256": {n: _sha256(room / n) for n in stats}}
        write_whole(room / "pass1.json", json.dumps(noted).encode())
        shutil.rmtree(kept, ignore_errors=True)
        kept.parent.mkdir(parents=True, exist_ok=True)
        room.replace(kept)
    return kbps, gain


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _gain(said: list[str]) -> float:
    """Read ffmpeg's summary of loudness; a spoofed line can only change the volume."""
    text = "\n".join(said)
    loud, peak = _LOUD.findall(text), _PEAK.findall(text)
    return recipe.gain(float(loud[-1]), float(peak[-1])) if loud and peak else 0.0


def _second_pass(job: _Job, room: Path, learned: tuple[int, float]) -> dict[str, Any]:
    for stats in job.store.resumable(job.key).glob("pass1-*"):
        shutil.copyfile(stats, room / stats.name)
    _run(job, room, _pass_arguments(job, room, learned))
    done = finish(room / "made.mp4", room / "film.mp4", rel=job.rel)
    for other in [p for p in room.iterdir() if p.name != "film.mp4"]:
        other.unlink()
    _judge(job, done.duration_s, (room / "film.mp4").stat().st_size)
    return {
        "width": job.chosen.width,
        "height": job.chosen.height,
        "duration_s": round(done.duration_s, 3),
        "has_audio": job.found.audio is not None,
        "source_rate": job.found.video.rate if job.found.video else 0.0,
        "left_out": list(job.found.left_out),
    }


def _judge(job: _Job, made_s: float, length: int) -> None:
    """Refuse a film that came out shorter than it says it is, or too long for a drive."""
    said = job.found.duration_s
    if made_s < 0.95 * said - 2:
        raise MediaRefused(
            f"{job.rel}: is cut short: it says {said:.0f} s, and {made_s:.0f} s can be played",
            hint="copy it again from its source",
        )
    if length > MAX_FILE_BYTES:
        raise MediaRefused(f"{job.rel}: {length} bytes, expected fewer than 4 GiB")


class _Seconds:
    """Turns ffmpeg's times into whole steps of the caller's bar."""

    def __init__(self, job: _Job) -> None:
        self._job = job
        self._told = 0

    def __call__(self, seconds: float) -> None:
        now = int(min(seconds, self._job.found.duration_s or seconds))
        if now > self._told:
            self._job.progress.advance(now - self._told)
            self._told = now

    def to_end(self) -> None:
        self(self._job.found.duration_s)


def _run(job: _Job, room: Path, arguments: list[str]) -> list[str]:
    seconds = _Seconds(job)
    said = encode(
        job.encoder,
        arguments,
        rel=job.rel,
        room=room,
        read=[job.source.absolute(), *([job.card.absolute()] if job.card else [])],
        timeout_s=600 + 60 * (job.found.duration_s or 3600),
        on_second=seconds,
    )
    seconds.to_end()
    return said


def _pass_arguments(job: _Job, room: Path, learned: tuple[int, float] | None = None) -> list[str]:
    chosen = job.chosen
    kbps, gain = learned or (None, None)
    source = source_arguments(job.source, job.found.demuxer)
    inputs = [*(card_picture(job.card, chosen) if chosen.card else []), *source]
    at = 1 if chosen.card else 0
    stats = ["-pass", "2" if learned else "1", "-passlogfile", str(room / "pass1")]
    picture = [
        *("-map", "0:v:0" if chosen.card else f"{at}:{chosen.video_index}"),
        *("-vf", recipe.video_filter(chosen), *recipe.codec_arguments(chosen, kbps), *stats),
    ]
    if chosen.card and job.found.duration_s:
        picture += ["-t", f"{job.found.duration_s:.3f}"]
    sound = _sound(chosen, at, gain)
    if not learned:
        out = [*picture, "-an", "-f", "null", "-"]
        return [*inputs, *out, *([*sound, "-vn", "-f", "null", "-"] if sound else [])]
    strip = ["-bsf:v", "filter_units=remove_types=6", "-write_tmcd", "0", "-shortest"]
    end = strip if chosen.card else strip[:-1]
    return [*inputs, *picture, *sound, *_BARE, *end, "-f", "mp4", str(room / "made.mp4")]


def _sound(chosen: recipe.Plan, at: int, gain: float | None) -> list[str]:
    if chosen.audio_index < 0:
        return []
    track = ["-map", f"{at}:{chosen.audio_index}", "-af", recipe.sound_filter(gain)]
    if gain is None:
        return track
    return [
        *(*track, "-c:a", "aac", "-b:a", f"{chosen.audio_kbps}k", "-ar", "48000", "-ac", "2"),
        *("-flags:a", "+bitexact", "-profile:a", "aac_low"),
    ]


def _rendition(
    rel: str,
    entry: Entry,
    poster: StillSet,
    captions: Sequence[CaptionTrack],
    problems: Sequence[MediaProblem],
) -> FilmRendition:
    facts = entry.facts
    length, sha256 = entry.files["film.mp4"]
    return FilmRendition(
        source=rel,
        file=entry.folder / "film.mp4",
        suffix=".mp4",
        width=int(facts["width"]),
        height=int(facts["height"]),
        duration_s=float(facts["duration_s"]),
        length=length,
        sha256=sha256,
        recipe=recipe.NAME,
        has_audio=bool(facts["has_audio"]),
        poster=poster,
        captions=tuple(captions),
        problems=tuple(problems),
    )
