"""The chosen filters in words."""

from audiolab.widgets.chips import chips, without
from widgets.written import written


def test_every_kind_has_words() -> None:
    chosen = {
        "genre": ["House", "Folk"],
        "key": ["~8A"],
        "has_vocals": ["no"],
        "tempo_bpm": [120.0, 128.0],
        "duration_seconds": [None, 210.0],
        "energy": [0.5, None],
    }
    assert [written(chip["text"]) for chip in chips(chosen)] == [
        "House",
        "Folk",
        "8A and compatible",
        "Vocals: no",
        "BPM 120–128",
        "Duration up to 3:30",
        "Energy from 0.5",
    ]


def test_each_chip_takes_itself_off() -> None:
    chosen = {"genre": ["House", "Folk"], "energy": [0.5, None]}
    for chip in chips(chosen):
        chosen = without(chosen, chip["name"], chip["value"])
    assert chosen == {}
    assert without({"genre": ["House"]}, "mood", "calm") == {"genre": ["House"]}
