"""How good is the everywhere film at which bitrate? VMAF over several clips, ours beside CRF.

    python benchmarks/ladder.py [--quick] [CLIP ...]

Each clip's first seconds are encoded in two passes at rates fixed by size alone ("fixed"), at the
rate that a first pass at constant quality asks for within our ceiling ("first", our recipe), and
in one pass at constant quality ("crf", no ceiling), and compared with the source (at most 480
lines) by libvmaf's built-in
model. "worst" is the mean of the worst twentieth of the pictures, "peak" the busiest second.
docs/decisions/0004-everywhere-rung.md reads these figures.
"""

import argparse
import json
import re
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

from handbill.media import recipe
from handbill.media.encoder import find_encoder
from handbill.media.probing import Probe, probe
from handbill.tools import run

REAL = Path(__file__).resolve().parent.parent / ".cache" / "real-media"
DEBIAN = Path("/usr/share/doc/opencv-doc/examples/data")
CLIPS = ("bikes.mp4", "bigbuckbunny.mp4", "carphone_pristine.mp4", "cityCC0.mpg")
FIXED = (420, 520, 650, 800, 1000)
FIRST = (22, 23, 24, 25, 26, 27, 28)
CRFS = (24, 26, 28)
SECONDS = 8


@dataclass(frozen=True)
class Score:
    """One encode of one clip."""

    kbps: float
    vmaf: float
    worst: float
    peak_kbps: float


def main() -> None:
    """Measure every candidate on every clip and print tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--quick", action="store_true", help="two clips, three rates")
    parser.add_argument("clips", nargs="*", type=Path)
    asked = parser.parse_args()
    clips = asked.clips or [*(REAL / c for c in CLIPS), DEBIAN / "vtest.avi"]
    clips = [c for c in clips if c.is_file()][: 2 if asked.quick else None]
    if not clips:
        raise SystemExit("no clips: run tools/real_media.py, or name some")
    wanted = {"fixed": FIXED, "first": FIRST, "crf": CRFS}
    names = [f"{k} {v}" for k, vs in wanted.items() for v in (vs[2:3] if asked.quick else vs)]
    _print(clips, {name: [_measure(clip, name) for clip in clips] for name in names})


def _measure(clip: Path, name: str) -> Score:
    kind, value = name.split(" ")
    found = probe(clip.parent, clip.name)
    chosen = recipe.plan(found)
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "made.mp4"
        _encode((clip, found, chosen), made, kind, int(value))
        return _score(clip, found, chosen, made)


def _encode(what: tuple[Path, Probe, recipe.Plan], made: Path, kind: str, value: int) -> None:
    clip, found, chosen = what
    ffmpeg = find_encoder(None).path
    base = [ffmpeg, "-v", "error", "-y", "-f", found.demuxer, "-t", str(SECONDS), "-i", clip]
    base += ["-map", f"0:{chosen.video_index}", "-an", "-vf", recipe.video_filter(chosen)]
    quality = recipe.codec_arguments(chosen)
    quality[quality.index("-crf") + 1] = str(value if kind != "fixed" else recipe.FIRST_CRF)
    if kind == "crf":
        run([*base, *quality, made], timeout_s=600)
        return
    stats = ["-passlogfile", made.with_name("stats")]
    run([*base, *quality, "-pass", "1", *stats, "-f", "null", "-"], timeout_s=600)
    kbps = recipe.kbps(chosen, made.with_name("stats-0.log").read_text())
    if kind == "fixed":
        kbps = round(chosen.ceiling_kbps * value / recipe.CEILING_KBPS)
    settings = recipe.codec_arguments(chosen, kbps)
    run([*base, *settings, "-pass", "2", *stats, made], timeout_s=600)


def _score(clip: Path, found: Probe, chosen: recipe.Plan, made: Path) -> Score:
    assert found.video
    width, height = recipe.size(found.video, recipe.Fraction(25))
    log = made.with_suffix(".json")
    shape = f"scale={width}:{height}:flags=bicubic,setsar=1,format=yuv420p,setpts=PTS-STARTPTS"
    source = (
        f"[1:v]bwdif=mode=send_frame:deint=interlaced,fps={chosen.rate}:start_time=0,{shape}[r]"
    )
    judge = f"[0:v]{shape}[d];{source};[d][r]libvmaf=n_threads=2:n_subsample=2"
    judge += f":log_fmt=json:log_path={log}"
    command = [find_encoder(None).path, "-v", "error", "-i", made, "-f", found.demuxer]
    command += ["-t", str(SECONDS), "-i", clip, "-lavfi", judge, "-f", "null", "-"]
    run(command, timeout_s=600)
    frames = sorted(f["metrics"]["vmaf"] for f in json.loads(log.read_text())["frames"])
    worst = statistics.mean(frames[: max(1, len(frames) // 20)])
    sizes = _sizes(made)
    rate = float(chosen.rate)
    seconds = len(sizes) / rate
    window = max(1, round(rate))
    peak = max(sum(sizes[i : i + window]) for i in range(max(1, len(sizes) - window + 1)))
    return Score(sum(sizes) * 8 / seconds / 1000, statistics.mean(frames), worst, peak * 8 / 1000)


def _sizes(made: Path) -> list[int]:
    copy = ["-map", "0:v", "-c", "copy", "-f", "framecrc", "-"]
    ran = run([find_encoder(None).path, "-v", "error", "-i", made, *copy], timeout_s=60)
    said = ran.stdout.decode()
    return [int(line.split(",")[4]) for line in said.splitlines() if re.match(r"\d", line)]


def _print(clips: list[Path], table: dict[str, list[Score]]) -> None:
    print(f"kb/s, VMAF mean / worst twentieth, peak kb/s; first {SECONDS} s of each clip")
    print("| candidate | " + " | ".join(c.stem for c in clips) + " | mean kb/s | lowest VMAF |")
    print("|---" * (len(clips) + 3) + "|")
    for name, scores in table.items():
        cells = [f"{s.kbps:.0f}: {s.vmaf:.1f} / {s.worst:.1f}, {s.peak_kbps:.0f}" for s in scores]
        mean = statistics.mean(s.kbps for s in scores)
        low = min(s.vmaf for s in scores)
        print(f"| {name} | {' | '.join(cells)} | {mean:.0f} | {low:.1f} |", flush=True)


if __name__ == "__main__":
    main()
