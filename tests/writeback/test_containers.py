"""Slots keep any text, and give back what was in them to the last detail."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audiolab.writeback.containers import open_tags

from .samples import KINDS, tagged

SLOTS = {
    "id3": ("TMOO", "TXXX:Ünïcödé", "TKEY"),  # not TCON, where "17" is Rock
    "vorbis": ("GENRE", "MOOD", "A NAME"),
    "opus": ("GENRE", "MOOD"),
    "mp4": ("\xa9gen", "----:com.apple.iTunes:MOOD"),
}
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("containers")
    return {kind: tagged(folder / f"a.{kind}") for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_any_text_comes_back(files: dict[str, Path], kind: str, text: str) -> None:
    tags = open_tags(files[kind])
    before = {slot: tags.get(slot) for slot in SLOTS[tags.kind]}
    for slot in before:
        tags.put(slot, tags.made(slot, text))
    tags.save()
    tags = open_tags(files[kind])
    for slot in before:
        assert tags.texts(slot) == [text]
        assert tags.get(slot) == tags.made(slot, text)
        tags.put(slot, before[slot])
    tags.save()
    assert {slot: open_tags(files[kind]).get(slot) for slot in before} == before


@pytest.mark.parametrize("kind", KINDS)
def test_saving_what_was_read_changes_nothing(files: dict[str, Path], kind: str) -> None:
    tags = open_tags(files[kind])
    before = tags.everything()
    for slot in SLOTS[tags.kind]:
        tags.put(slot, tags.get(slot))
    tags.save()
    assert open_tags(files[kind]).everything() == before


def test_names_come_in_any_case(files: dict[str, Path]) -> None:
    mp3, flac, m4a = (open_tags(files[kind]) for kind in ("mp3", "flac", "m4a"))
    assert mp3.spelled("TXXX:REPLAYGAIN_TRACK_GAIN") == "TXXX:replaygain_track_gain"
    assert flac.texts("key") == flac.texts("KEY") == ["8A"]
    assert m4a.spelled("----:com.apple.iTunes:key") == "----:com.apple.iTunes:KEY"
    assert m4a.spelled("tmpo") == "tmpo"
