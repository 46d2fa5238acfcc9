"""A collection for rekordbox: what it says of tracks, grids and playlists."""

from urllib.parse import unquote
from xml.etree import ElementTree

import numpy as np
import pytest

from audiolab import Filter
from audiolab.catalog.records import TrackRecord


@pytest.fixture
def music(catalog, tmp_path):
    root = catalog.root(tmp_path)
    beats = 0.25 + np.arange(64) * 60 / 124
    catalog.write(root, [
        TrackRecord("deep/å & b.mp3", "analysed", 7_000, 1, beats=beats.astype(np.float32), values={
            "title": "Night\uffff <Drive>", "artist": "Lena", "tag_genre": "House",
            "tempo_bpm": 124.0, "key": "F# minor", "time_signature": "3/4", "format": "mp3",
            "duration_seconds": 61.6, "bitrate_kbps": 320.4, "sample_rate_hz": 44100, "year": 1999,
        }),
        TrackRecord("bare.ogg", "analysed", 5, 1),
    ])  # fmt: skip
    for name in list(catalog.playlist_names()):
        catalog.delete_playlist(name)
    return catalog


def exported(catalog, to, where=None):
    catalog.export(to, where, sort="path")
    return ElementTree.parse(to).getroot()


def test_tracks_and_their_grids(music, tmp_path):
    top = exported(music, tmp_path / "all.xml")
    assert (top.tag, top.get("Version")) == ("DJ_PLAYLISTS", "1.0.0")
    bare, full = top.find("COLLECTION")
    assert top.find("COLLECTION").get("Entries") == "2"
    wanted = {
        "TrackID": "2", "Name": "Night <Drive>", "Artist": "Lena", "Genre": "House",
        "Kind": "MP3 File", "Size": "7000", "TotalTime": "62", "Year": "1999",
        "AverageBpm": "124.00", "BitRate": "320", "SampleRate": "44100", "Tonality": "F#m",
    }  # fmt: skip
    assert {name: full.get(name) for name in wanted} == wanted
    assert full.get("Location").startswith("file://localhost/")
    path = unquote(full.get("Location").removeprefix("file://localhost"))
    assert path == str(tmp_path / "deep/å & b.mp3")
    (tempo,) = full
    assert tempo.attrib == {"Inizio": "0.250", "Bpm": "124.00", "Metro": "3/4", "Battito": "1"}
    assert (bare.get("Name"), bare.get("AverageBpm"), len(bare)) == ("bare.ogg", None, 0)


def test_playlists_come_along_as_far_as_their_tracks_do(music, tmp_path):
    ids = list(music.tracks(sort="path").index)
    music.create_playlist("Mine", ids[::-1])
    music.create_playlist("Fast", where="bpm:120..")
    music.create_playlist("Empty")
    top = exported(music, tmp_path / "all.xml")
    (folder,) = top.find("PLAYLISTS")
    assert (folder.get("Name"), folder.get("Type"), folder.get("Count")) == ("ROOT", "0", "2")
    lists = {node.get("Name"): [track.get("Key") for track in node] for node in folder}
    assert lists == {"Fast": ["2"], "Mine": ["2", "1"]}
    top = exported(music, tmp_path / "mine.xml", Filter(id=ids[:1]))
    assert [node.get("Name") for node in top.find("PLAYLISTS")[0]] == ["Mine"]
    assert top.find("PLAYLISTS")[0][0].get("Entries") == "1"
