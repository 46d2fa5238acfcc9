"""Integrated loudness (LUFS), loudness range (LU) and ReplayGain.

ITU-R BS.1770-5 (K-weighting, gating), EBU R 128, EBU Tech 3342 (loudness range), ReplayGain 2.0.
The K-weighting filters are derived for the file's own rate by the bilinear transform, as
libebur128 does; the standard tabulates them for 48 kHz only.
"""

import numba
import numpy as np

from audiolab.analysis.stream import Doubles, Floats

SUB_BLOCK_SECONDS = 0.1
ABSOLUTE_GATE_LUFS = -70.0
OFFSET_DB = -0.691
REPLAYGAIN_TARGET_LUFS = -18.0

# Order of channels in wav and in FFmpeg: L R C LFE, then surrounds. Sides count 1.41, backs 1.
CHANNEL_WEIGHTS: dict[int, tuple[float, ...]] = {
    4: (1, 1, 1.41, 1.41),
    5: (1, 1, 1, 1.41, 1.41),
    6: (1, 1, 1, 0, 1.41, 1.41),
    7: (1, 1, 1, 0, 1, 1.41, 1.41),
    8: (1, 1, 1, 0, 1, 1, 1.41, 1.41),
}


def channel_weights(channels: int) -> Doubles:
    """Weights of BS.1770-5, table 4; 1 for layouts it does not name."""
    return np.array(CHANNEL_WEIGHTS.get(channels, (1.0,) * channels), np.float64)


def k_weighting(rate_hz: int) -> Doubles:
    """Coefficients b0 b1 b2 a1 a2 of the shelf and a1 a2 of the high-pass (its b: 1 -2 1)."""
    k = np.tan(np.pi * 1681.974450955533 / rate_hz)
    q = 0.7071752369554196
    high = 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    norm = 1 + k / q + k * k
    shelf = [
        (high + band * k / q + k * k) / norm,
        2 * (k * k - high) / norm,
        (high - band * k / q + k * k) / norm,
        2 * (k * k - 1) / norm,
        (1 - k / q + k * k) / norm,
    ]
    k = np.tan(np.pi * 38.13547087602444 / rate_hz)
    q = 0.5003270373238773
    norm = 1 + k / q + k * k
    return np.array([*shelf, 2 * (k * k - 1) / norm, (1 - k / q + k * k) / norm])


@numba.njit(cache=True, nogil=True, fastmath={"contract"})
def _filtered_energy(x, c, state, position, hop, energy):  # type: ignore[no-untyped-def]
    """Add the K-weighted energy of x (frames, channels) to energy (sub-blocks, channels).

    `state` (4, channels) carries the filters on, `position` is the place in the sub-block. Two
    channels run side by side, which hides the latency of the recursion.
    """
    b0, b1, b2, a1, a2, r1, r2 = c[0], c[1], c[2], c[3], c[4], c[5], c[6]
    frames, channels = x.shape
    for left in range(0, channels, 2):
        right = min(left + 1, channels - 1)
        p1, p2, u1, u2 = state[0, left], state[1, left], state[2, left], state[3, left]
        q1, q2, v1, v2 = state[0, right], state[1, right], state[2, right], state[3, right]
        start = 0
        at = position
        row = 0
        while start < frames:
            stop = min(frames, start + hop - at)
            e = 0.0
            f = 0.0
            for n in range(start, stop):
                i = np.float64(x[n, left])
                j = np.float64(x[n, right])
                y = b0 * i + p1
                p1 = b1 * i - a1 * y + p2
                p2 = b2 * i - a2 * y
                z = b0 * j + q1
                q1 = b1 * j - a1 * z + q2
                q2 = b2 * j - a2 * z
                g = y + u1
                u1 = -2.0 * y - r1 * g + u2
                u2 = y - r2 * g
                h = z + v1
                v1 = -2.0 * z - r1 * h + v2
                v2 = z - r2 * h
                e += g * g
                f += h * h
            energy[row, left] += e
            if right != left:
                energy[row, right] += f
            at += stop - start
            start = stop
            if at == hop:
                at = 0
                row += 1
        state[0, left], state[1, left], state[2, left], state[3, left] = p1, p2, u1, u2
        if right != left:
            state[0, right], state[1, right], state[2, right], state[3, right] = q1, q2, v1, v2


