"""The folders a page may choose from, and everything that leads out of them."""

import os
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from audiolab.errors import OutsideLibraryError, ScanError
from audiolab.scanner.folders import LibraryFolders, Listing, shown


def put(*files: Path) -> None:
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """A library beside something that is nobody's business."""
    put(
        tmp_path / "music/one.mp3", tmp_path / "music/House/a.mp3", tmp_path / "music/House/b.ogg",
        tmp_path / "music/ambient/deep/c.flac", tmp_path / "music/notes.txt",
        tmp_path / "music/.hidden/d.mp3", tmp_path / "music-private/e.mp3",
        tmp_path / "secret/f.mp3", tmp_path / "more/g.mp3",
    )  # fmt: skip
    music = tmp_path / "music"
    (music / "out").symlink_to(tmp_path / "secret")
    (music / "sneaky").symlink_to("../secret")
    (music / "beside").symlink_to(tmp_path / "music-private")
    (music / "up").symlink_to("..")
    (music / "alias").symlink_to("ambient/deep")
    (music / "other").symlink_to(tmp_path / "more")
    (music / "loop").symlink_to("loop")
    (music / "song.mp3").symlink_to(tmp_path / "secret/f.mp3")
    return tmp_path


@pytest.fixture
def folders(disk: Path) -> LibraryFolders:
    return LibraryFolders([disk / "music", disk / "more"])


def test_what_is_in_a_folder(folders: LibraryFolders) -> None:
    assert folders.tops == ("music", "more")
    assert folders.look(["music"]) == Listing(("alias", "ambient", "House", "other"), 2)
    assert folders.look(["music", "ambient"]) == Listing(("deep",), 0)
    assert folders.look(["more"]) == Listing((), 1)


def test_files_are_counted_while_there_is_time(folders: LibraryFolders) -> None:
    assert folders.count(["music", "House"], 10) == (2, True)
    assert folders.count(["music"], 10) == (5, True), "what links bring from other library folders"
    assert folders.count(["music"], -1) == (1, False)


def test_places_and_paths_are_two_names_of_one_thing(folders: LibraryFolders, disk: Path) -> None:
    assert folders.path(["music", "House"]) == disk / "music/House"
    assert folders.place(disk / "music/House") == ("music", "House")
    assert folders.place(disk / "music") == ("music",)
    assert folders.path(["music", "alias"]) == disk / "music/ambient/deep"
    assert folders.path(["music", "other"]) == disk / "more", "a link from library to library"
    for outside in (disk, disk / "secret", disk / "music-private", Path("/")):
        assert folders.place(outside) is None


@pytest.mark.parametrize(
    "place",
    [
        [], ["secret"], ["music-private"], ["/"], ["/music"], [".."], ["music", ".."],
        ["music", "..", "secret"], ["music", "House", "..", "..", "secret"], ["music", "../secret"],
        ["music", "House/../../secret"], ["music", "."], ["music", ""], ["music", "/etc"],
        ["music", "out"], ["music", "sneaky"], ["music", "beside"], ["music", "up"],
        ["music", "up", "secret"], ["music", "House\0"], ["music", 3], ["music", None],
        ["music", ["House"]], [["music"]],
    ],
    ids=str,
)  # fmt: skip
def test_nothing_leads_out(folders: LibraryFolders, place: list[str]) -> None:
    for ask in (folders.path, folders.look, lambda where: folders.count(where, 1)):
        with pytest.raises(OutsideLibraryError) as refused:
            ask(place)
        assert "/etc" not in str(refused.value)


NAMES = st.text(max_size=6) | st.sampled_from(
    ["music", "..", ".", "out", "up", "House", "ambient", "../..", "//", "\uef80", "\uefae\uefae"]
)


@given(st.lists(NAMES, max_size=5))
@example(["music", "\uefae\uefae", "secret"])
def test_whatever_is_asked_for_lies_inside(
    tmp_path_factory: pytest.TempPathFactory, place: list[str]
) -> None:
    top = tmp_path_factory.getbasetemp() / "fenced"
    if not top.exists():
        put(top / "music/House/a.mp3", top / "music/ambient/b.mp3", top / "secret/c.mp3")
        (top / "music/out").symlink_to(top / "secret")
        (top / "music/up").symlink_to("..")
    library = LibraryFolders([top / "music"])
    try:
        path = library.path(place)
    except ScanError:
        return
    assert path == Path(os.path.realpath(path))
    assert path.is_relative_to(top / "music")
    assert library.path(library.place(path) or ()) == path


def test_bad_folders_say_why_and_name_no_path(folders: LibraryFolders, disk: Path) -> None:
    (disk / "music/House").rename(disk / "music/gone")
    with pytest.raises(ScanError, match=r"^music / House is not there: its disk may not"):
        folders.look(["music", "House"])
    with pytest.raises(ScanError, match=r"^music / one.mp3 is not there"):
        folders.look(["music", "one.mp3"])
    with pytest.raises(ScanError, match=r"^music / loop (cannot be read: link loop|is not there)"):
        folders.look(["music", "loop"])


def test_names_that_are_no_text_work_too(tmp_path: Path) -> None:
    put(tmp_path / "music" / os.fsdecode(b"caf\xe9") / "a.mp3")
    folders = LibraryFolders([tmp_path / "music"])
    (name,) = folders.look(["music"]).folders
    name.encode()  # it can travel
    assert folders.look(["music", name]) == Listing((), 1)


def test_folders_of_one_name_and_folders_within_folders(tmp_path: Path) -> None:
    put(tmp_path / "a/music/x.mp3", tmp_path / "b/music/y.mp3", tmp_path / "a/music/deep/z.mp3")
    (tmp_path / "link").symlink_to("a/music")
    inside = tmp_path / "a/music/deep"
    folders = LibraryFolders([inside, tmp_path / "link", tmp_path / "b/music", tmp_path / "gone"])
    assert folders.tops == ("music", "music (2)", "gone")
    assert folders.path(["music", "deep"]) == inside
    assert folders.path(["music (2)"]) == tmp_path / "b/music"
    assert shown(folders.place(inside) or ()) == "music / deep"
    assert LibraryFolders([]).tops == ()
    assert LibraryFolders([Path("/")]).place(Path("/etc")) == ("disk", "etc")


def test_folders_come_as_people_sort_them(tmp_path: Path) -> None:
    names = ["Kit 10", "kit 2", "Ärzte", "Kit 1", "10cc", "abba", "2pac", "²", "٣"]
    for name in names:
        (tmp_path / "music" / name).mkdir(parents=True)
    found = LibraryFolders([tmp_path / "music"]).look(["music"]).folders
    assert found == ("2pac", "10cc", "abba", "Kit 1", "kit 2", "Kit 10", "²", "Ärzte", "٣")
