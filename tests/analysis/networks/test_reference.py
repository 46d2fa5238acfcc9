"""Our path against essentia's predictors on the same weights, and the real chain on real music."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from audiolab.analysis.networks import Installed, find_installed
from audiolab.analysis.networks.listener import Finding, NetworkPass, why_not

from .conftest import TINY, Samples, melody, recording, settings_for

pytestmark = pytest.mark.long

TRUMPET = "sorohanro_-_solo-trumpet-06.hq.ogg"


def listen(installed: Installed, samples: Samples) -> tuple[Finding, ...]:
    network_pass = NetworkPass(installed.stages)
    network_pass.push(samples)
    return network_pass.finish()


def essentia() -> object:
    import essentia
    import essentia.standard

    essentia.log.infoActive = essentia.log.warningActive = False
    return essentia.standard


@pytest.fixture(scope="module")
def full(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Stand-ins of the real cost for both backends, the real mood heads, the real MusiCNN."""
    folder, models = tmp_path_factory.mktemp("models"), shared / "models"
    wanted = [
        *models.glob("labels/*.json"), *models.glob("surrogate_full/*.pb"),
        *models.glob("onnx/*.onnx"), *models.glob("real/m*.pb"),
    ]  # fmt: skip
    for file in wanted:
        shutil.copy(file, folder)
    shutil.copy(models / "real/emomusic-msd-musicnn-1.pb", folder / "emomusic-msd-musicnn-2.pb")
    return folder


def test_stand_in_heads_behind_essentias_backbone(tmp_path: Path) -> None:
    """The reference backend runs where there are only `.pb` files."""
    for file in TINY.glob("*.*"):
        if file.suffix != ".onnx":
            shutil.copy(file, tmp_path)
    installed = find_installed(settings_for(tmp_path, network_backend="essentia"))
    samples = melody(9)
    (finding,) = listen(installed, samples)
    assert finding.reason is None
    es = essentia()
    predict = es.TensorflowPredictEffnetDiscogs(
        graphFilename=str(tmp_path / "discogs-effnet-bs64-1.pb"),
        output="PartitionedCall:1", patchHopSize=62,
    )  # fmt: skip
    (embedding,) = finding.result.embeddings.values()
    assert embedding == pytest.approx(predict(samples).mean(axis=0), abs=1e-5)


def test_a_short_clip_behind_essentias_backbone(tmp_path: Path) -> None:
    shutil.copytree(TINY, tmp_path / "m")
    installed = find_installed(settings_for(tmp_path / "m", network_backend="essentia"))
    (finding,) = listen(installed, melody(0.5))
    assert finding.result.genre_primary is not None


def test_a_broken_file_behind_essentias_backbone_is_found_out(tmp_path: Path) -> None:
    shutil.copytree(TINY, tmp_path / "m")
    settings = settings_for(tmp_path / "m", network_backend="essentia")
    assert why_not(find_installed(settings).stages[0]) is None
    broken = tmp_path / "m/discogs-effnet-bs64-1.pb"
    broken.write_bytes(broken.read_bytes()[:9_999])
    reason = why_not(find_installed(settings).stages[0])
    assert reason == "discogs-effnet-bs64-1.pb: essentia cannot load it"


@pytest.mark.parametrize("name", ["Karissa_Hobbs_-_Lets_Go_Fishin.hq.ogg", TRUMPET])
def test_onnx_backbone_equals_essentias_on_the_same_weights(
    full: Path, shared: Path, name: str
) -> None:
    samples = recording(shared / "audio" / name, 15)
    ours = listen(find_installed(settings_for(full)), samples)[0].result
    theirs = find_installed(settings_for(full, network_backend="essentia"))  # affect: see below
    reference = listen(Installed(theirs.stages[:1]), samples)[0].result
    (ours_embedding,), (embedding,) = ours.embeddings.values(), reference.embeddings.values()
    scale = np.abs(embedding).max()  # random weights: values up to 14
    assert np.abs(ours_embedding - embedding).max() < 5e-4 * scale
    for head in ("mood", "mood_happy", "mood_sad", "mood_relaxed", "mood_aggressive"):
        assert np.abs(ours.scores[head] - reference.scores[head]).max() < 5e-4


def test_real_musicnn_and_emomusic_hear_a_solo_trumpet(full: Path, shared: Path) -> None:
    samples = recording(shared / "audio" / TRUMPET)
    affect = listen(find_installed(settings_for(full)), samples)[1].result
    classes = json.loads((full / "msd-musicnn-1.json").read_text())["classes"]
    best = [classes[place] for place in affect.scores["tag"].argsort()[::-1]]
    assert best[0] == "jazz"
    assert "instrumental" in best[:3]
    assert 0.3 < affect.mood_arousal < 0.6
    assert 0.4 < affect.mood_valence < 0.7
    assert affect.mood_source.startswith("emomusic@")


def test_real_musicnn_and_emomusic_equal_essentias_predictors(full: Path, shared: Path) -> None:
    samples = recording(shared / "audio" / TRUMPET)
    affect = listen(find_installed(settings_for(full)), samples)[1].result
    es, graph = essentia(), str(shared / "models/real/msd-musicnn-1.pb")
    tags = es.TensorflowPredictMusiCNN(graphFilename=graph, patchHopSize=93)(samples)
    assert np.abs(affect.scores["tag"] - tags.mean(axis=0)).max() < 5e-4
    embeddings = es.TensorflowPredictMusiCNN(
        graphFilename=graph, output="model/dense/BiasAdd", patchHopSize=93
    )(samples)
    (embedding,) = affect.embeddings.values()
    assert np.abs(embedding - embeddings.mean(axis=0)).max() < 5e-4 * np.abs(embedding).max()
    head = es.TensorflowPredict2D(
        graphFilename=str(shared / "models/real/emomusic-msd-musicnn-1.pb"),
        input="flatten_in_input", output="dense_out", dimensions=200,
    )  # fmt: skip
    valence, arousal = (head(embeddings).mean(axis=0) - 1) / 8
    assert affect.mood_valence == pytest.approx(valence, abs=5e-4)
    assert affect.mood_arousal == pytest.approx(arousal, abs=5e-4)
