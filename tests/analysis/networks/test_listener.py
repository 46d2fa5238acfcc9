"""Listening: streaming, silence, short clips, and networks that break."""

import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from audiolab.analysis import NetworkAnalysis
from audiolab.analysis.networks import Installed, find_installed
from audiolab.analysis.networks.listener import Finding, NetworkPass
from audiolab.analysis.networks.load import load_stage
from audiolab.analysis.networks.mel import LogMel
from audiolab.analysis.networks.patches import Patches

from .conftest import TINY, Samples, blocks, melody, settings_for


def listen(installed: Installed, samples: Samples, size: int = 10**9) -> Finding:
    network_pass = NetworkPass(installed.stages)
    for block in blocks(samples, size):
        network_pass.push(block)
    (finding,) = network_pass.finish()
    return finding


def test_every_head_scores_and_the_columns_follow(tiny: Installed) -> None:
    finding = listen(tiny, melody(12))
    found = finding.result
    assert (finding.stage, finding.reason) == ("networks", None)
    assert finding.version == tiny.versions["networks"]
    assert isinstance(found, NetworkAnalysis)
    networks = tiny.of("networks")
    for name, (classes, _) in networks.score_classes.items():
        assert found.scores[name].shape == (len(classes),)
        assert found.scores[name].dtype == np.float32
        assert ((found.scores[name] >= 0) & (found.scores[name] <= 1)).all()
    genres = networks.score_classes["genre"][0]
    assert found.genre_primary == genres[found.scores["genre"].argmax()]
    assert found.embeddings[found.embedding_model].shape == (1280,)
    assert all(value is not None for name, value in found.values().items() if "gender" not in name)


def test_scores_are_the_mean_over_patches_of_every_heads_predictions(tiny: Installed) -> None:
    samples, loaded = melody(12), load_stage(tiny.of("networks"))
    front_end, cut = LogMel(), Patches(128, 62, 8)
    mel = np.concatenate([front_end.push(samples), front_end.finish()])
    patches = np.concatenate([*cut.push(mel), *cut.finish()])
    (embeddings,) = loaded.backbone(patches)
    found = listen(tiny, samples).result
    for name, head in loaded.heads.items():
        assert found.scores[name] == pytest.approx(head(embeddings).mean(axis=0), abs=1e-6)
    (embedding,) = found.embeddings.values()
    assert embedding == pytest.approx(embeddings.mean(axis=0), abs=1e-5)


@pytest.mark.parametrize("size", [1_000, 11_889, 70_001])
def test_a_stream_gives_the_same_as_the_whole_file(tiny: Installed, size: int) -> None:
    samples = melody(40)
    whole, streamed = listen(tiny, samples).result, listen(tiny, samples, size).result
    assert streamed == whole
    for name, row in whole.scores.items():
        assert np.array_equal(streamed.scores[name], row)


def test_memory_does_not_grow_with_the_length(tiny: Installed) -> None:
    minute = melody(60)

    def peak(minutes: int) -> int:
        network_pass = NetworkPass(tiny.stages)
        tracemalloc.start()
        for _ in range(minutes):
            for block in blocks(minute, 12_000):
                network_pass.push(block)
        network_pass.finish()
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(9) < 1.05 * peak(4)


@pytest.mark.parametrize("seconds", [0.05, 1.0, 2.0])
def test_a_clip_shorter_than_a_patch_is_repeated(tiny: Installed, seconds: float) -> None:
    finding = listen(tiny, melody(seconds))
    assert finding.reason is None
    assert finding.result.genre_primary is not None


@pytest.mark.parametrize("samples", [np.zeros(80_000, np.float32), np.zeros(0, np.float32)])
def test_nothing_is_said_of_silence(tiny: Installed, samples: Samples) -> None:
    finding = listen(tiny, samples)
    assert finding.reason is None
    assert finding.result == NetworkAnalysis()
    assert (finding.result.scores, finding.result.embeddings) == ({}, {})


def test_fast_looks_at_half_as_many_patches(monkeypatch) -> None:
    fast = find_installed(settings_for(TINY, network_speed="fast"))
    normal = find_installed(settings_for(TINY))
    counts = []
    for installed in (normal, fast):
        loaded = load_stage(installed.of("networks"))
        seen: list[int] = []

        def count(batch: Samples, loaded=loaded, seen=seen) -> list[Samples]:
            seen.append(len(batch))
            return loaded.backbone(batch)

        monkeypatch.setattr(
            "audiolab.analysis.networks.listener.load_stage",
            lambda _, loaded=loaded, count=count: replace(loaded, backbone=count),
        )
        listen(installed, melody(60))
        counts.append(sum(seen))
    assert counts == [59, 29]


def test_a_file_that_changed_after_it_was_checked_fails_the_stage_only(models: Path) -> None:
    installed = find_installed(settings_for(models))
    (models / "gender-discogs-effnet-1.pb").write_bytes(b"something else")
    finding = listen(installed, melody(3))
    assert finding.result is None
    assert finding.reason == "gender-discogs-effnet-1.pb: changed during the scan"


def test_values_that_are_no_numbers_fail_the_stage(tiny: Installed, monkeypatch) -> None:
    loaded = load_stage(tiny.of("networks"))
    broken = replace(loaded, backbone=lambda batch: [np.full((len(batch), 1280), np.nan, "f4")])
    monkeypatch.setattr("audiolab.analysis.networks.listener.load_stage", lambda _: broken)
    assert listen(tiny, melody(3)).reason == "discogs-effnet: gave values that are no numbers"
