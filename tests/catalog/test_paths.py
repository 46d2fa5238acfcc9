import os

from hypothesis import example, given
from hypothesis import strategies as st

from audiolab.catalog import paths

names = st.binary(max_size=60).map(lambda raw: raw.replace(b"\0", b"").replace(b"/", b"-"))


@given(names)
@example("é坂.mp3".encode())
@example("\uef80".encode())
@example(b"\xff\xfe.mp3")
def test_every_file_name_survives(raw):
    name = os.fsdecode(raw)
    text = paths.encode(name)
    text.encode("utf-8")  # what Postgres can hold
    assert paths.decode(text) == name


@given(st.lists(names, max_size=8, unique=True))
def test_different_names_stay_different(raws):
    assert len({paths.encode(raw) for raw in raws}) == len(raws)


def test_ordinary_names_are_left_alone():
    assert paths.encode("Sigur Rós/Ágætis byrjun.flac") == "Sigur Rós/Ágætis byrjun.flac"
