"""What is said of a track, slot by slot, without a file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab.catalog.beat_grid import GridPart
from audiolab.writeback import values as say
from audiolab.writeback.serato import beatgrid_data, read_beatgrid
from audiolab.writeback.values import Values

ROW = {"tempo_bpm": 119.998, "key": "Bb minor", "replaygain_track_gain_db": 3.456,
       "true_peak_dbtp": 0.0, "genre_primary": "Electronic---House"}  # fmt: skip


def test_texts() -> None:
    values = Values(ROW)
    assert say.whole_bpm(values) == "120"
    assert say.exact_bpm(values) == "120"
    assert say.key(values) == "Bbm"
    assert (say.gain(values), say.peak(values)) == ("3.46 dB", "1.000000")
    assert say.genre(values) == "House"
    assert say.mood(values) is None


@pytest.mark.parametrize(("decibels", "steps"), [(0.0, -1280), (5.0, 0), (200.0, 32767)])
def test_r128_counts_in_256ths_from_minus_23(decibels: float, steps: int) -> None:
    assert say.r128_gain(Values({"replaygain_track_gain_db": decibels})) == str(steps)


def test_nothing_is_said_of_what_is_not_known() -> None:
    texts = (say.whole_bpm, say.exact_bpm, say.key, say.genre, say.mood, say.gain, say.peak,
             say.r128_gain, say.beatgrid)  # fmt: skip
    assert {text(Values({"true_peak_dbtp": -1.0})) for text in texts} == {None}


# What is published of the format: one marker at 0.305 s, 115 BPM.
PUBLISHED = bytes.fromhex("0100000000013e9c283842e6000037")


def test_serato_reads_what_we_write() -> None:
    assert read_beatgrid(PUBLISHED) == [(pytest.approx(0.305, abs=1e-3), 115.0)]
    (seconds, bpm), = read_beatgrid(PUBLISHED)  # fmt: skip
    assert beatgrid_data([GridPart(seconds, bpm, 99)])[:-1] == PUBLISHED[:-1]  # type: ignore[index]


@given(st.lists(st.tuples(st.floats(0, 1e4, width=32), st.integers(1, 5000)), max_size=20))
def test_grids_of_many_parts(markers: list[tuple[float, int]]) -> None:
    parts = [GridPart(start, 120.0, beats) for start, beats in markers]
    data = beatgrid_data([*parts, GridPart(1e5, 121.5, 4)])
    assert data is not None
    *others, last = read_beatgrid(data)
    assert others == markers
    assert last == (1e5, 121.5)
    assert len(data) == 7 + 8 * (len(markers) + 1)


def test_no_grid_is_no_frame() -> None:
    assert beatgrid_data([]) is None
    with pytest.raises(ValueError, match="version"):
        read_beatgrid(b"\x02\x00" + bytes(20))
    with pytest.raises(ValueError, match="markers"):
        read_beatgrid(PUBLISHED + b"\0")
