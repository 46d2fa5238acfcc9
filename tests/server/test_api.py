"""The JSON API: what it answers, how it pages, how it refuses."""

import gzip
import json
from typing import Any

import brotli
import httpx
import pytest

from .running_dashboard import TOKEN, Dashboard
from .sample_library import FILLERS, SPECIAL
from .test_access import TRACK

API = "/audiolab/api"
TRACKS = f"{API}/tracks"
ALL = len(SPECIAL) + FILLERS


def get(user: httpx.Client, path: str, **params: Any) -> Any:
    answer = user.get(f"{API}/{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_pages_follow_one_another_to_the_end(user: httpx.Client, running: Dashboard) -> None:
    seen: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = get(user, "tracks", sort="title", limit=20, fields="title", **after)
        assert (page["total"], page["total_capped"]) == (ALL, False)
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert seen == list(running.catalog.tracks(sort="title").index)


def test_a_page_says_what_the_catalog_says(user: httpx.Client, running: Dashboard) -> None:
    fields = ["path", "title", "tempo_bpm", "key", "instruments", "has_vocals", "year", "added_at"]
    page = get(user, "tracks", q="artist:lena", sort="-tempo_bpm", fields=",".join(fields))
    frame = running.catalog.tracks("artist:lena", "-tempo_bpm", columns=fields)
    assert [item["title"] for item in page["items"]] == list(frame["title"])
    first, row = page["items"][0], frame.iloc[0]
    assert list(first) == ["id", *fields]
    assert first["tempo_bpm"] == row["tempo_bpm"]
    assert first["instruments"] == row["instruments"]
    assert first["added_at"] == row["added_at"].strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    unknown = get(user, "tracks", q="talk", fields="tempo_bpm")["items"][0]
    assert unknown["tempo_bpm"] is None


def test_long_columns_come_when_asked_for(user: httpx.Client) -> None:
    usual = get(user, "tracks", limit=1)["items"][0]
    assert "tempo_bpm" in usual
    assert not {"mfcc", "tags", "chroma"} & set(usual)
    assert "mfcc" in get(user, "tracks", limit=1, fields="mfcc")["items"][0]


def test_counts_are_capped(user: httpx.Client, running: Dashboard) -> None:
    assert get(user, "tracks", q="filler", limit=1)["total"] == FILLERS
    assert get(user, "tracks", q="artist:nobodyhere")["total"] == 0


def test_one_track_with_everything(user: httpx.Client, running: Dashboard) -> None:
    track = get(user, f"tracks/{running.ids['night.mp3']}")
    assert (track["title"], track["state"], track["corrected"]) == ("Night Drive", "analysed", [])
    assert "mfcc" in track
    assert "root" not in track


def test_taking_out_and_bringing_back(user: httpx.Client, running: Dashboard) -> None:
    path = f"{TRACKS}/{running.ids['filler-07.ogg']}"
    assert user.delete(path).status_code == 204
    assert [user.get(path).status_code, user.delete(path).status_code] == [404, 404]
    assert (running.media / "filler-07.ogg").exists(), "the file stays"
    running.catalog.restore(running.ids["filler-07.ogg"])
    assert user.get(path).status_code == 200


def test_similar_tracks(user: httpx.Client, running: Dashboard) -> None:
    path = f"tracks/{running.ids['night.mp3']}/similar"
    page = get(user, path, limit=3, explain=1, fields="title")
    assert len(page["items"]) == 3
    likeness = [item["similarity"] for item in page["items"]]
    assert likeness == sorted(likeness, reverse=True)
    assert set(page["items"][0]) == {
        "id", "title", "similarity", "like_embedding", "like_tempo", "like_key", "like_mood",
    }  # fmt: skip
    without = f"{API}/tracks/{running.ids['hostile.flac']}/similar"
    assert user.get(without).status_code == 409, "it has no embedding"


def test_searching(user: httpx.Client) -> None:
    found = get(user, "search", q="nigth drive", limit=1)
    assert found["items"][0]["title"] == "Night Drive", "with a slip of the pen"
    described = user.get(f"{API}/search", params={"q": "artist:lena ~warm pads"})
    assert described.status_code == 400
    assert "clap" in described.json()["detail"].lower()
    assert user.get(f"{API}/search").status_code == 400, "what for?"


def test_facets_and_stats(user: httpx.Client, running: Dashboard) -> None:
    moods = get(user, "facets", field="mood")
    assert sum(item["tracks"] for item in moods["items"]) == ALL
    assert moods["total"] == 2
    assert len(get(user, "facets", field="artist", limit=1)["items"]) == 1
    assert get(user, "stats", q="artist:lena")["tracks"] == 2
    assert get(user, "facets", field="has_vocals")["items"][0]["value"] in (True, False)


def test_health(user: httpx.Client) -> None:
    answer = user.get(f"{API}/health")
    assert answer.json() == {
        "status": "ok", "version": "0.1.0", "tracks": ALL, "read_only": False,
    }  # fmt: skip
    assert answer.headers["Cache-Control"] == "no-store"


WRONG = [
    ("tracks?q=bpm:abc", "expected a number"),
    ("tracks?q=bmp:120", "bpm"),
    ("tracks?limit=0", "limit: expected"),
    ("tracks?limit=501", "limit: expected"),
    ("tracks?limit=ten", "limit: expected a whole number"),
    ("tracks?limit=5&limit=6", "limit: expected one value"),
    ("tracks?limt=5", "limt: there is no such parameter"),
    ("tracks?sort=titel", "did you mean title?"),
    ("tracks?sort=playlist", "cannot be sorted"),
    ("tracks?fields=titel", "did you mean title?"),
    ("tracks?after=x", "after: expected"),
    ("tracks?q=%ff", "UTF-8"),
    ("tracks?q=a%00b", "U+0000"),
    ("facets", "field: expected"),
    ("facets?field=bpm", "cannot be counted"),
    ("export/csv?sort=-", "sort"),
]


@pytest.mark.parametrize(("path", "said"), WRONG)
def test_mistakes_are_problems_that_say_what_to_do(
    user: httpx.Client, path: str, said: str
) -> None:
    answer = user.get(f"{API}/{path}")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["title"], problem["status"]) == ("Bad Request", 400)
    assert said in problem["detail"]


