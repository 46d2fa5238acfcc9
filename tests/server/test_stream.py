"""stream/{id}: the file, its parts, its headers."""

import os
from pathlib import Path

import httpx
import pytest

from .running_dashboard import Dashboard
from .sample_library import GONE, ODD_NAME

UNKNOWN = "0198c1f2-7b3a-7c11-9d2e-5f60a1b2c3d4"  # of no track


def address(running: Dashboard, name: str) -> str:
    return f"/audiolab/stream/{running.ids[name]}"


def test_whole_file(running: Dashboard, user: httpx.Client) -> None:
    answer = user.get(address(running, "night.mp3"))
    assert answer.status_code == 200
    assert answer.content == (running.media / "night.mp3").read_bytes()
    assert answer.headers["Content-Type"] == "audio/mpeg"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith('inline; filename="night.mp3"')


@pytest.mark.parametrize(
    ("name", "mime"),
    [("hostile.flac", "audio/flac"), ("long.ogg", "audio/ogg"), ("talk.m4a", "audio/mp4"),
     ("tone.wav", "audio/wav")],
)  # fmt: skip
def test_type_follows_the_format(
    running: Dashboard, user: httpx.Client, name: str, mime: str
) -> None:
    assert user.head(address(running, name)).headers["Content-Type"] == mime


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-99", slice(0, 100)),
        ("bytes=5000-", slice(5000, None)),
        ("bytes=-7", slice(-7, None)),
    ],
)
def test_part(running: Dashboard, user: httpx.Client, header: str, part: slice) -> None:
    whole = (running.media / "tone.wav").read_bytes()
    answer = user.get(address(running, "tone.wav"), headers={"Range": header})
    assert answer.status_code == 206
    assert answer.content == whole[part]
    first, after, _ = part.indices(len(whole))
    assert answer.headers["Content-Range"] == f"bytes {first}-{after - 1}/{len(whole)}"
    assert answer.headers["Content-Length"] == str(after - first)


def test_range_outside(running: Dashboard, user: httpx.Client) -> None:
    size = (running.media / "tone.wav").stat().st_size
    answer = user.get(address(running, "tone.wav"), headers={"Range": f"bytes={size}-"})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{size}"
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("header", ["bytes=0-1,5-6", "bytes=9-3", "nonsense"])
def test_other_ranges_give_the_whole_file(
    running: Dashboard, user: httpx.Client, header: str
) -> None:
    answer = user.get(address(running, "long.ogg"), headers={"Range": header})
    assert answer.status_code == 200
    assert len(answer.content) == (running.media / "long.ogg").stat().st_size


def test_head_says_what_get_sends(running: Dashboard, user: httpx.Client) -> None:
    head, get = (user.request(m, address(running, "night.mp3")) for m in ("HEAD", "GET"))
    assert head.status_code == 200
    assert head.content == b""
    for name in ("Content-Length", "Content-Type", "Etag", "Last-Modified"):
        assert head.headers[name] == get.headers[name]


def test_known_version_is_not_sent_again(running: Dashboard, user: httpx.Client) -> None:
    tag = user.head(address(running, "tone.wav")).headers["Etag"]
    answer = user.get(address(running, "tone.wav"), headers={"If-None-Match": tag})
    assert answer.status_code == 304
    assert answer.content == b""


def test_part_only_of_the_same_version(running: Dashboard, user: httpx.Client) -> None:
    name = "filler-50.ogg"
    path = running.media / name
    tag = user.head(address(running, name)).headers["Etag"]
    headers = {"Range": "bytes=0-9", "If-Range": tag}
    assert user.get(address(running, name), headers=headers).status_code == 206
    os.utime(path, ns=(1, 1))
    changed = user.get(address(running, name), headers=headers)
    assert changed.status_code == 200
    assert changed.headers["Etag"] != tag


def test_download_keeps_any_name(running: Dashboard, user: httpx.Client) -> None:
    answer = user.get(address(running, ODD_NAME), params={"download": "1"})
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="100_ _d_ j__ _vu__ x_1.ogg"; '
        "filename*=UTF-8''100%25%20%E2%80%9Ed%C3%A9%20j%C3%A0%E2%80%9C%20%22vu%22%3B%20x%3D1.ogg"
    )


def test_vanished_file_says_what_to_do(running: Dashboard, user: httpx.Client) -> None:
    answer = user.get(address(running, GONE), params={"download": "1"})
    assert answer.status_code == 410
    assert answer.json()["detail"] == "the file is no longer where it was: scan its folder again"
    assert "Content-Disposition" not in answer.headers
    assert str(running.media) not in answer.text


def test_a_folder_in_the_place_of_a_file(running: Dashboard, user: httpx.Client) -> None:
    path = running.media / "filler-51.ogg"
    path.unlink()
    path.mkdir()
    assert user.get(address(running, path.name)).status_code == 410


def test_unknown_track(user: httpx.Client) -> None:
    answer = user.get(f"/audiolab/stream/{UNKNOWN}")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 404


@pytest.mark.parametrize(
    "path",
    ["1", "../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%00", "night.mp3", "' OR 1=1 --",
     f"{UNKNOWN}/..%2f{UNKNOWN}", f"{UNKNOWN}%0a", "", "{not-a-uuid}"],
)  # fmt: skip
def test_anything_but_an_id_is_nothing(user: httpx.Client, path: str) -> None:
    assert user.get(f"/audiolab/stream/{path}").status_code == 404


def test_a_listener_who_leaves_early_hurts_nobody(running: Dashboard, user: httpx.Client) -> None:
    with user.stream("GET", address(running, "tone.wav")) as answer:
        next(answer.iter_raw(10))
    assert user.head(address(running, "tone.wav")).status_code == 200
    log = (running.data_dir / "logs" / "dashboard.log").read_text()
    assert "Traceback" not in log, log[log.index("Traceback") - 800 :][:4000]


def test_names_that_are_not_text(tmp_path: Path) -> None:
    from audiolab.server.stream import content_disposition

    header = content_disposition(tmp_path / os.fsdecode(b"a\xff.mp3"), attachment=True)
    assert header == "attachment; filename=\"a_.mp3\"; filename*=UTF-8''a%3F.mp3"
