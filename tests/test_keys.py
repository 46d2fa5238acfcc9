from itertools import product

import pytest

from audiolab import keys

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
