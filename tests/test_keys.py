from itertools import product

import pytest

from audiolab import keys

CAMELOT = {
    "C major": "8B", "A minor": "8A", "G major": "9B", "E minor": "9A", "D major": "10B",
    "B minor": "10A", "A major": "11B", "F# minor": "11A", "E major": "12B", "Db minor": "12A",
    "B major": "1B", "Ab minor": "1A", "F# major": "2B", "Eb minor": "2A", "Db major": "3B",
    "Bb minor": "3A", "Ab major": "4B", "F minor": "4A", "Eb major": "5B", "C minor": "5A",
    "Bb major": "6B", "G minor": "6A", "F major": "7B", "D minor": "7A",
}  # fmt: skip
ALL = list(product(range(12), ("major", "minor")))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("A minor", (9, "minor")), ("f#m", (6, "minor")), ("Gb major", (6, "major")),
        ("Bb", (10, "major")), ("B", (11, "major")), ("b", (11, "major")), ("E♭ min", (3, "minor")),
        ("8A", (9, "minor")), ("8b", (0, "major")), ("08A", (9, "minor")), ("1m", (9, "minor")),
        ("1d", (0, "major")), ("11A", (6, "minor")), ("4m", (6, "minor")), ("Cb", (11, "major")),
    ],
)  # fmt: skip
def test_reads_every_notation(text, key):
    assert keys.parse(text) == key


@pytest.mark.parametrize("key", ALL)
def test_every_notation_comes_back(key):
    notations = {keys.name(*key), keys.camelot(*key), keys.open_key(*key), *keys.spellings(key)}
    assert {keys.parse(text) for text in notations} == {key}


def test_a_fifth_up_adds_one():
    for pitch, mode in ALL:
        here, up = keys.camelot(pitch, mode), keys.camelot(pitch + 7, mode)
        assert int(up[:-1]) == int(here[:-1]) % 12 + 1


@pytest.mark.parametrize("text", ["", "H minor", "13A", "0A", "A minor minor", "8C", "A##"])
def test_refuses_what_is_no_key(text):
    with pytest.raises(ValueError, match="is not a key"):
        keys.parse(text)


def test_compatible_keys_are_neighbours_on_the_circle():
    codes = {keys.camelot(*key) for key in keys.compatible(keys.parse("8A"))}
    assert codes == {"8A", "7A", "9A", "8B"}


def test_every_key_has_its_own_names():
    assert {keys.name(*key): keys.camelot(*key) for key in ALL} == CAMELOT
    assert len({keys.open_key(*key) for key in ALL}) == 24
    assert (keys.open_key(0, "major"), keys.open_key(9, "minor")) == ("1d", "1m")
    assert (keys.open_key(6, "minor"), keys.open_key(5, "major")) == ("4m", "12d")
