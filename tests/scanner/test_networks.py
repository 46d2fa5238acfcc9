"""Scanning with networks: what is planned, stored and found again."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from audiolab import Catalog, ScanReport, resources, scan
from audiolab.analysis import AffectAnalysis, NetworkAnalysis, StageOutcome, find_installed
from audiolab.analysis.networks.find import file_sha256
from audiolab.analysis.signal_embedding import MODEL
from audiolab.catalog.scans import KnownFile
from audiolab.config import Settings
from audiolab.errors import ScanError
from audiolab.scanner import api
from audiolab.scanner.plan import Task
from audiolab.scanner.records import to_record
from audiolab.scanner.worker import FileResult

from .conftest import tone

STAND_INS = resources.CHECKOUT / "tests" / "fixtures" / "models"
BACKBONE = "discogs-effnet-bsdynamic-1.onnx"


@pytest.fixture
def music(tmp_path: Path) -> Path:
    for number, hz in enumerate((220, 225, 3000)):
        tone(tmp_path / f"music/{number}.wav", seconds=5, hz=hz)
    return tmp_path / "music"


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    shutil.copytree(STAND_INS, tmp_path / "models")
    return Settings(
        data_dir=tmp_path / "data", database_url=database_url, models_dir=tmp_path / "models"
    )


@pytest.mark.long
def test_networks_that_arrive_later_are_all_that_the_next_scan_runs(
    catalog: Catalog, settings: Settings, music: Path
) -> None:
    def run(settings: Settings, **options: object) -> ScanReport:
        report = scan(music, catalog=catalog, settings=settings, workers=1, **options)
        assert report.failed == 0
        return report

    # The stand-ins are not the published files: no stage, nothing known, but still similarity.
    assert run(settings).analysed == 3
    before = catalog.tracks()
    assert before.genre_primary.isna().all()
    assert before.embedding_model.isna().all()
    first = before.index[before.path == "0.wav"][0]
    assert catalog.similar(first).path.tolist() == ["1.wav", "2.wav"]
    assert catalog.embeddings()[1].shape == (3, 61)
    assert run(settings).unchanged == 3
    with pytest.raises(ScanError, match="is not the published file"):
        scan(music, catalog=catalog, settings=settings, stages=["networks"])

    # Accepted, they are what is missing, and only they run.
    accepted = settings.model_copy(update={"allow_unverified_models": True})
    dry = scan(music, catalog=catalog, settings=accepted, dry_run=True)
    assert dry.analysed == 3
    assert run(accepted).analysed == 3
    after = catalog.tracks()
    assert after.genre_primary.notna().all()
    assert after.mood_arousal.between(0, 1).all()
    assert (after.tempo_bpm.fillna(-1) == before.tempo_bpm.fillna(-1)).all()
    digest = file_sha256(settings.models_dir / BACKBONE)
    assert set(after.embedding_model) == {f"discogs-effnet@{digest[:8]}"}
    scores = catalog.predictions("mood")
    assert scores.shape == (3, 56)
    assert np.isfinite(scores.to_numpy()).all()
    assert catalog.predictions("voice").columns.tolist() == ["instrumental", "voice"]
    assert catalog.embeddings()[1].shape == (3, 1280)
    assert catalog.embeddings(MODEL)[1].shape == (3, 61)
    assert len(catalog.similar(first)) == 2
    assert run(accepted).unchanged == 3

    # A head that is gone makes the stage stale; networks that are gone leave everything.
    (settings.models_dir / "mtg_jamendo_instrument-discogs-effnet-1.pb").unlink()
    assert run(accepted).analysed == 3
    assert run(settings).unchanged == 3
    assert catalog.tracks().genre_primary.notna().all()

    # Other sound without networks has no genre; they are caught up with once they are back.
    tone(music / "0.wav", seconds=6, hz=500)
    assert run(settings).analysed == 1
    assert catalog.count("has:genre") == 2
    assert catalog.predictions("mood").index.equals(catalog.tracks("has:genre").index.sort_values())
    assert catalog.track(first)[["embedding_model", "genre_primary"]].isna().all()
    assert run(accepted).analysed == 1
    assert catalog.count("has:genre") == 3

    # Silence has none, nor anything of what sounded before.
    tone(music / "0.wav", seconds=4, hz=0)
    assert run(accepted).analysed == 1
    assert catalog.count("has:genre") == len(catalog.embeddings(MODEL)[0]) == 2
    assert first not in catalog.embeddings()[0]
    assert catalog.scores(first) == {}
    assert run(accepted).unchanged == 3


def test_a_network_that_breaks_leaves_a_partial_track(
    catalog: Catalog, settings: Settings, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken before the scan, it is no network; broken since it was checked, it fails its stage."""
    accepted = settings.model_copy(update={"allow_unverified_models": True})
    whole = (settings.models_dir / BACKBONE).read_bytes()
    found = find_installed(accepted)
    (settings.models_dir / BACKBONE).write_bytes(whole[:9999])
    with pytest.raises(ScanError, match=f"{BACKBONE}: not a complete ONNX model"):
        scan(music, catalog=catalog, settings=accepted, stages=["networks"])
    monkeypatch.setattr(api, "find_installed", lambda _: found)
    report = scan(music, catalog=catalog, settings=accepted, workers=1)
    assert (report.analysed, report.failed) == (3, 0)
    ledger = catalog.ledger()
    assert set(ledger.state) == {"partial"}
    assert set(ledger.reason) == {f"{BACKBONE}: changed during the scan"}
    assert len(catalog.tracks()) == 3


WORDS = StageOutcome(
    "networks", "1", "done", None, 1.0,
    NetworkAnalysis(genre_primary="jazz", mood_arousal=0.2, mood_valence=0.3, mood_source="words",
                    embeddings={"n": np.ones(2)}, scores={"mood": np.ones(3)}),
)  # fmt: skip
TRAINED = StageOutcome(
    "affect", "1", "done", None, 1.0,
    AffectAnalysis(mood_arousal=0.8, mood_valence=0.9, mood_source="emomusic",
                   embeddings={"m": np.ones(2)}, scores={"tag": np.ones(3)}),
)  # fmt: skip


def known(**reasons: str) -> KnownFile:
    stages = {"networks": "0", "affect": "1"}
    return KnownFile("id", "a.mp3", 1, 1, b"hash", "analysed", stages, reasons)


def record_of(before: KnownFile | None, *outcomes: StageOutcome):
    task = Task("a.mp3", 1, 1, tuple(outcome.stage for outcome in outcomes), "stale", before)
    return to_record(task, FileResult(1, 1, b"hash", outcomes))


def test_what_was_trained_on_affect_wins_over_mood_words() -> None:
    record = record_of(None, WORDS, TRAINED)
    assert (record.values["genre_primary"], record.values["mood_source"]) == ("jazz", "emomusic")
    assert set(record.embeddings) == {"n", "m"}
    assert set(record.scores) == {"mood", "tag"}
    later = record_of(known(), WORDS).values
    assert later["genre_primary"] == "jazz"
    assert not {"mood_arousal", "mood_valence", "mood_source"} & set(later)
    assert record_of(known(affect="damaged"), WORDS).values["mood_source"] == "words"
    assert "genre_primary" not in record_of(known(), TRAINED).values
