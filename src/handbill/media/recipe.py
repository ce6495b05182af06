"""The "everywhere" film: one MP4 that old televisions, phones and browsers all play.

H.264 Main at level 3.0, at most 480 lines, AAC-LC stereo. Everything here is arithmetic on
values; :mod:`handbill.media.encoder` runs it. The figures come from docs/decisions/0004.
"""

import re
from dataclasses import asdict, dataclass
from fractions import Fraction

from handbill.media.probing import Probe, VideoFacts

NAME = "everywhere-1"
LONG_PX, SHORT_PX = 854, 480
LEVEL_BLOCKS, LEVEL_BLOCKS_S = 1620, 40_500  # H.264 table A-1, level 3.0, in 16 x 16 blocks
FIRST_CRF = 24
FLOOR_KBPS, CEILING_KBPS, CEILING_PIXELS_S = 60, 900, 854 * 480 * 25
RATE_POWER = 0.75
MONO_KBPS, STEREO_KBPS = 64, 96
KEY_S = 5
THREADS = 4
LOUDNESS_LUFS, PEAK_DB = -18.0, -1.5
CARD_SIZE, CARD_RATE = (640, 360), Fraction(12)

_BITS = re.compile(r"\b(?:tex|mv|misc):(\d{1,10})")
_RATES = tuple(Fraction(n, d) for n, d in ((24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1)))


@dataclass(frozen=True, slots=True)
class Plan:
    """All choices for one film, before its loudness is known."""

    width: int
    height: int
    rate: Fraction
    ceiling_kbps: int
    audio_kbps: int
    hdr: bool
    card: bool
    video_index: int
    audio_index: int

    def record(self) -> dict[str, object]:
        """Return the plan as plain values, for the cache key."""
        return {**asdict(self), "rate": str(self.rate)}


def plan(found: Probe) -> Plan:
    """Choose size, rate and bits for a film; sound alone gets a still card to be seen on a TV."""
    audio = found.audio.index if found.audio else -1
    audio_kbps = MONO_KBPS if found.audio and found.audio.channels == 1 else STEREO_KBPS
    if found.video is None:
        return Plan(*CARD_SIZE, CARD_RATE, 100, audio_kbps, False, True, -1, audio)
    rate = frame_rate(found.video)
    width, height = size(found.video, rate)
    top, hdr = ceiling_kbps(width, height, rate), found.video.hdr
    return Plan(width, height, rate, top, audio_kbps, hdr, False, found.video.index, audio)


def frame_rate(video: VideoFacts) -> Fraction:
    """Choose a constant rate of at most 30: a standard one where it is near, halved above."""
    wanted = video.rate or video.peak_rate or 25.0
    if video.rate < 23 and video.peak_rate > 1.5 * video.rate:  # a screen recording, mostly still
        wanted = video.peak_rate
    while wanted > 30.5:
        wanted /= 2
    nearest = min(_RATES, key=lambda r: abs(float(r) - wanted))
    if abs(float(nearest) - wanted) < 0.006 * wanted:
        return nearest
    if wanted > 23:
        return next(r for r in (*_RATES, Fraction(30)) if float(r) >= min(wanted, 30.0))
    return Fraction(max(5, round(wanted)))


