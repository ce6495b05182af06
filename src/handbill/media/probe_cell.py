"""A process of its own that opens one film, decodes its first picture, and says what it is."""

import json
import sys
from fractions import Fraction
from typing import Any

import av
from av.stream import Disposition

from handbill.media.cage import confine

_TRIES = 400
_HDR = (16, 18)  # SMPTE 2084 (PQ) and ARIB STD-B67 (HLG), ITU-T H.273 table 3


def main() -> None:
    """Answer one job, given as JSON in the arguments, with one line of JSON."""
    job = json.loads(sys.argv[1])
    read = [job["source"], "/dev/urandom", *sys.path]
    confine(memory_mib=4096, cpu_s=60, file_mib=0, read=read)
    try:
        answer = _probe(job)
    except Exception as error:  # noqa: BLE001 - a demuxer may raise anything on hostile bytes
        answer = {
            "refused": f"is damaged: {type(error).__name__}",
            "hint": "play it to its end, then export it again",
        }
    sys.stdout.write(json.dumps(answer))


def _probe(job: dict[str, Any]) -> dict[str, Any]:
    options = {
        "protocol_whitelist": "file",
        "format_whitelist": job["demuxer"],
        "probesize": "50000000",
        "max_streams": "64",
    }
    source = "file:" + job["source"]
    with av.open(source, format=job["demuxer"], options=options, metadata_errors="replace") as box:
        pictures = [s for s in box.streams.video if not s.disposition & Disposition.attached_pic]
        video, audio = _first(pictures), _first(list(box.streams.audio))
        used = {s.index for s in (video, audio) if s is not None}
        return {
            "container": box.format.name,
            "duration_s": _duration(box, [s for s in (video, audio) if s is not None]),
            "video": None if video is None else _video(box, video),
            "audio": None if audio is None else _audio(audio),
            "left_out": sorted(s.type for s in box.streams if s.index not in used),
        }


def _first(streams: list[Any]) -> Any:
    preferred = [s for s in streams if s.disposition & Disposition.default]
    usable = [s for s in (*preferred, *streams) if s.codec_context is not None]
    return usable[0] if usable else None


def _duration(box: Any, used: list[Any]) -> float:
    known = [float(s.duration * s.time_base) for s in used if s.duration and s.time_base]
    if known:
        return max(known)
    return float(box.duration) / av.time_base if box.duration and box.duration > 0 else 0.0


def _video(box: Any, stream: Any) -> dict[str, Any]:
    frame = _decode(box, stream)
    sar = stream.sample_aspect_ratio or Fraction(1)
    return {
        "index": stream.index,
        "codec": stream.codec_context.name,
        "width": frame.width,
        "height": frame.height,
        "sar": float(sar) if sar > 0 else 1.0,
        "rotation": int(frame.rotation or 0),
        "rate": _rate(stream.average_rate),
        "peak_rate": _rate(stream.guessed_rate),
        "hdr": int(frame.color_trc or 0) in _HDR,
        "interlaced": bool(frame.interlaced_frame),
    }


def _decode(box: Any, stream: Any) -> Any:
    for count, packet in enumerate(box.demux(stream)):
        for frame in _frames(packet):
            return frame
        if count > _TRIES:
            break
    raise ValueError("no picture decodes")


def _frames(packet: Any) -> list[Any]:
    try:
        return list(packet.decode())
    except av.error.FFmpegError:  # streams cut out of a broadcast begin in mid-picture
        return []


def _rate(rate: Fraction | None) -> float:
    return float(rate) if rate and 0 < rate < 1000 else 0.0


def _audio(stream: Any) -> dict[str, Any]:
    context = stream.codec_context
    return {
        "index": stream.index,
        "codec": context.name,
        "channels": int(context.channels or 0),
        "rate": int(context.rate or 0),
    }


if __name__ == "__main__":
    main()
