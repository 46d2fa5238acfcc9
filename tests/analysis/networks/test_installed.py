"""What counts as installed, and what makes a stored result stale."""

import json
import os
import shutil
from pathlib import Path

import pytest

from audiolab.analysis.networks import Installed, find_installed
from audiolab.analysis.networks.classes import read_classes
from audiolab.analysis.networks.find import file_sha256
from audiolab.errors import ModelError

from .conftest import settings_for

GENRE = "mtg_jamendo_genre-discogs-effnet-1"
BACKBONE = "discogs-effnet-bsdynamic-1.onnx"


def installed(folder: Path, **more: object) -> Installed:
    return find_installed(settings_for(folder, **more))


def test_an_empty_folder_is_no_error_and_says_what_to_do(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "not there"):
        found = installed(folder)
        assert (found.stages, found.problems, found.versions) == ((), (), {})
        assert found.advice.endswith("audiolab models download")
        assert "\n" not in found.advice


def test_stand_ins_never_pass_the_hash_check(models: Path) -> None:
    found = installed(models, allow_unverified_models=False)
    assert found.stages == ()
    assert "is not the published file" in found.advice
    assert "AUDIOLAB_ALLOW_UNVERIFIED_MODELS=1" in found.advice


def test_accepted_stand_ins_carry_their_own_hash(models: Path) -> None:
    networks = installed(models).of("networks")
    assert networks is not None
    digest = file_sha256(models / BACKBONE)
    assert networks.backbone.name == f"discogs-effnet@{digest[:8]}"
    assert networks.score_classes["genre"][1] == file_sha256(models / f"{GENRE}.pb")
    assert [len(classes) for classes, _ in networks.score_classes.values()] == [87, 56, 40, 2, 2, 2]
    assert installed(models).advice == ""


def test_a_file_with_the_published_hash_is_official(models: Path, monkeypatch) -> None:
    from audiolab.analysis.networks import find as module

    official = {
        weights.file: weights.sha256
        for network in module.manifest().networks
        for weights in network.weights
    }
    monkeypatch.setattr(module, "file_sha256", lambda path: _existing(path) and official[path.name])
    networks = installed(models, allow_unverified_models=False).of("networks")
    assert networks is not None
    assert networks.backbone.name == "discogs-effnet"
    assert networks.heads[0].name == "genre"


def _existing(path: Path) -> bool:
    return bool(path.stat())


def test_new_and_changed_files_and_settings_change_the_version(models: Path) -> None:
    def version(**more: object) -> str:
        return installed(models, **more).versions["networks"]

    with_all = version()
    assert version() == with_all
    assert version(network_speed="fast") != with_all
    head = models / f"{GENRE}.pb"
    head.rename(models / "elsewhere")
    without = version()
    assert without != with_all
    (models / "elsewhere").rename(head)
    assert version() == with_all
    head.write_bytes(head.read_bytes() + b"\x22\x00")  # an empty field more, still a graph
    assert version() not in (with_all, without)


def test_the_hash_is_read_again_when_the_file_changes(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"one")
    first = file_sha256(file)
    file.write_bytes(b"two")
    os.utime(file, ns=(1, 1))
    assert file_sha256(file) != first


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda doc: doc["classes"].pop(), "expected 87 different classes, got 86"),
        (lambda doc: doc["classes"].__setitem__(0, doc["classes"][1]), "classes, got 86"),
        (lambda doc: doc.pop("classes"), "expected a list of names"),
        (lambda doc: doc["classes"].__setitem__(0, 7), "expected a list of names"),
    ],
)
def test_a_head_with_wrong_classes_is_left_out_with_a_line(models: Path, change, problem) -> None:
    metadata = models / f"{GENRE}.json"
    document = json.loads(metadata.read_text())
    change(document)
    metadata.write_text(json.dumps(document))
    found = installed(models)
    (line,) = found.problems
    assert line.startswith(f"{GENRE}.json: ")
    assert problem in line
    assert "genre" not in found.of("networks").score_classes
    assert "mood" in found.of("networks").score_classes


