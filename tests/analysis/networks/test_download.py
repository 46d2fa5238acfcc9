"""Downloads from a real server: whole and checked, or nothing."""

import hashlib
import json
import os
import resource
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from audiolab.analysis.networks.download import Mirror, download
from audiolab.analysis.networks.fetch import Fetcher
from audiolab.analysis.networks.published import PublishedFile, select
from audiolab.errors import ModelError

from .server import Behaviour, serving

CONTENT = os.urandom(700_000)
WEIGHTS = PublishedFile(
    "w.onnx", "heads/w", "w", "networks", "head", hashlib.sha256(CONTENT).hexdigest(), len(CONTENT)
)
METADATA = PublishedFile("w.json", "heads/w", "w", "networks", "classes", classes=2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "models"


def get(folder: Path, url: str, file: PublishedFile = WEIGHTS, **options: bool) -> str:
    with requests.Session() as session:
        session.trust_env = False
        fetcher = Fetcher(session, pause_seconds=0.0)
        return download(file, folder, Mirror.of(url), fetcher, **options)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_file_is_put_in_place_once(folder: Path) -> None:
    behaviour = Behaviour({"/w.onnx": CONTENT})
    with serving(behaviour) as url:
        assert get(folder, url) == "downloaded"
        assert get(folder, url) == "already there"
    assert names(folder) == ["w.onnx"]
    assert (folder / "w.onnx").read_bytes() == CONTENT
    assert behaviour.requests == [("/w.onnx", None)]


def test_a_mirror_may_be_laid_out_like_the_official_site(folder: Path) -> None:
    with serving(Behaviour({"/m/heads/w/w.onnx": CONTENT})) as url:
        assert get(folder, url + "/m/") == "downloaded"


def test_a_server_that_drops_connections_is_asked_for_the_rest(folder: Path) -> None:
    behaviour = Behaviour({"/w.onnx": CONTENT}, drop_after=300_000, drops=2)
    with serving(behaviour) as url:
        assert get(folder, url) == "downloaded"
    assert (folder / "w.onnx").read_bytes() == CONTENT
    first, second, third = (wanted for _, wanted in behaviour.requests)
    assert first is None
    assert 0 < int(second[6:-1]) < int(third[6:-1])


def test_a_server_that_never_gets_further_ends_it_and_the_next_call_goes_on(folder: Path) -> None:
    behaviour = Behaviour({"/w.onnx": CONTENT}, drop_after=300_000, drops=1)
    with serving(behaviour) as url:
        behaviour.statuses = []
        behaviour.drop_after, behaviour.drops = 300_000, 1
        assert get(folder, url) == "downloaded"
        (folder / "w.onnx").unlink()
        behaviour.drop_after, behaviour.drops = 0, 1_000
        with pytest.raises(ModelError, match="keeps breaking the connection"):
            get(folder, url)
        assert names(folder) == []
        (folder / ".w.onnx.part").write_bytes(CONTENT[:500_000])
        behaviour.requests.clear()
        with pytest.raises(ModelError, match="keeps breaking the connection"):
            get(folder, url)
        assert names(folder) == [".w.onnx.part"]
        behaviour.drops = 0
        assert get(folder, url) == "downloaded"
    assert {wanted for _, wanted in behaviour.requests} == {"bytes=500000-"}
    assert names(folder) == ["w.onnx"]


def test_little_is_lost_where_connections_break_after_little(folder: Path) -> None:
    behaviour = Behaviour({"/w.onnx": CONTENT}, drop_after=40_000)
    with serving(behaviour) as url:
        assert get(folder, url) == "downloaded"
    assert (folder / "w.onnx").read_bytes() == CONTENT
    assert len(behaviour.requests) < 2 * len(CONTENT) / 40_000


def test_a_server_that_is_busy_for_a_moment_does_not_cost_what_is_here(folder: Path) -> None:
    folder.mkdir()
    (folder / ".w.onnx.part").write_bytes(CONTENT[:500_000])
    behaviour = Behaviour({"/w.onnx": CONTENT}, statuses=[503])
    with serving(behaviour) as url:
        assert get(folder, url) == "downloaded"
    assert {wanted for _, wanted in behaviour.requests} == {"bytes=500000-"}


def test_a_server_without_ranges_sends_all_again(folder: Path) -> None:
    behaviour = Behaviour({"/w.onnx": CONTENT}, drop_after=300_000, drops=1, ranges=False)
    with serving(behaviour) as url:
        assert get(folder, url) == "downloaded"
    assert (folder / "w.onnx").read_bytes() == CONTENT


@pytest.mark.parametrize("content", [b"<html>sign in</html>", CONTENT[:-1] + b"x", CONTENT[:-1]])
def test_a_server_that_lies_leaves_nothing_behind(folder: Path, content: bytes) -> None:
    with (
        serving(Behaviour({"/w.onnx": content})) as url,
        pytest.raises(ModelError, match=r"w\.onnx: not the published file"),
    ):
        get(folder, url)
    assert names(folder) == []


def test_a_server_that_sends_too_much_is_stopped(folder: Path) -> None:
    behaviour = Behaviour({"/w.onnx": CONTENT}, extra=b"more" * 500_000)
    with serving(behaviour) as url, pytest.raises(ModelError, match="sends more than"):
        get(folder, url)
    assert names(folder) == []


def test_wrong_bytes_of_an_earlier_download_are_not_the_end(folder: Path) -> None:
    folder.mkdir()
    for left in (b"x" * 500_000, b"x" * len(CONTENT), b"x" * (len(CONTENT) + 9)):
        (folder / ".w.onnx.part").write_bytes(left)
        with serving(Behaviour({"/w.onnx": CONTENT})) as url:
            assert get(folder, url) == "downloaded"
        assert (folder / "w.onnx").read_bytes() == CONTENT
        (folder / "w.onnx").unlink()


def test_a_busy_server_is_asked_again(folder: Path) -> None:
    behaviour = Behaviour({"/w.onnx": CONTENT}, statuses=[503, 429])
    with serving(behaviour) as url:
        assert get(folder, url) == "downloaded"


@pytest.mark.parametrize(("status", "times"), [(500, 4), (429, 4), (403, 2), (416, 2)])
def test_a_server_that_refuses_is_named_with_its_answer(
    folder: Path, status: int, times: int
) -> None:
    """Asked again only where that may help; a mirror has two places for a file."""
    behaviour = Behaviour({"/w.onnx": CONTENT}, statuses=[status] * 99)
    with serving(behaviour) as url, pytest.raises(ModelError, match=f"answers {status}"):
        get(folder, url)
    assert names(folder) == []
    assert len(behaviour.requests) == times


def test_a_password_in_an_address_is_not_shown(folder: Path) -> None:
    with serving(Behaviour()) as url:
        host = url.removeprefix("http://")
        with pytest.raises(ModelError) as found:
            get(folder, f"http://somebody:secret@{host}/m")
    assert str(found.value) == f"w.onnx: not found at http://{host}/m/w.onnx"


def test_the_proxy_of_the_environment_is_used(folder: Path, monkeypatch) -> None:
    behaviour = Behaviour({"http://models.invalid/w.onnx": CONTENT})
    with serving(behaviour) as proxy, requests.Session() as session:
        monkeypatch.setenv("http_proxy", proxy)
        fetcher = Fetcher(session, pause_seconds=0.0)
        assert download(WEIGHTS, folder, Mirror.of("http://models.invalid"), fetcher)
    assert (folder / "w.onnx").read_bytes() == CONTENT


def test_what_is_not_there_and_who_is_not_there(folder: Path) -> None:
    with serving(Behaviour()) as url, pytest.raises(ModelError, match=f"not found at {url}/w.onnx"):
        get(folder, url)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(ModelError, match=r"no connection to 127\.0\.0\.1"):
            get(folder, closed)
    assert names(folder) == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<html>", "not a readable JSON file"),
        (json.dumps({"classes": ["a"]}).encode(), "expected 2 different classes, got 1"),
    ],
)
def test_metadata_is_checked_by_its_classes(folder: Path, content: bytes, reason: str) -> None:
    with serving(Behaviour({"/w.json": content})) as url, pytest.raises(ModelError, match=reason):
        get(folder, url, METADATA)
    assert names(folder) == []
    with serving(Behaviour({"/w.json": json.dumps({"classes": ["a", "b"]}).encode()})) as url:
        assert get(folder, url, METADATA) == "downloaded"


