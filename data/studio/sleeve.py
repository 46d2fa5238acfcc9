"""Cover art: a gradient and a few shapes, drawn with numpy and encoded by FFmpeg through PyAV."""

from fractions import Fraction

import av
import numpy as np

SIZE = 360
PALETTES = (
    ((16, 20, 60), (236, 72, 120), (255, 190, 90)),
    ((8, 36, 48), (20, 140, 140), (240, 230, 190)),
    ((34, 18, 52), (110, 60, 200), (130, 220, 240)),
    ((60, 22, 20), (226, 110, 50), (250, 226, 170)),
    ((14, 42, 30), (80, 160, 90), (236, 236, 180)),
    ((22, 26, 36), (90, 110, 150), (226, 232, 240)),
)


def draw(motif: str, palette: int, seed: int) -> np.ndarray:
    """A cover of `motif` "sun", "waves", "rings" or "bars": uint8 (SIZE, SIZE, 3)."""
    random = np.random.default_rng(seed)
    dark, middle, light = (np.array(colour, float) for colour in PALETTES[palette])
    y, x = np.mgrid[0:SIZE, 0:SIZE] / (SIZE - 1)
    picture = _blend(dark, middle, np.clip(y + 0.25 * (x - 0.5), 0, 1)[..., None])
    for mask, strength in MOTIFS[motif](x, y, random):
        picture = _blend(picture, light, (mask * strength)[..., None])
    return np.clip(picture, 0, 255).round().astype(np.uint8)


def _blend(first: np.ndarray, second: np.ndarray, share: np.ndarray) -> np.ndarray:
    return first * (1 - share) + second * share


def _below(distance: np.ndarray) -> np.ndarray:
    """1 where the distance is negative, with an edge one pixel wide."""
    return np.clip(0.5 - distance * SIZE, 0, 1)


def _sun(x, y, random):
    radius = np.hypot(x - 0.5, y - 0.46)
    slats = _below(np.abs((y * 16) % 1 - 0.5) / 16 - 0.026 + 0.024 * y)
    yield _below(radius - 0.3) * np.where(y > 0.46, slats, 1), 0.95
    yield np.exp(-((radius / 0.42) ** 2)), 0.25


def _waves(x, y, random):
    for k in range(7):
        crest = 0.3 + 0.1 * k + 0.04 * np.sin(2 * np.pi * (x * (1.2 + 0.2 * k) + random.random()))
        yield _below(crest - y), 0.14


def _rings(x, y, random):
    for _ in range(5):
        centre_x, centre_y, radius = *random.uniform(0.2, 0.8, 2), random.uniform(0.08, 0.34)
        distance = np.abs(np.hypot(x - centre_x, y - centre_y) - radius)
        yield _below(distance - 0.006), 0.8
        yield _below(np.hypot(x - centre_x, y - centre_y) - radius), 0.12


def _bars(x, y, random):
    heights = 0.1 + 0.32 * np.abs(np.sin(np.arange(21) * 0.55 + random.random())) * random.random(
        21
    )
    column = np.minimum((x * 21).astype(int), 20)
    inside = _below(np.abs((x * 21) % 1 - 0.5) / 21 - 0.014)
    yield inside * _below(np.abs(y - 0.5) - heights[column]), 0.9


MOTIFS = {"sun": _sun, "waves": _waves, "rings": _rings, "bars": _bars}


def encode(picture: np.ndarray, codec: str) -> bytes:
    """The picture as a file: `codec` "mjpeg" (JPEG) or "png"."""
    context = av.codec.CodecContext.create(codec, "w")
    pixels = "yuvj444p" if codec == "mjpeg" else "rgb24"
    context.width = context.height = SIZE
    context.pix_fmt, context.time_base = pixels, Fraction(1)
    if codec == "mjpeg":
        context.flags |= 2  # QSCALE: constant quality
        context.global_quality = 5 * 118  # FF_QP2LAMBDA
    frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format=pixels)
    return b"".join(bytes(packet) for part in (frame, None) for packet in context.encode(part))
