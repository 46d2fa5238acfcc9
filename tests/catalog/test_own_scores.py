"""Class scores of one's own: kept beside the networks', and checked at the door."""

import numpy as np
import pandas as pd
import pytest

from audiolab.errors import CatalogError, TrackNotFoundError

NOBODY = "01a21637-114f-76dd-a38b-3f918e7acb66"


@pytest.fixture
def tracks(catalog):
    paths = pd.DataFrame({"path": [f"{number}.mp3" for number in range(4)]})
    return catalog, catalog.add(paths)


def frame(ids, **classes):
    return pd.DataFrame(classes, index=pd.Index(ids, name="id"), dtype="float32")


def test_what_goes_in_comes_out_and_more_can_follow(tracks):
    catalog, ids = tracks
    first = frame(ids[:3], floor=[0.25, 0.5, 1], sofa=[0.75, 0.5, 0])
    catalog.add_predictions("mine", first)
    catalog.add_predictions("mine", frame(ids[2:], floor=[0.125, 0], sofa=[1, 0.5]))
    expected = frame(ids, floor=[0.25, 0.5, 0.125, 0], sofa=[0.75, 0.5, 1, 0.5])
    pd.testing.assert_frame_equal(
        catalog.predictions("mine"), expected.sort_index(), check_index_type=False
    )
    assert catalog.scores(ids[0])["mine"].to_dict() == {"sofa": 0.75, "floor": 0.25}


def test_other_classes_begin_anew(tracks):
    catalog, ids = tracks
    catalog.add_predictions("anew", frame(ids, floor=[1, 0, 0, 1]))
    catalog.add_predictions("anew", frame(ids[:1], bar=[0.5]))
    assert catalog.predictions("anew").to_dict() == {"bar": {ids[0]: 0.5}}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda scores: scores * 2, r"scores in \[0, 1\]"),
        (lambda scores: scores.where(scores > 0.5), "without gaps"),
        (lambda scores: scores.astype(str), r"scores in \[0, 1\]"),
        (lambda scores: scores[[]], "a column a class"),
        (lambda scores: scores.rename(columns={"a": 1}), "named by texts"),
        (lambda scores: scores.set_axis(["a", "a"], axis=1), "the class a occurs twice"),
        (lambda scores: pd.concat([scores, scores]), "the track .* occurs twice"),
    ],
)
def test_what_are_no_scores_is_refused(tracks, change, says):
    catalog, ids = tracks
    scores = frame(ids, a=[0.25, 0.5, 0.75, 1], b=np.zeros(4))
    with pytest.raises(CatalogError, match=says):
        catalog.add_predictions("refused", change(scores))
    with pytest.raises(CatalogError, match="no head called 'refused'"):
        catalog.predictions("refused")


def test_a_network_keeps_its_name(tracks):
    catalog, ids = tracks
    catalog.register_head("genre", ["rock", "jazz"], "abc")
    with pytest.raises(CatalogError, match="'genre' is the name of a network's head"):
        catalog.add_predictions("genre", frame(ids, rock=[1, 1, 1, 1]))
    with pytest.raises(CatalogError, match="a name for the head"):
        catalog.add_predictions(" ", frame(ids, rock=[1, 1, 1, 1]))


def test_tracks_have_to_exist(tracks):
    catalog, _ = tracks
    with pytest.raises(TrackNotFoundError):
        catalog.add_predictions("nobody's", frame([NOBODY], a=[1]))