def test_a_folder_as_a_mirror(folder: Path, tmp_path: Path) -> None:
    mirror = tmp_path / "usb"
    mirror.mkdir()
    with pytest.raises(ModelError, match="not found in"):
        get(folder, str(mirror))
    (mirror / "w.onnx").write_bytes(b"wrong")
    with pytest.raises(ModelError, match="not the published file"):
        get(folder, str(mirror))
    assert names(folder) == []
    (mirror / "w.onnx").write_bytes(CONTENT)
    assert get(folder, str(mirror)) == "downloaded"
    (mirror / "w.onnx").unlink()
    (folder / "w.onnx").unlink()
    (mirror / "heads/w").mkdir(parents=True)
    (mirror / "heads/w/w.onnx").write_bytes(CONTENT)
    assert get(folder, str(mirror)) == "downloaded"


@pytest.mark.parametrize(
    "source", ["nowhere", "ftp://a/b", "http://", "http://[a", "http://a:port", "http://a:99999"]
)
def test_what_is_no_mirror(source: str) -> None:
    with pytest.raises(ModelError, match="expected a folder or an http"):
        Mirror.of(source)


def test_a_file_of_ones_own_is_replaced_only_when_asked(folder: Path) -> None:
    folder.mkdir()
    (folder / "w.onnx").write_bytes(b"my own network")
    with serving(Behaviour({"/w.onnx": CONTENT})) as url:
        with pytest.raises(ModelError, match="--force replaces it"):
            get(folder, url)
        assert (folder / "w.onnx").read_bytes() == b"my own network"
        assert get(folder, url, replace=True) == "downloaded"