def test_missing_and_broken_metadata(models: Path) -> None:
    (models / f"{GENRE}.json").unlink()
    (models / "voice_instrumental-discogs-effnet-1.json").write_text("<html>")
    problems = installed(models).problems
    assert any("missing, it names the classes" in line for line in problems)
    assert any("not a readable JSON file" in line for line in problems)


def test_a_class_that_is_looked_up_by_name_must_be_there(models: Path) -> None:
    metadata = models / "voice_instrumental-discogs-effnet-1.json"
    metadata.write_text(metadata.read_text().replace('"voice"', '"singing"'))
    assert "the class 'voice' is missing" in installed(models).problems[0]


@pytest.mark.parametrize(
    ("file", "content", "problem"),
    [
        (BACKBONE, "half", "not a complete ONNX model"),
        ("voice_instrumental-discogs-effnet-1.pb", "half", "not a complete TensorFlow graph"),
        ("gender-discogs-effnet-1.pb", f"{GENRE}.pb", "expected scores for 2 classes, got 87"),
    ],
)
def test_an_accepted_file_that_is_no_such_network_is_left_out_with_a_line(
    models: Path, file: str, content: str, problem: str
) -> None:
    whole = (models / (file if content == "half" else content)).read_bytes()
    (models / file).write_bytes(whole[: len(whole) // 2] if content == "half" else whole)
    found = installed(models)
    assert found.problems == (f"{file}: {problem}",)
    assert problem in found.advice
    networks = found.of("networks")
    assert (networks is None) == (file == BACKBONE)
    if networks:
        assert len(networks.heads) == 5
        assert found.advice.endswith(": audiolab models verify")


def test_a_file_without_a_hash_matters_only_where_there_is_no_other(
    models: Path, monkeypatch
) -> None:
    from audiolab.analysis.networks import find as module

    published = {
        weights.file: weights.sha256 or "another"
        for network in module.manifest().networks
        for weights in network.weights
    }
    monkeypatch.setattr(
        module, "file_sha256", lambda path: _existing(path) and published[path.name]
    )
    (line,) = installed(models, allow_unverified_models=False).problems
    assert line.startswith("gender-discogs-effnet-1.pb: it has no published hash")
    (models / "gender-discogs-effnet-1.onnx").touch()
    found = installed(models, allow_unverified_models=False)
    assert (found.problems, len(found.of("networks").heads)) == ((), 6)


def test_the_backend_decides_which_files_count(models: Path) -> None:
    by_essentia = installed(models, network_backend="essentia").of("networks")
    assert by_essentia.backbone.file.path.name == "discogs-effnet-bs64-1.pb"
    (models / BACKBONE).unlink()
    assert installed(models).stages == ()


def test_affect_needs_its_backbone_and_a_head(models: Path, shared: Path) -> None:
    assert installed(models).of("affect") is None
    for name in ("msd-musicnn-1.json", "emomusic-msd-musicnn-2.json"):
        shutil.copy(shared / "models/labels" / name, models)
    shutil.copy(shared / "models/onnx/msd-musicnn-1.onnx", models)
    assert installed(models).of("affect") is None
    shutil.copy(
        shared / "models/real/emomusic-msd-musicnn-1.pb", models / "emomusic-msd-musicnn-2.pb"
    )
    affect = installed(models).of("affect")
    assert set(affect.score_classes) == {"emomusic", "tag"}
    assert affect.heads[0].classes == ("valence", "arousal")


def test_classes_come_in_the_order_of_the_file(models: Path) -> None:
    path = models / "danceability-discogs-effnet-1.json"
    assert read_classes(path, 2) == ("danceable", "not_danceable")
    with pytest.raises(ModelError, match="expected 3 different classes, got 2"):
        read_classes(path, 3)