def test_a_mistake_in_a_query_has_its_place(user: httpx.Client) -> None:
    problem = user.get(TRACKS, params={"q": "night bpm:abc"}).json()
    assert problem["position"] == 10


def test_what_is_not_there(user: httpx.Client) -> None:
    for path in (f"tracks/{TRACK}", f"tracks/{TRACK}/similar", f"scans/{TRACK}", "nothing"):
        assert user.get(f"{API}/{path}").status_code == 404, path
    assert user.get(f"{TRACKS}?after={TRACK}").status_code == 404
    assert user.delete(f"{TRACKS}/{TRACK}").status_code == 404
    assert user.delete(f"{API}/scans/{TRACK}").status_code == 404


def test_methods_that_cannot_be_are_named(user: httpx.Client) -> None:
    answer = user.put(f"{API}/tracks")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert user.post(f"{TRACKS}/{TRACK}").headers["Allow"] == "DELETE, GET, HEAD"
    assert user.request("TRACE", f"{API}/scans").headers["Allow"] == "GET, HEAD, POST"
    assert user.options(TRACKS).status_code == 405


def test_head_is_get_without_a_body(user: httpx.Client) -> None:
    head, full = user.head(TRACKS), user.get(TRACKS)
    assert head.status_code == 200
    assert head.content == b""
    for name in ("Etag", "Content-Type", "Cache-Control"):
        assert head.headers[name] == full.headers[name]


def test_what_has_not_changed_is_not_sent_again(user: httpx.Client) -> None:
    first = user.get(TRACKS)
    again = user.get(TRACKS, headers={"If-None-Match": first.headers["Etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = user.get(TRACKS, params={"limit": 2}, headers={"If-None-Match": first.headers["Etag"]})
    assert other.status_code == 200


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, br", "br"), ("deflate, GZIP", "gzip"), ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("gzip;q=0, br ; q=0.0", None), ("identity", None), ("", None),
    ],
)  # fmt: skip
def test_compression_is_the_clients_choice(
    user: httpx.Client, accepted: str, coding: str | None
) -> None:
    request = user.build_request("GET", TRACKS, headers={"Accept-Encoding": accepted})
    answer = user.send(request, stream=True)
    raw = b"".join(answer.iter_raw())
    answer.close()
    assert answer.headers.get("Content-Encoding") == coding
    content = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[coding](raw)
    assert json.loads(content)["total"] == ALL
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_headers_that_protect(user: httpx.Client, stranger: httpx.Client) -> None:
    for answer in (user.get(TRACKS), user.get(f"{TRACKS}?limit=x"), stranger.get(TRACKS)):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in answer.headers, "a program needs none"


def test_no_absolute_path_leaves(user: httpx.Client, running: Dashboard) -> None:
    answers = [
        user.get(f"{API}/{path}").text
        for path in (
            "tracks?limit=500", f"tracks/{running.ids['gone.ogg']}", "duplicates", "scans",
            "stats", "search?q=night", "export/csv", "export/json", "export/m3u8", "openapi.json",
        )
    ]  # fmt: skip
    answers.append(user.get(f"/audiolab/stream/{running.ids['gone.ogg']}").text)
    for text in answers:
        assert str(running.media) not in text
        assert str(running.data_dir) not in text
        assert str(running.library) not in text


@pytest.fixture
def too_many(user: httpx.Client) -> list[httpx.Response]:
    """More searches at once than anybody needs; wrong ones, which are refused at once, count."""
    answers: list[httpx.Response] = []
    while len(answers) < 1_000 and not (answers and answers[-1].status_code == 429):
        answers.append(user.get(f"{API}/search", params={"q": "night", "limit": 0}))
    return answers


def test_searches_are_rationed(too_many: list[httpx.Response]) -> None:
    codes = [answer.status_code for answer in too_many]
    assert codes[:60] == [400] * 60
    assert codes[-1] == 429
    refused = too_many[-1]
    assert refused.headers["Retry-After"] == "1"
    assert refused.json()["title"] == "Too Many Requests"


def test_no_other_origin_may_read(running: Dashboard) -> None:
    headers = {"Authorization": f"token {TOKEN}", "Origin": "https://evil.example"}
    with httpx.Client(base_url=running.url, headers=headers) as evil:
        for path in (TRACKS, f"/audiolab/stream/{running.ids['tone.wav']}", "/"):
            assert "Access-Control-Allow-Origin" not in evil.get(path).headers
        asked = {"Access-Control-Request-Method": "DELETE"}
        assert evil.options(TRACKS, headers=asked).status_code == 405
