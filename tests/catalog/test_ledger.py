"""The ledger adds up, per stage too, and says what to do."""

from pathlib import Path

import pytest

from audiolab.catalog.advice import advice
from audiolab.catalog.records import StageRow, TrackRecord


def record(path: str, *stages: tuple[str, str, str | None], state: str = "analysed") -> TrackRecord:
    rows = tuple(StageRow(stage, "1", how, reason, 0.1) for stage, how, reason in stages)
    return TrackRecord(path, state, 1, 1, stages=rows)


@pytest.fixture
def catalog(catalog):
    """Seven files and a folder that cannot be read, in one root; an empty one beside it."""
    root = catalog.root(Path("/music"))
    well = ("tags", "done", None)
    ids = catalog.write(
        root,
        [
            record("all.mp3", well, ("signal", "done", None), ("networks", "done", None)),
            record("cut.mp3", well, ("signal", "partial", "damaged or cut short"), state="partial"),
            record("tags.mp3", well),
            record("gone.mp3", well, ("signal", "done", None)),
            record("mine.mp3", well, ("signal", "done", None)),
            record(
                "bad.mp3",
                ("tags", "failed", "not an audio file"),
                ("signal", "failed", "not an audio file"),
                state="failed",
            ),
            record("big.wav", well, ("signal", "failed", "took longer than 600 s"), state="failed"),
        ],
    )
    catalog.mark_missing(root, [ids[3]])
    catalog.delete(ids[4])
    catalog.set_skipped(root, [("closed", "unreadable folder: permission denied")])
    catalog.root(Path("/empty"))
    return catalog


def test_every_stage_adds_up(catalog):
    frame = catalog.ledger_by_stage().set_index(["root", "stage"])
    assert list(frame.loc["/music"].index) == ["tags", "signal", "networks"]
    assert frame.loc[("/music", "tags")].to_dict() == {
        "found": 7, "analysed": 4, "failed": 1, "skipped": 2, "waiting": 0, "missing": 1,
    }  # fmt: skip
    assert frame.loc[("/music", "signal")].to_dict() == {
        "found": 7, "analysed": 2, "failed": 2, "skipped": 2, "waiting": 1, "missing": 1,
    }  # fmt: skip
    assert frame.loc[("/music", "networks")].to_dict() == {
        "found": 7, "analysed": 1, "failed": 0, "skipped": 2, "waiting": 4, "missing": 1,
    }  # fmt: skip
    assert set(frame.loc["/empty"].to_numpy().ravel()) == {0}
    assert (frame["found"] == frame[["analysed", "failed", "skipped", "waiting"]].sum(axis=1)).all()


def test_every_reason_comes_with_what_to_do(catalog):
    frame = catalog.ledger().set_index("path")
    assert frame.loc["all.mp3", ["reason", "advice"]].isna().all()
    assert frame.loc["cut.mp3", "advice"] == "replace it with an intact copy, then scan again"
    assert frame.loc["bad.mp3", "advice"] == advice("not an audio file")
    assert "right to read" in frame.loc["closed", "advice"]


@pytest.mark.parametrize(
    ("reason", "what"),
    [
        ("unreadable folder: input/output error", "its disk or share, then scan again"),
        ("discogs-effnet.onnx: changed during the scan", "audiolab models verify"),
        ("something nobody thought of", "--retry-failed tries it again"),
        ("link that leads out of the library folders", "AUDIOLAB_LIBRARY_PATH"),
    ],
)
def test_the_longest_beginning_counts(reason, what):
    assert what in advice(reason)
