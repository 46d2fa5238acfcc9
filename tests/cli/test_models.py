"""`audiolab models`, with a server of our own as the mirror."""

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from audiolab import resources
from audiolab.analysis.networks import published

from .conftest import Cli

STAND_INS = resources.CHECKOUT / "tests" / "fixtures" / "models"
NAMES = {path.name for path in STAND_INS.iterdir()}


@pytest.fixture
def models(bare: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "models"
    monkeypatch.setenv("AUDIOLAB_MODELS_DIR", str(folder))
    monkeypatch.delenv("AUDIOLAB_ALLOW_UNVERIFIED_MODELS", raising=False)
    return folder


@pytest.fixture
def published_stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the stand-ins were what the official site publishes."""
    real = published.published_files

    def stand_ins(*backend: str) -> list[published.PublishedFile]:
        return [
            replace(file, sha256=_hash(file.file) if file.sha256 else "", size=None)
            for file in real(*backend)
            if file.file in NAMES
        ]

    monkeypatch.setattr(published, "published_files", stand_ins)


def _hash(name: str) -> str:
    return hashlib.sha256((STAND_INS / name).read_bytes()).hexdigest()


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def test_list_says_what_is_there_and_what_to_do(bare: Cli, models: Path) -> None:
    result = bare("models", "list")
    assert result.code == 0
    assert "mtg_jamendo_genre-discogs-effnet-1.pb" in result.out
    assert "CC BY-NC-SA 4.0" in result.err
    assert result.err.rstrip().endswith("audiolab models download")


def test_list_as_json(bare: Cli, models: Path) -> None:
    models.mkdir()
    shutil.copy(STAND_INS / "gender-discogs-effnet-1.pb", models)
    shutil.copy(STAND_INS / "gender-discogs-effnet-1.json", models)
    rows = {row["file"]: row for row in json.loads(bare("models", "list", "--json").out)}
    assert rows["gender-discogs-effnet-1.pb"]["state"] == "unverified, not used"
    assert rows["gender-discogs-effnet-1.pb"]["downloadable"] is False
    assert rows["gender-discogs-effnet-1.json"]["state"] == "installed"
    assert rows["gender-discogs-effnet-1.onnx"]["state"] == "missing"
    assert rows["discogs-effnet-bs64-1.pb"]["state"] == "optional"
    assert rows["discogs-effnet-bsdynamic-1.onnx"]["url"].startswith("https://essentia.upf.edu/")


def test_nothing_is_downloaded_before_the_licence_is_accepted(bare: Cli, models: Path) -> None:
    result = bare("models", "download", "--from", str(STAND_INS))
    assert result.code == 2
    assert "no commercial use" in result.err
    assert result.err.splitlines()[-1] == (
        "audiolab: the licence CC BY-NC-SA 4.0 is not accepted yet: add --accept-license"
    )
    assert names(models) == set()


@pytest.mark.usefixtures("published_stand_ins")
def test_the_licence_is_accepted_once(bare: Cli, models: Path) -> None:
    more = ["--from", str(STAND_INS)]
    result = bare("models", "download", "genre", *more, "--accept-license")
    assert (result.code, result.out.split(",")[0]) == (0, "2 downloaded")
    assert "the rest of 'networks' is missing (audiolab models download networks)" in result.out
    result = bare("models", "download", "genre", "voice", *more)
    assert result.code == 0
    assert "commercial" not in result.err
    assert result.out.startswith("2 downloaded, 2 already there")
    assert names(models) == {
        ".licence-accepted", "mtg_jamendo_genre-discogs-effnet-1.pb",
        "mtg_jamendo_genre-discogs-effnet-1.json", "voice_instrumental-discogs-effnet-1.pb",
        "voice_instrumental-discogs-effnet-1.json",
    }  # fmt: skip


@pytest.mark.usefixtures("published_stand_ins")
def test_what_is_complete_is_used_by_the_next_scan(bare: Cli, models: Path, monkeypatch) -> None:
    monkeypatch.setenv("AUDIOLAB_ALLOW_UNVERIFIED_MODELS", "1")
    result = bare("models", "download", "--from", str(STAND_INS), "--accept-license")
    assert result.out.endswith(f"in {models}: the next audiolab scan uses them\n")
    assert "discogs-effnet-bs64-1.pb" not in names(models)
    monkeypatch.setenv("AUDIOLAB_NETWORK_BACKEND", "essentia")
    bare("models", "download", "--from", str(STAND_INS))
    assert "discogs-effnet-bs64-1.pb" in names(models)


def test_stand_ins_from_a_mirror_are_refused(bare: Cli, models: Path) -> None:
    result = bare("models", "download", "--from", str(STAND_INS), "--accept-license")
    assert result.code == 2
    last = result.err.splitlines()[-1]
    assert last.startswith("audiolab: discogs-effnet-bsdynamic-1.onnx: not the published file")
    assert names(models) == {".licence-accepted"}


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["genres"], "genres: there is no such network; did you mean 'genre'?"),
        (["--from", "nowhere"], "nowhere: expected a folder or an http(s) address"),
        (["gender-discogs-effnet-1.pb"], "no hash is published for it"),
    ],
)
def test_a_mistake_is_one_line(bare: Cli, models: Path, arguments: list[str], line: str) -> None:
    result = bare("models", "download", *arguments)
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert line in result.err


def test_no_verb_is_one_line(bare: Cli) -> None:
    result = bare("models")
    assert result.code == 2
    assert result.err == "audiolab: Missing command; see 'audiolab models --help'\n"


def test_a_folder_that_cannot_be_written_is_one_line(bare: Cli, monkeypatch, tmp_path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("AUDIOLAB_MODELS_DIR", str(tmp_path / "file" / "models"))
    result = bare("models", "download", "--accept-license", "--from", str(STAND_INS))
    assert result.code == 2
    assert "choose another AUDIOLAB_MODELS_DIR" in result.err.splitlines()[-1]


def test_verify_tries_what_is_installed(bare: Cli, models: Path, monkeypatch) -> None:
    shutil.copytree(STAND_INS, models)
    result = bare("models", "verify")
    assert (result.code, "none" in result.out) == (1, True)
    assert "is not the published file" in result.err
    monkeypatch.setenv("AUDIOLAB_ALLOW_UNVERIFIED_MODELS", "1")
    result = bare("models", "verify")
    assert (result.code, result.err) == (0, "")
    assert "stages that can run: networks" in result.out
    whole = (models / "discogs-effnet-bsdynamic-1.onnx").read_bytes()
    (models / "discogs-effnet-bsdynamic-1.onnx").write_bytes(whole[:9999])
    result = bare("models", "verify", "--json")
    assert result.code == 1
    document = json.loads(result.out)
    assert document["problems"] == ["discogs-effnet-bsdynamic-1.onnx: not a complete ONNX model"]
