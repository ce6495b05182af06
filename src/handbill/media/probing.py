"""What a film is: asked of a caged process, judged here, returned as a value."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handbill.errors import MediaRefused
from handbill.media.cells import ask
from handbill.media.sniff import film_demuxer

MAX_DURATION_S = 8 * 3600
MAX_FRAME_PX = 8192 * 4320


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """The pictures that we use: size as stored, shape, turn in degrees, pictures a second."""

    index: int
    codec: str
    width: int
    height: int
    sar: float = 1.0
    rotation: int = 0
    rate: float = 0.0
    peak_rate: float = 0.0
    hdr: bool = False
    interlaced: bool = False

    @property
    def shown(self) -> tuple[int, int]:
        """Width and height as a viewer sees them: upright, square pixels."""
        width, height = round(self.width * self.sar), self.height
        return (height, width) if self.rotation % 180 else (width, height)


@dataclass(frozen=True, slots=True)
class AudioFacts:
    """The sound that we use."""

    index: int
    codec: str
    channels: int
    rate: int


@dataclass(frozen=True, slots=True)
class Probe:
    """A film or sound: its reader, length (0: unknown), and the kinds of tracks not used."""

    demuxer: str
    container: str
    duration_s: float
    video: VideoFacts | None
    audio: AudioFacts | None
    left_out: tuple[str, ...] = ()


def probe(root: Path, rel: str) -> Probe:
    """Say what the film or sound ``rel`` under ``root`` is.

    Raises:
        MediaRefused: missing, of a kind that we do not take, damaged, too long or too large.
        UnsafePath: ``rel`` leaves ``root`` or passes a link.
    """
    demuxer = film_demuxer(root, rel)
    source = str((root / rel).absolute())
    return judged(rel, demuxer, ask("probe_cell", {"source": source, "demuxer": demuxer}, rel=rel))


def judged(rel: str, demuxer: str, answer: dict[str, Any]) -> Probe:
    """Turn a cell's answer into a :class:`Probe`, refusing what we could not press."""
    video = VideoFacts(**answer["video"]) if answer["video"] else None
    audio = AudioFacts(**answer["audio"]) if answer["audio"] else None
    found = Probe(
        demuxer,
        str(answer["container"]),
        float(answer["duration_s"]),
        video,
        audio,
        tuple(answer["left_out"]),
    )
    if video is None and audio is None:
        raise MediaRefused(f"{rel}: holds neither pictures nor sound")
    if found.duration_s > MAX_DURATION_S:
        raise MediaRefused(
            f"{rel}: {found.duration_s / 3600:.1f} hours long, expected at most "
            f"{MAX_DURATION_S // 3600}",
            hint="cut it into episodes",
        )
    if video and (video.width * video.height > MAX_FRAME_PX or min(video.shown) < 16):
        raise MediaRefused(
            f"{rel}: pictures of {video.width} x {video.height}, expected 16 x 16 to 8192 x 4320",
            hint="export it at 1920 x 1080 or less",
        )
    return found