@pytest.fixture
def small_disk() -> Iterator[None]:
    """Files cannot grow beyond 100 kB, as if the disk, or a quota, were full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.usefixtures("small_disk")
def test_a_full_disk_is_one_clear_line(folder: Path) -> None:
    with (
        serving(Behaviour({"/w.onnx": CONTENT})) as url,
        pytest.raises(ModelError, match="no room left in"),
    ):
        get(folder, url)
    assert names(folder) == []


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for folder in (tmp_path / "file/models", Path("/proc/models")):
        with pytest.raises(ModelError, match=r"w\.onnx: /"):
            get(folder, "http://127.0.0.1:1")


def test_two_downloads_of_one_file_do_not_mix(folder: Path) -> None:
    import fcntl

    folder.mkdir()
    with (folder / ".w.onnx.part").open("a+b") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(ModelError, match="another download of it is running"):
            get(folder, "http://127.0.0.1:1")


def test_what_names_stand_for() -> None:
    files = [file.file for file in select()]
    assert "discogs-effnet-bsdynamic-1.onnx" in files
    assert "discogs-effnet-bs64-1.pb" not in files
    assert len(files) == 1 + 2 * 10
    assert [file.file for file in select(["gender"])] == [
        "gender-discogs-effnet-1.onnx", "gender-discogs-effnet-1.json",
    ]  # fmt: skip
    assert {file.file for file in select(["affect"])} == {
        "msd-musicnn-1.onnx", "msd-musicnn-1.json",
        "emomusic-msd-musicnn-2.pb", "emomusic-msd-musicnn-2.json",
    }  # fmt: skip
    with_tensorflow = [file.file for file in select(backend="essentia")]
    assert "discogs-effnet-bs64-1.pb" in with_tensorflow
    assert "discogs-effnet-bsdynamic-1.onnx" not in with_tensorflow
    assert select(["affect"], "essentia")[0].file == "msd-musicnn-1.pb"
    assert select(["deam"])[0].file == "deam-msd-musicnn-2.onnx"
    assert select(["discogs-effnet-bs64-1.pb"])[0].file == "discogs-effnet-bs64-1.pb"


def test_what_cannot_be_had() -> None:
    with pytest.raises(ModelError, match="did you mean 'genre'"):
        select(["gender", "genres"])
    with pytest.raises(ModelError, match=r"no hash is published .* downloaded safely$"):
        select(["gender-discogs-effnet-1.pb"])
    for name in ("clap", "clap-text.onnx"):
        with pytest.raises(ModelError, match=r"put it into the models folder yourself \(https://"):
            select([name])
