"""A small painter: quiet landscapes out of arithmetic, the same for the same seed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Scene:
    """Colours as (red, green, blue) from 0 to 1; ``kind`` says what stands in front."""

    kind: str
    seed: int
    top: tuple[float, float, float]
    glow: tuple[float, float, float]
    land: tuple[float, float, float]
    horizon: float = 0.55
    sun: tuple[float, float] = (0.7, 0.42)


DUSK = ((0.16, 0.2, 0.36), (0.95, 0.62, 0.4), (0.1, 0.13, 0.2))
DAWN = ((0.55, 0.68, 0.78), (0.98, 0.86, 0.7), (0.2, 0.3, 0.33))
NIGHT = ((0.04, 0.06, 0.13), (0.3, 0.28, 0.36), (0.03, 0.04, 0.08))
SALT = ((0.74, 0.82, 0.87), (0.99, 0.95, 0.88), (0.5, 0.47, 0.45))
FIRE = ((0.08, 0.04, 0.06), (0.85, 0.35, 0.12), (0.07, 0.04, 0.05))

SCENES = {
    "ferry": Scene("ferry", 3, *DUSK),
    "salt": Scene("pans", 8, *SALT, 0.42, (0.3, 0.22)),
    "paper": Scene("lanterns", 5, *NIGHT, 0.7, (0.8, 0.2)),
    "fire": Scene("lanterns", 11, *FIRE, 0.74, (0.5, 0.85)),
    "school": Scene("windows", 17, *DUSK, 0.62, (0.25, 0.5)),
    "orchard": Scene("field", 23, *DAWN, 0.5, (0.62, 0.34)),
    "river": Scene("water", 29, *DAWN, 0.48, (0.4, 0.36)),
    "radio": Scene("windows", 31, *NIGHT, 0.66, (0.72, 0.25)),
    "market": Scene("lanterns", 37, *DUSK, 0.68, (0.5, 0.5)),
    "harbour": Scene("ferry", 41, *NIGHT, 0.52, (0.3, 0.2)),
}


def paint(scene: Scene, width: int, height: int, time: float = 0.0) -> NDArray[np.uint8]:
    """Return one picture, height × width × 3; ``time`` in seconds moves sun, water and lights."""
    y, x = np.mgrid[0:height, 0:width]
    u, v = x / width, y / height
    aspect = width / height
    picture = _sky(scene, u, v, aspect, time)
    for layer in range(4):
        _hill(picture, scene, u, v, layer)
    if scene.kind in ("ferry", "pans", "water"):
        _water(picture, scene, u, v, time)
    if scene.kind == "ferry":
        _ferry(picture, scene, u, v, time)
    if scene.kind in ("lanterns", "windows"):
        _lights(picture, scene, (u, v, aspect), time)
    if scene.kind in ("field", "pans"):
        _rows(picture, scene, u, v)
    grain = np.random.default_rng(scene.seed).normal(0, 0.008, (height, width, 1))
    shade = 1 - 0.35 * ((u - 0.5) ** 2 + (v - 0.5) ** 2)[..., None]
    return np.asarray(np.clip((picture * shade + grain) * 255, 0, 255), dtype=np.uint8)


def _sky(scene: Scene, u: Array, v: Array, aspect: float, time: float) -> Array:
    mix = np.clip(v / max(scene.horizon, 0.1), 0, 1)[..., None] ** 1.4
    picture = np.array(scene.top) * (1 - mix) + np.array(scene.glow) * mix
    far = np.hypot((u - scene.sun[0]) * aspect, v - scene.sun[1] - 0.002 * time)
    picture = picture + np.array(scene.glow) * (0.5 * np.exp(-far * 5))[..., None]
    disc = 1 / (1 + np.exp((far - 0.055) * 400))
    picture = picture * (1 - disc[..., None]) + np.array([1, 0.96, 0.88]) * disc[..., None]
    bands = np.sin(v * 60 + 3 * np.sin(u * 4 + scene.seed) + 0.05 * time) * np.exp(-v * 3)
    return np.asarray(picture + 0.025 * bands[..., None])


def _ridge(scene: Scene, u: Array, layer: int) -> Array:
    draw = np.random.default_rng(scene.seed * 97 + layer)
    line = np.zeros_like(u)
    for octave in range(6):
        line += np.sin(u * (2.3 * 2**octave) + draw.uniform(0, 6.28)) / 2 ** (octave * 1.05)
    return np.asarray(scene.horizon - 0.1 + layer * 0.035 - 0.045 * line * (1 - layer * 0.15))


def _hill(picture: Array, scene: Scene, u: Array, v: Array, layer: int) -> None:
    near = (layer + 1) / 4
    inside = np.clip((v - _ridge(scene, u, layer)) * 300, 0, 1)[..., None]
    haze = np.array(scene.glow) * (1 - near) * 0.75 + np.array(scene.land) * near
    picture[:] = picture * (1 - inside) + haze * inside


def _water(picture: Array, scene: Scene, u: Array, v: Array, time: float) -> None:
    line = scene.horizon + 0.05
    below = np.clip((v - line) * 200, 0, 1)[..., None]
    depth = np.clip((v - line) / (1 - line), 0, 1)
    base = np.array(scene.glow) * (1 - depth[..., None]) * 0.8 + np.array(scene.top) * 0.75
    wave = np.sin(v**1.5 * 420 - time * 1.6 + 5 * np.sin(u * 9 + time * 0.3))
    path = np.exp(-(((u - scene.sun[0]) / (0.05 + depth * 0.12)) ** 2))
    light = (np.clip(wave, 0, 1) * (0.08 + 0.5 * path))[..., None] * np.array(scene.glow)
    picture[:] = picture * (1 - below) + (base * 0.72 + light) * below


def _ferry(picture: Array, scene: Scene, u: Array, v: Array, time: float) -> None:
    cx, cy = 0.16 + 0.03 * time, scene.horizon + 0.16 + 0.003 * np.sin(time * 1.3)
    x, y = (u - cx) / 0.11, (v - cy) / 0.045
    hull = (y > 0) & (y < 1) & (abs(x) < 1 - 0.28 * np.clip(y, 0, 1))
    cabin = (y <= 0) & (y > -0.9) & (abs(x + 0.1) < 0.5)
    funnel = (y <= -0.9) & (y > -1.9) & (abs(x + 0.15) < 0.09)
    picture[hull | funnel] = np.array(scene.land) * 0.6
    picture[cabin] = np.array([0.86, 0.8, 0.7]) * 0.7
    lit = cabin & (abs(y + 0.45) < 0.22) & (np.sin(x * 28) > 0.1)
    picture[lit] = (1.0, 0.83, 0.5)
    wake = np.exp(-((y - 1.25) ** 2) * 9) * (x < 0.6) * np.exp(np.clip(x, -6, 0) * 0.5)
    picture += (0.18 * wake)[..., None]


def _lights(picture: Array, scene: Scene, place: tuple[Array, Array, float], time: float) -> None:
    u, v, aspect = place
    draw = np.random.default_rng(scene.seed)
    for _ in range(16 if scene.kind == "lanterns" else 26):
        x, y = draw.uniform(0.04, 0.96), draw.uniform(scene.horizon - 0.02, 0.93)
        size, phase = draw.uniform(0.012, 0.03) * (0.6 + y), draw.uniform(0, 6.28)
        strength = 0.8 + 0.2 * np.sin(time * 2.2 + phase)
        if scene.kind == "lanterns":
            y -= 0.012 * time * draw.uniform(0.3, 1)
            shape = np.exp(-((((u - x) * aspect / size) ** 2 + ((v - y) / size / 1.25) ** 2) ** 2))
        else:
            inside = (abs((u - x) * aspect) < size * 0.7) & (abs(v - y) < size)
            shape = inside * (0.55 + 0.45 * (abs((u - x) * aspect) > size * 0.06))
        halo = np.exp(-np.hypot((u - x) * aspect, v - y) / (size * 3.2))
        colour = np.array([1.0, 0.72, 0.36])
        picture += (strength * (0.85 * shape + 0.32 * halo))[..., None] * colour


def _rows(picture: Array, scene: Scene, u: Array, v: Array) -> None:
    line = scene.horizon + 0.08
    below = v > line
    depth = np.where(below, v - line, 1.0) + 0.03
    across = np.sin((u - 0.5) / depth * 5.2 + scene.seed)
    along = np.sin(1.1 / depth)
    pattern = np.clip(across * 3, -1, 1) * 0.06 + np.clip(along * 4, -1, 1) * 0.035
    picture += (pattern * below)[..., None] * np.array([1.0, 0.97, 0.85])
