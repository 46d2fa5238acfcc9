"""What tags dispute follows tags, analysis and corrections, however they come in."""

from pathlib import Path

import pandas as pd
from conftest import record

from audiolab.catalog import disputes

SAID = {"bpm": ["90"], "initialkey": ["8A"]}  # A minor


def disputed(catalog):
    return catalog.tracks(sort="path", columns=["disputed"]).disputed.tolist()


def test_only_what_is_plainly_different(catalog):
    root = catalog.root(Path("/m"))
    catalog.write(
        root,
        [
            record("0.mp3", tags=SAID, tempo_bpm=90.2, key="A minor"),
            record("1.mp3", tags=SAID, tempo_bpm=180.0, key="C major"),  # other levels, neighbours
            record("2.mp3", tags=SAID, tempo_bpm=100.0, key="A minor"),
            record("3.mp3", tags=SAID, tempo_bpm=100.0, key="F# major"),
            record("4.mp3", tags=SAID),
            record("5.mp3", tempo_bpm=100.0),
        ],
    )
    assert disputed(catalog) == [None, None, ["tempo"], ["tempo", "key"], None, None]
    assert catalog.count("disputed:tempo") == 2
    assert catalog.count("disputed:key,tempo") == catalog.count("has:disputed") == 2
    assert dict(catalog.facets("disputed")) == {"tempo": 2, "key": 1}


def test_it_follows_every_change(catalog):
    root = catalog.root(Path("/m"))
    (track,) = catalog.write(root, [record("0.mp3", tags=SAID)])
    assert disputed(catalog) == [None]
    catalog.write(root, [record("0.mp3", tempo_bpm=100.0, key="A minor")])  # the signal stage
    assert disputed(catalog) == [["tempo"]]
    catalog.correct(track, tempo_bpm=90.0)
    assert disputed(catalog) == [None]
    catalog.write(root, [record("0.mp3", tempo_bpm=101.0)])  # a correction stays
    assert disputed(catalog) == [None]
    catalog.uncorrect(track, "tempo_bpm")
    assert disputed(catalog) == [["tempo"]]
    catalog.write(root, [record("0.mp3", tags={"bpm": ["101"]})])  # the file was edited
    assert disputed(catalog) == [None]


def test_rows_from_elsewhere_and_rows_that_were_there_before(catalog):
    frame = pd.DataFrame({"path": ["a.mp3", "b.mp3"], "tempo_bpm": [100.0, 90.0]})
    catalog.add(frame.assign(tags=[SAID, SAID]))
    assert disputed(catalog) == [["tempo"], None]
    with catalog._database.cursor(write=True) as cursor:
        cursor.execute("UPDATE track SET disputed = NULL")
        disputes.refresh(cursor)
    assert disputed(catalog) == [["tempo"], None]
