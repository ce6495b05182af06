"""Draw and compose the sample newsroom's films: moving light, and a plucked melody."""

import subprocess
import wave
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray
from PIL import Image

import paint

RATE, FPS, SIZE, PAINTED = 44_100, 12, (768, 432), (384, 216)
FILMS = {
    "films/the-last-ferry/the-last-ferry.mp4": ("ferry", 14, 196.0),
    "films/salt-and-light/salt-and-light.mp4": ("salt", 12, 220.0),
    "shows/lantern-makers/01-paper/paper.mp4": ("paper", 12, 174.6),
    "shows/lantern-makers/02-fire/fire.mp4": ("fire", 12, 164.8),
}
PENTATONIC = (0, 2, 4, 7, 9, 12, 14, 16)


def main(newsroom: Path) -> None:
    """Make every film, each with device metadata that the press must not let through."""
    with ProcessPoolExecutor(2) as pool:
        made = [
            pool.submit(film, newsroom / path, paint.SCENES[scene], seconds, base)
            for path, (scene, seconds, base) in FILMS.items()
        ]
        for one in made:
            one.result()


def film(out: Path, scene: paint.Scene, seconds: int, base: float) -> None:
    """Encode one film; frames go to the encoder as they are painted."""
    out.parent.mkdir(parents=True, exist_ok=True)
    sound = out.with_suffix(".wav")
    write_wave(sound, melody(seconds, base, scene.seed))
    size = f"{SIZE[0]}x{SIZE[1]}"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-v", "error"]
    command += ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", size, "-r", str(FPS), "-i", "-"]
    command += ["-i", str(sound), "-c:v", "libx264", "-preset", "ultrafast", "-crf", "14"]
    command += ["-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest"]
    command += ["-metadata", "location=+41.3417+044.8014/", "-metadata", "make=Sample", str(out)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE)
    if process.stdin is None:
        raise RuntimeError("the encoder took no frames")
    for frame in range(seconds * FPS):
        small = Image.fromarray(paint.paint(scene, *PAINTED, time=frame / FPS))
        process.stdin.write(small.resize(SIZE, Image.Resampling.BICUBIC).tobytes())
    process.stdin.close()
    if process.wait():
        raise RuntimeError(f"the encoder failed on {out.name}")
    sound.unlink()


def melody(seconds: int, base: float, seed: int) -> NDArray[np.float64]:
    """Return a slow walk over five tones, each a plucked string, over two low ones."""
    draw = np.random.default_rng(seed)
    total = np.zeros(seconds * RATE)
    step = 3
    for at in np.arange(0.3, seconds - 1.2, 0.6):
        step = int(np.clip(step + draw.integers(-2, 3), 0, len(PENTATONIC) - 1))
        pluck(total, float(at), base * 2 ** (PENTATONIC[step] / 12), 0.3)
    for at in np.arange(0.3, seconds - 2, 2.4):
        pluck(total, float(at), base / 2, 0.35)
        pluck(total, float(at), base * 0.75, 0.2)
    fade = np.minimum(1, np.minimum(np.arange(len(total)), np.arange(len(total))[::-1]) / RATE)
    return np.asarray(total / np.abs(total).max() * 0.6 * fade)


def pluck(total: NDArray[np.float64], at: float, pitch: float, loud: float) -> None:
    """Add one string: partials that die the faster the higher they are."""
    start = int(at * RATE)
    t = np.arange(min(len(total) - start, int(2.6 * RATE))) / RATE
    for partial in range(1, 7):
        tone = np.sin(2 * np.pi * pitch * partial * t) * np.exp(-t * (1.6 + partial * 0.9))
        total[start : start + len(t)] += loud / partial**1.3 * tone


def write_wave(path: Path, sound: NDArray[np.float64]) -> None:
    """Write one channel, 16 bits."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((sound * 32767).astype("<i2").tobytes())
