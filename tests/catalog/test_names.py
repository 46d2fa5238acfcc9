"""A track's names in lower case, as filters and facets look into them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6)


def gathered(connection, first, others):
    return connection.scalar(
        text("SELECT audiolab_names(CAST(:first AS text), CAST(:others AS text[]))"),
        {"first": first, "others": others},
    )


@pytest.fixture(scope="module")
def connection(shared_catalog):
    with shared_catalog._database.read() as connection:
        yield connection


@pytest.mark.parametrize(
    ("first", "others", "names"),
    [
        ("House", ["Techno", "HOUSE", "techno"], ["house", "techno"]),
        (None, ["Voice"], ["voice"]),
        ("Élan Vital", None, ["élan vital"]),
        ("House", ["", None, "NULL"], ["house", "", "null"]),
        (None, [None], None),
        (None, [], None),
        (None, None, None),
    ],
)
def test_the_primary_name_comes_first_and_each_once(connection, first, others, names):
    assert gathered(connection, first, others) == names


@given(first=st.none() | NAMES, others=st.none() | st.lists(st.none() | NAMES, max_size=5))
def test_every_name_is_there_once(connection, first, others):
    names = gathered(connection, first, others) or []
    given_names = [name for name in [first, *(others or [])] if name is not None]
    alone = connection.execute(
        text("SELECT audiolab_names(name, NULL) FROM unnest(CAST(:names AS text[])) AS name"),
        {"names": given_names},
    ).scalars()
    assert len(set(names)) == len(names)
    assert set(names) == {name for (name,) in alone}
