"""Tables and playlists: what is written can be read back, whatever the names are."""

import json

import pandas as pd
import pytest
from conftest import record

from audiolab import Filter
from audiolab.catalog import export, paths
from audiolab.errors import CatalogError

NAMES = [
    b"plain.mp3",
    "坂本/é ü.flac".encode(),
    b"#comment.mp3",
    b"a\nb.mp3",
    b"\xff.ogg",
    b"50%.wav",
]


@pytest.fixture
def music(catalog, tmp_path):
    root = catalog.root(tmp_path.resolve())
    records = [
        record(
            paths.encode(name), title=title, artist="NA", duration_seconds=61.2, mfcc=[1.0, -2.0]
        )
        for name, title in zip(NAMES, ["A", "é\nb", None, "x", "<&>", "y"], strict=True)
    ]
    catalog.write(root, records)
    return catalog


@pytest.mark.parametrize("suffix", [".m3u8", ".xspf"])
@pytest.mark.parametrize("folder", [".", "lists"])
def test_playlists_come_back_as_a_filter(music, tmp_path, suffix, folder):
    (tmp_path / folder).mkdir(exist_ok=True)
    to = tmp_path / folder / f"list{suffix}"
    assert music.export(to, 'title:=A | title:"<&>" | path:comment', sort="path") == 3
    chosen = music.tracks(music.read_playlist(to))
    assert set(chosen.index) == set(music.tracks('title:=A | title:"<&>" | path:comment').index)


def test_paths_in_a_playlist_beside_the_music_are_relative(music, tmp_path):
    music.export(tmp_path / "list.m3u8", "title:=A")
    assert (tmp_path / "list.m3u8").read_text() == "#EXTM3U\n#EXTINF:61,NA - A\nplain.mp3\n"


def test_paths_lead_from_the_playlist_to_the_music(music, tmp_path):
    lists = tmp_path / "lists" / "mine"
    lists.mkdir(parents=True)
    music.export(lists / "list.m3u8", "title:=A")
    assert (lists / "list.m3u8").read_text().splitlines()[-1] == "../../plain.mp3"
    music.export(lists / "list.xspf", "path:坂本")
    assert "../../%E5%9D%82" in (lists / "list.xspf").read_text()


def test_tables_hold_the_columns(music, tmp_path):
    whole = music.tracks(sort="path")
    for suffix in (".csv", ".json", ".jsonl", ".parquet"):
        assert music.export(tmp_path / f"t{suffix}", sort="path") == len(NAMES)
    objects = json.loads((tmp_path / "t.json").read_text())
    lines = [json.loads(line) for line in (tmp_path / "t.jsonl").read_text().splitlines()]
    assert objects == lines
    assert [o["id"] for o in objects] == list(whole.index)
    assert [o["title"] for o in objects] == [t if isinstance(t, str) else None for t in whole.title]
    assert {o["artist"] for o in objects} == {"NA"}
    assert objects[0]["mfcc"] == [1.0, -2.0]
    assert objects[0]["album"] is None
    table = pd.read_parquet(tmp_path / "t.parquet")
    assert list(table.columns) == ["id", *whole.columns]
    csv = pd.read_csv(tmp_path / "t.csv", keep_default_na=False)
    assert set(csv.artist) == {"NA"}


@pytest.mark.parametrize("name", ["list.txt", "list", "missing/list.csv"])
def test_what_cannot_be_written_is_refused(music, tmp_path, name):
    with pytest.raises(CatalogError, match=r"expected a name ending|cannot be written"):
        music.export(tmp_path / name)


def test_a_failed_export_keeps_the_old_file(music, tmp_path, monkeypatch):
    to = tmp_path / "list.json"
    to.write_text("old")

    def full(frame, stream):
        stream.write(b"[")
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(export.WRITERS, "json", full)
    with pytest.raises(CatalogError, match="cannot be written"):
        music.export(to)
    assert to.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["list.json"]


@pytest.mark.parametrize("content", [b"", b"<playlist", b"\xff\xfe"])
def test_broken_playlists(music, tmp_path, content):
    (tmp_path / "x.xspf").write_bytes(content)
    (tmp_path / "x.doc").touch()
    with pytest.raises(CatalogError, match="not an XSPF"):
        music.read_playlist(tmp_path / "x.xspf")
    with pytest.raises(CatalogError, match="cannot be read"):
        music.read_playlist(tmp_path / "none.m3u8")
    with pytest.raises(CatalogError, match="expected a playlist"):
        music.read_playlist(tmp_path / "x.doc")


def test_playlists_of_other_programs(music, tmp_path):
    """Windows' line ends and letters, and lines that only look like two."""
    odd = ["caf\xe9.mp3", "a\u2028b\x85c.mp3"]
    root = music.root(tmp_path.resolve())
    ids = music.write(root, [record(paths.encode(name)) for name in odd])
    (tmp_path / "old.m3u").write_bytes("#EXTM3U\r\ncaf\xe9.mp3\r\n".encode("cp1252"))
    assert music.read_playlist(tmp_path / "old.m3u") == Filter(id=ids[:1])
    music.export(tmp_path / "new.m3u8", Filter(id=ids))
    assert music.count(music.read_playlist(tmp_path / "new.m3u8")) == 2


def test_a_playlist_of_unknown_files_selects_nothing(music, tmp_path):
    (tmp_path / "x.m3u").write_text("elsewhere.mp3\n")
    assert music.count(music.read_playlist(tmp_path / "x.m3u")) == 0
    assert music.read_playlist(tmp_path / "x.m3u") == ~Filter()