class Loudness:
    """Accumulate the K-weighted energy of 100 ms sub-blocks.

    Parameters
    ----------
    rate_hz : int
        At least 4 kHz: below, the shelf's corner leaves the band.
    channels : int
    """

    def __init__(self, rate_hz: int, channels: int) -> None:
        self._hop = round(rate_hz * SUB_BLOCK_SECONDS)
        self._coefficients = k_weighting(rate_hz)
        self._weights = channel_weights(channels)
        self._state = np.zeros((4, channels))
        self._position = 0
        self._open = np.zeros((1, channels))
        self._closed: list[Doubles] = []

    def push(self, block: Floats) -> None:
        """Take in samples of shape (frames, channels)."""
        complete, position = divmod(self._position + len(block), self._hop)
        energy = np.zeros((complete + 1, block.shape[1]))
        energy[0] = self._open
        _filtered_energy(block, self._coefficients, self._state, self._position, self._hop, energy)
        self._closed.append(energy[:-1] @ self._weights / self._hop)
        self._open = energy[-1:]
        self._position = position

    def values(self) -> dict[str, object]:
        """Loudness of what was heard; a value is left out where the standard defines none.

        Returns
        -------
        dict
            ``loudness_lufs`` (unless shorter than 400 ms or below -70 LUFS throughout),
            ``replaygain_track_gain_db`` with it, and ``loudness_range_lu`` (from 3 s on).
        """
        power = np.concatenate([*self._closed, np.zeros(0)])
        integrated = integrated_loudness(power)
        if integrated is None:
            return {}
        return {
            "loudness_lufs": integrated,
            "replaygain_track_gain_db": REPLAYGAIN_TARGET_LUFS - integrated,
            "loudness_range_lu": loudness_range(power),
        }

    def over_time(self, seconds: float) -> tuple[Doubles, Doubles]:
        """Ungated loudness of windows of `seconds`, ten a second, as EBU Tech 3341 meters it.

        Returns
        -------
        tuple of ndarray, shape (windows,)
            Times at which the windows end, in seconds, and LUFS; -inf where there is silence.
        """
        count = round(seconds / SUB_BLOCK_SECONDS)
        power = _moving_mean(np.concatenate([*self._closed, np.zeros(0)]), count)
        ends: Doubles = (np.arange(len(power), dtype=np.float64) + count) * SUB_BLOCK_SECONDS
        with np.errstate(divide="ignore"):
            return ends, to_lufs(power)

    def momentary_lufs(self) -> Doubles:
        """Loudness of each 400 ms above the absolute gate, in LUFS."""
        power = _moving_mean(np.concatenate([*self._closed, np.zeros(0)]), 4)
        return to_lufs(power[power > from_lufs(ABSOLUTE_GATE_LUFS)])


def to_lufs(power: Doubles) -> Doubles:
    """Mean square after K-weighting to LUFS."""
    lufs: Doubles = OFFSET_DB + 10 * np.log10(power)
    return lufs


def from_lufs(lufs: float) -> float:
    """LUFS to mean square after K-weighting."""
    return float(10 ** ((lufs - OFFSET_DB) / 10))


def _moving_mean(power: Doubles, count: int) -> Doubles:
    if len(power) < count:
        return np.zeros(0)
    windows = np.lib.stride_tricks.sliding_window_view(power, count)
    mean: Doubles = windows.mean(axis=1)
    return mean


def integrated_loudness(power: Doubles) -> float | None:
    """Gated loudness of 400 ms blocks: above -70 LUFS, then above their mean less 10 LU."""
    blocks = _moving_mean(power, 4)
    blocks = blocks[blocks > from_lufs(ABSOLUTE_GATE_LUFS)]
    if not len(blocks):
        return None
    return float(to_lufs(blocks[blocks > blocks.mean() / 10].mean()))


def loudness_range(power: Doubles) -> float | None:
    """10th to 95th percentile of 3 s loudness, above -70 LUFS and its mean less 20 LU."""
    blocks = _moving_mean(power, 30)
    blocks = blocks[blocks > from_lufs(ABSOLUTE_GATE_LUFS)]
    if not len(blocks):
        return None
    low, high = np.percentile(to_lufs(blocks[blocks > blocks.mean() / 100]), [10, 95])
    return float(high - low)