def size(video: VideoFacts, rate: Fraction) -> tuple[int, int]:
    """Choose the largest even size that keeps the shape, never grows, and fits level 3.0."""
    width, height = video.shown
    box = (LONG_PX, SHORT_PX) if width >= height else (SHORT_PX, LONG_PX)
    shrink = min(1.0, box[0] / width, box[1] / height)
    limit = min(LEVEL_BLOCKS, int(LEVEL_BLOCKS_S / rate))
    while True:
        made = (_even(width * shrink), _even(height * shrink))
        if -(-made[0] // 16) * -(-made[1] // 16) <= limit:
            return made
        shrink *= 0.995


def _even(pixels: float) -> int:
    return max(16, 2 * round(pixels / 2))


def ceiling_kbps(width: int, height: int, rate: Fraction) -> int:
    """Choose the most bits a film may have: smaller pictures need more a pixel, hence the power."""
    share = float(width * height * rate) / CEILING_PIXELS_S
    return max(FLOOR_KBPS, round(CEILING_KBPS * float(share**RATE_POWER)))


def kbps(chosen: Plan, stats: str) -> int:
    """Read x264's notes of the first pass: the bits that this film needs, within our bounds."""
    rows = [_BITS.findall(line) for line in stats.splitlines() if line.startswith("in:")]
    if not rows:
        return chosen.ceiling_kbps
    needed = sum(int(n) for row in rows for n in row) * float(chosen.rate) / len(rows) / 1000
    return max(FLOOR_KBPS, min(round(needed), chosen.ceiling_kbps))


def video_filter(chosen: Plan) -> str:
    """Return ffmpeg's chain from source pictures (already upright) to ours."""
    scale = (
        f"scale={chosen.width}:{chosen.height}:flags=bicubic+accurate_rnd+full_chroma_int+bitexact"
        ":out_color_matrix=smpte170m:out_range=tv"
    )
    tags = "setparams=colorspace=smpte170m:color_primaries=bt709:color_trc=bt709:range=tv"
    box = f"{chosen.width}:{chosen.height}"
    fit = f"scale={box}:force_original_aspect_ratio=decrease,pad={box}:-1:-1:color=0x26282c"
    first = fit if chosen.card else "bwdif=mode=send_frame:deint=interlaced"
    tone = _TONE_MAP if chosen.hdr else ()
    last = ("setsar=1", "format=yuv420p", tags, "sidedata=mode=delete")
    return ",".join((first, *tone, f"fps={chosen.rate}", scale, *last))


_TONE_MAP = (
    "zscale=t=linear:npl=203",
    "format=gbrpf32le",
    "zscale=p=bt709",
    "tonemap=tonemap=mobius:desat=2",
    "zscale=t=bt709:m=bt709:r=tv",
    "format=yuv420p",
)


def sound_filter(gain_db: float | None = None) -> str:
    """Return ffmpeg's chain to 48 kHz stereo; with a gain, to our loudness without clipping."""
    chain = "aresample=48000:async=1000:first_pts=0,aformat=channel_layouts=stereo"
    if gain_db is None:
        return f"{chain},ebur128=peak=true:framelog=verbose"
    limit = 10 ** (PEAK_DB / 20)
    return f"{chain},volume={gain_db:.2f}dB,alimiter=limit={limit:.4f}:level=0:latency=1"


def gain(loudness_lufs: float, peak_db: float) -> float:
    """Return the gain that brings a film near our loudness; near-silence is left alone."""
    if loudness_lufs < -50:
        return 0.0
    lift = LOUDNESS_LUFS - loudness_lufs
    # A limiter may shave 6 dB off peaks unheard; more would flatten speech.
    return max(-30.0, min(lift, 15.0, PEAK_DB - peak_db + 6.0))


def codec_arguments(chosen: Plan, rate_kbps: int | None = None) -> list[str]:
    """Return x264's settings: at constant quality without a rate (first pass), else at the rate.

    No VBV: with threads it makes x264's output differ between runs.
    """
    bits = ["-crf", str(FIRST_CRF)] if rate_kbps is None else ["-b:v", f"{rate_kbps}k"]
    key = round(KEY_S * chosen.rate)
    settings = f"ref=2:bframes=2:b-pyramid=none:keyint={key}:min-keyint={chosen.rate // 1}"
    return [
        *("-c:v", "libx264", "-preset", "slow", "-profile:v", "main", "-level:v", "3.0"),
        *("-pix_fmt", "yuv420p", *bits, "-threads:v", str(THREADS)),
        *("-x264-params", f"{settings}:lookahead-threads=1:open-gop=0"),
        *("-flags:v", "+bitexact", "-fps_mode", "cfr"),
    ]


RECIPE_PARTS = (
    NAME, FIRST_CRF, FLOOR_KBPS, CEILING_KBPS, RATE_POWER, MONO_KBPS, STEREO_KBPS, KEY_S,
    THREADS, LOUDNESS_LUFS, PEAK_DB,
)  # fmt: skip
