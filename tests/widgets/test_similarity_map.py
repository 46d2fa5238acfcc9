"""The similarity map without a page: its bytes against the catalog, regions, jobs that make one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from server.running_dashboard import own_database

from audiolab import Catalog, Filter, StatsView
from audiolab.config import load_settings
from audiolab.errors import MapBusyError
from audiolab.widgets import similarity_map
from audiolab.widgets.map_points import CAMELOT, COLOURS, SCALE, UNKNOWN
from audiolab.widgets.similarity_map import SimilarityMap

WHOLE = [[0, 0], [1, 0], [1, 1], [0, 1]]
Sent = list[tuple[dict[str, Any], list[bytes]]]


@pytest.fixture(scope="module")
def mapped(catalog: Catalog) -> Catalog:
    """The sample library with a map."""
    catalog.make_map(method="pca")
    return catalog


@pytest.fixture(scope="module")
def bare(data_dir: Path) -> Iterator[Catalog]:
    """A library of one track of which nothing is known but its name."""
    with own_database(data_dir) as url, Catalog.open(url) as opened:
        opened.add(pd.DataFrame({"path": ["a.mp3"]}))
        yield opened


def shown(catalog: Catalog, where: Filter | None = None) -> tuple[SimilarityMap, Sent]:
    """A map that somebody looks at, and what it tells the page."""
    made = SimilarityMap(catalog, load_settings())
    sent: Sent = []
    made.send = lambda message, buffers=(): sent.append((message, list(buffers)))
    made.follow(where or Filter(), {})
    made.show()
    return made, sent


def ask(made: SimilarityMap, sent: Sent, **question: Any) -> tuple[dict[str, Any], list[bytes]]:
    """The answer to a question of the page."""
    made._handle_custom_msg({"request": "7", **question}, [])
    answer = sent[-1]
    assert answer[0]["request"] == "7"
    return answer


def test_nothing_to_make_a_map_of(bare: Catalog) -> None:
    made, sent = shown(bare)
    assert made.facts["state"] == "unheard"
    assert ask(made, sent, type="points")[0]["tracks"] == 0
    assert ask(made, sent, type="rows", at=[0])[0]["rows"] == []
    message, _ = ask(made, sent, type="region", outline=WHOLE)
    assert (message["type"], "no map" in message["reason"]) == ("refused", True)


def test_points_are_where_the_catalog_has_them(mapped: Catalog) -> None:
    made, sent = shown(mapped)
    assert made.facts["state"] == "ready"
    message, (across, up, codes, bits) = ask(made, sent, type="points")
    found = mapped.map(columns=["title", "genre_primary"])
    assert message["tracks"] == message["left"] == len(found) == len(codes)
    assert bits == b"", "no filter leaves any out"
    np.testing.assert_allclose(np.frombuffer(across, "<u2") / SCALE, found.x, atol=1e-4)
    np.testing.assert_allclose(np.frombuffer(up, "<u2") / SCALE, found.y, atol=1e-4)
    rows = ask(made, sent, type="rows", at=[2, 0, 10**9, "x"])[0]["rows"]
    assert [row["id"] for row in rows] == [found.index[2], found.index[0]]


@pytest.mark.parametrize("by", COLOURS)
def test_colours_say_what_the_catalog_says(mapped: Catalog, by: str) -> None:
    made, sent = shown(mapped)
    ask(made, sent, type="points")
    message, (packed,) = ask(made, sent, type="colours", by=by)
    codes, legend = np.frombuffer(packed, np.uint8), message["legend"]
    assert made.colour == by
    frame = mapped.map(columns=[COLOURS[by]] if COLOURS[by] not in ("", "occurrence") else [])
    if by == "root":
        assert [one["tracks"] for one in legend["names"]] == [len(frame)]
        assert "/" not in legend["names"][0]["name"]
        return
    values = frame[COLOURS[by]]
    assert ((codes == UNKNOWN) == values.isna().to_numpy()).all()
    known = values.notna().to_numpy()
    if legend["kind"] == "keys":
        assert [CAMELOT[code] for code in codes[known]] == list(values[known])
    elif legend["kind"] == "names":
        names = [one["name"] for one in legend["names"]]
        assert [names[code] for code in codes[known]] == list(values[known])
        assert {one["name"]: one["tracks"] for one in legend["names"]} == dict(
            values.value_counts()[lambda counts: counts > 0]
        )
    elif known.any():
        order = np.argsort(values[known].to_numpy(float), kind="stable")
        assert (np.diff(codes[known][order].astype(int)) >= 0).all()


def test_a_filter_leaves_the_tracks_that_it_lets_through(mapped: Catalog) -> None:
    made, sent = shown(mapped)
    ask(made, sent, type="points")
    for where in (Filter(key="8A"), Filter("there is no such track")):
        made.follow(where, {"key": ["8A"]})
        message, (bits,) = sent[-1]
        left = np.unpackbits(np.frombuffer(bits, np.uint8), bitorder="little")
        ids = mapped.map().index
        assert set(ids[left[: len(ids)].astype(bool)]) == set(mapped.map(where).index)
        assert (message["type"], message["left"]) == ("mask", left.sum())
    assert made.filtered
    assert 0 < mapped.count(Filter(key="8A")) < len(ids)


def test_what_is_drawn_is_a_filter_and_a_playlist(mapped: Catalog) -> None:
    minor = Filter(key="8A")
    made, sent = shown(mapped, minor)
    ask(made, sent, type="points")
    half = [[0, 0], [0.5, 0], [0.5, 1], [0, 1]]
    message, _ = ask(made, sent, type="region", outline=half)
    inside = minor & Filter(region=[message["region"]])
    assert 0 < message["tracks"] == mapped.count(inside) < mapped.count(minor)
    assert set(message["seeds"]) <= set(mapped.map(inside).index)
    kept, _ = ask(made, sent, type="playlist", name="  Left   half ", region=message["region"])
    assert (kept["name"], kept["tracks"]) == ("Left half", message["tracks"])
    assert set(mapped.playlist("Left half").index) == set(mapped.map(inside).index)
    for name, reason in ((" ", "name"), ("left half", "left half")):
        refused, _ = ask(made, sent, type="playlist", name=name, region=message["region"])
        assert refused["type"] == "refused"
        assert reason in refused["reason"].lower()
    mapped.delete_playlist("Left half")


@pytest.mark.parametrize("outline", [None, [], [[0, 0], [1, 1]], [["a", 0]] * 3, [[1e999, 0]] * 3])
def test_what_is_no_outline_is_refused(mapped: Catalog, outline: Any) -> None:
    made, sent = shown(mapped)
    ask(made, sent, type="points")
    message, _ = ask(made, sent, type="region", outline=outline)
    assert (message["type"], "region" in message["reason"]) == ("refused", True)
    before = len(sent)
    made._handle_custom_msg({"type": "no such thing"}, [])
    assert len(sent) == before


def test_hubs_are_those_that_turn_up_most_often(mapped: Catalog) -> None:
    made, sent = shown(mapped)
    ask(made, sent, type="points")
    rows = ask(made, sent, type="hubs")[0]["rows"]
    counts = mapped.map().occurrence
    assert rows[0]["of"] == counts.max() == made.facts["hubness"]["none"]["largest"]
    assert [counts[row["id"]] for row in rows] == [row["of"] for row in rows]


def test_a_map_is_made_beside_the_page(mapped: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(similarity_map, "start_map", lambda _, cat: cat.announce_map())
    made, sent = shown(mapped)
    assert ask(made, sent, type="make")[0]["type"] == "made"
    assert made.facts["job"]["state"] == "pending"

    def busy(*_: Any) -> None:
        raise MapBusyError(17, "here")

    monkeypatch.setattr(similarity_map, "start_map", busy)
    assert ask(made, sent, type="make")[0]["type"] == "refused"
    ask(made, sent, type="stop")
    assert made.facts["job"] is None
    assert made.facts["state"] == "ready", "the map that was there stays"


def test_the_page_has_the_map_at_an_address_of_its_own(mapped: Catalog) -> None:
    view = StatsView(mapped)
    view._url.location = {"params": {}, "visit": 1}
    assert view._map.facts["state"] == "loading", "nobody looks at it"
    view._url.location = {"params": {"view": ["map"], "key": ["8A"]}, "visit": 2}
    assert view._map.facts["state"] == "ready"
    assert (view._map.base, view._map.filtered) == ({"key": ["8A"]}, True)
    region = f"{mapped.map_info().version}/0-0/10000-0/10000-10000/0-10000"
    view._map._handle_custom_msg({"type": "narrow", "add": ["region", region]}, [])
    assert view._url.target["params"] == {"key": ["8A"], "region": [region], "view": ["map"]}
    assert len(view.frame) == len(mapped.map("key:8A"))
    view.close()
