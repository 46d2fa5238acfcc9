"""The manifest: complete, and in agreement with the hashes that were verified."""

import json
import re
from pathlib import Path

from audiolab.analysis.networks.manifest import STAGES, manifest
from audiolab.analysis.networks.published import published_files


def test_every_network_has_all_that_is_needed() -> None:
    known = manifest()
    assert known.base_url.startswith("https://")
    assert known.licence.name == "CC BY-NC-SA 4.0"
    assert {network.stage for network in known.networks} == set(STAGES)
    backbones = {backbone.name for backbone in known.backbones}
    assert {head.on for head in known.heads} == backbones - {"clap"}
    for network in known.networks:
        assert any(weights.sha256 for weights in network.weights) or network.name == "clap"
        for weights in network.weights:
            assert re.fullmatch(r"([0-9a-f]{64})?", weights.sha256)
            assert weights.file.endswith((".pb", ".onnx"))
            assert weights.input
            assert weights.output
            assert weights.sha256 or not weights.default


def test_files_that_people_supply_say_where_from_and_are_never_downloaded() -> None:
    supplied = [file for file in published_files() if file.elsewhere]
    assert [(file.file, file.role) for file in supplied] == [
        ("clap-audio.onnx", "backbone"), ("clap-text.onnx", "text"),
        ("clap-tokenizer.json", "tokenizer"),
    ]  # fmt: skip
    assert not any(file.downloadable or file.default for file in supplied)
    assert all(file.url.startswith("https://") for file in supplied)


def test_heads_have_their_short_names() -> None:
    assert [head.name for head in manifest().heads if head.stage == "networks"] == [
        "genre", "mood", "instrument", "voice", "gender", "danceability",
        "mood_happy", "mood_sad", "mood_relaxed", "mood_aggressive",
    ]  # fmt: skip


def test_names_are_unique() -> None:
    files = [file.file for file in published_files()]
    assert len(files) == len(set(files))


def test_hashes_are_those_that_were_verified(shared: Path) -> None:
    listed = json.loads((shared / "models/manifest.json").read_text())["official"]
    official = {entry["file"]: entry for entry in listed}
    base, compared = manifest().base_url, 0
    for file in published_files():
        if file.sha256 and file.file in official:
            entry = official[file.file]
            assert file.sha256 == entry["sha256"]
            assert base + f"{file.folder}/{file.file}" == entry["url"]
            assert entry["size"] in (None, file.size)
            compared += 1
    assert compared == 12
    readme = (shared / "models/README.md").read_text()
    assert all(f.sha256 in readme for f in published_files() if f.file.endswith(".onnx"))
