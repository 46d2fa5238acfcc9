"""Playlists from the command line."""

import json
from pathlib import Path

import pandas as pd
import pytest

from audiolab import Catalog

from .conftest import Cli


@pytest.fixture
def songs(cli: Cli, database_url: str) -> list[str]:
    """Five tracks of rising tempo, and no playlists."""
    frame = pd.DataFrame(
        {
            "path": [f"{i}.mp3" for i in range(5)],
            "title": [f"Piece {i}" for i in range(5)],
            "tempo_bpm": [100.0 + 5 * i for i in range(5)],
            "key": ["A minor", "E minor", "A minor", "F# major", None],
            "duration_seconds": 61.0,
        }
    )
    with Catalog.open(database_url) as catalog:
        for name in catalog.playlists().name:
            catalog.delete_playlist(name)
        return catalog.add(frame, root="/music")


def titles(cli: Cli, name: str) -> list[str]:
    result = cli("playlist", "show", name, "--format", "json")
    assert result.code == 0, result.err
    return [track["title"] for track in json.loads(result.out)]


def test_a_fixed_list_from_beginning_to_end(cli: Cli, songs: list[str], tmp_path: Path) -> None:
    made = cli("playlist", "create", "Sunday", songs[3], "1.mp3")
    assert (made.code, made.out, made.err) == (0, "", "playlist 'Sunday' has 2 tracks\n")
    added = cli("playlist", "add", "sunday", songs[0][-8:], "--before", "/music/1.mp3")
    assert added.err == "1 track added, playlist 'sunday' has 3\n"
    assert titles(cli, "Sunday") == ["Piece 3", "Piece 0", "Piece 1"]
    assert cli("playlist", "add", "Sunday", "--where", "bpm:>118").code == 0
    assert cli("playlist", "remove", "Sunday", songs[0], songs[3]).err.startswith(
        "2 tracks removed"
    )
    assert titles(cli, "Sunday") == ["Piece 1", "Piece 4"]
    listed = cli("ls", 'playlist:"Sunday"', "--format", "json")
    assert [track["title"] for track in json.loads(listed.out)] == ["Piece 1", "Piece 4"]

    file = tmp_path / "out.m3u8"
    assert cli("playlist", "export", "Sunday", "--to", str(file)).err.startswith("2 tracks written")
    again = cli("playlist", "create", "Back", "--from", str(file))
    assert again.err == "playlist 'Back' has 2 tracks\n"
    file.write_text("/music/0.mp3\n/music/gone.mp3\n")
    assert (
        "not in the catalog: /music/gone.mp3"
        in cli("playlist", "create", "Back", "--from", str(file), "--replace").err
    )
    assert cli("playlist", "rename", "Back", "Front").code == 0
    names = [row["name"] for row in json.loads(cli("playlist", "list", "--format", "json").out)]
    assert names == ["Front", "Sunday"]
    assert cli("playlist", "delete", "front").code == 0
    table = cli("playlist", "list").out.splitlines()
    assert table[1].split() == ["Sunday", "fixed", "2", "2:02"]


def test_a_smart_list(cli: Cli, songs: list[str]) -> None:
    made = cli("playlist", "create", "Fast", "--where", "bpm:>105", "--sort", "-bpm")
    assert made.err == "playlist 'Fast' has 3 tracks\n"
    assert titles(cli, "Fast") == ["Piece 4", "Piece 3", "Piece 2"]
    refused = cli("playlist", "add", "Fast", songs[0])
    assert (refused.code, "made by its query" in refused.err) == (2, True)
    assert "bpm:>105" in cli("playlist", "list").out
    shown = cli("playlist", "show", "Fast").out.splitlines()
    assert shown[1].split()[:3] == ["1", "Piece", "4"]


def test_a_sequence_warms_up_and_can_be_saved(cli: Cli, songs: list[str]) -> None:
    result = cli("playlist", "sequence", "bpm:100..", "--length", "4", "--save", "Warm-up",
                 "--format", "json")  # fmt: skip
    assert result.code == 0, result.err
    tempi = [track["tempo_bpm"] for track in json.loads(result.out)]
    assert tempi == sorted(tempi)
    assert len(titles(cli, "Warm-up")) == 4
    table = cli("playlist", "sequence", "--playlist", "Warm-up", "--curve", "wind-down",
                "--start", songs[4])  # fmt: skip
    assert table.code == 0, table.err
    assert table.out.splitlines()[1].split()[:3] == ["1", "Piece", "4"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["show", "nothing"], "there is no playlist 'nothing'"),
        (["create", ""], "name"),
        (["create", "x", "nonsense"], "no track is called 'nonsense'"),
        (["create", "x", "--where", "genr:house"], "did you mean genre"),
        (["create", "x", "--where", "bpm:1..", "--from", "a.m3u8"], "got several"),
        (["create", "x", "--from", "missing.m3u8"], "cannot be read"),
        (["create", "x", "--sort", "bpm"], "smart playlists"),
        (["add", "x"], "no track given"),
        (["delete", "x"], "there is no playlist"),
        (["sequence", "title:nothing"], "no track to choose from"),
        (["sequence", "--curve", "up"], "curve"),
        (["sequence", "a", "--playlist", "b"], "got both"),
        (["export", "x", "--to", "x.doc"], "there is no playlist"),
        (["nonsense"], "nonsense"),
    ],
)
def test_mistakes_are_one_line(cli: Cli, songs: list[str], arguments: list[str], says: str) -> None:
    result = cli("playlist", *arguments)
    assert (result.code, result.out) == (2, "")
    assert says in result.err
    assert len(result.err.splitlines()) == 1
