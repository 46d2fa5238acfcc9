"""The axis of time in minutes and seconds, and heatmaps over it."""

from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

if TYPE_CHECKING:
    from audiolab.analysis.time_frequency import Picture

COLUMNS = 1000  # no screen shows more
STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
TICKS = 8


def time_axis(start: float, end: float) -> dict[str, Any]:
    """An axis from `start` to `end` seconds whose ticks read as a clock does."""
    span = end - start
    step = next((step for step in STEPS if span / step <= TICKS), 2 * STEPS[-1])
    if span < 2:
        return {"range": [start, end], "title": "Time (s)"}
    first = int(np.ceil(start / step)) * step
    ticks = list(range(first, int(end) + 1, step))
    return {
        "range": [start, end],
        "title": "Time (min:s)",
        "tickvals": ticks,
        "ticktext": [clock(tick) for tick in ticks],
    }


def clock(seconds: float) -> str:
    """Seconds as m:ss or h:mm:ss."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def heatmap(picture: "Picture", start: float, **more: Any) -> go.Heatmap:
    """Values over time, a byte each: what plotly sends is as small as what is seen.

    Parameters
    ----------
    picture : Picture
        Values are rounded to whole numbers.
    start : float
        Time of the first sample in the track, in seconds.
    """
    values = np.clip(np.round(picture.values), -128, 127).astype(np.int8)
    seconds = picture.seconds
    step = float(seconds[1] - seconds[0]) if len(seconds) > 1 else 1.0
    first = start + float(seconds[0]) if len(seconds) else start
    return go.Heatmap(z=values, x0=first, dx=step, **more)
