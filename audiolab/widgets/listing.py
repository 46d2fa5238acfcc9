"""What the list shows of a state: a page of the tracks it means, or those most like some tracks
or a description.
"""

from typing import Any

import pandas as pd

from audiolab.catalog import Catalog
from audiolab.catalog.read import names_states
from audiolab.described import sounding_like
from audiolab.errors import CatalogError, DatabaseError, ModelError, PlaylistNotFoundError
from audiolab.widgets.rows import COLUMNS, bars, document_rows, track_rows
from audiolab.widgets.view_state import OWN_SORT, ViewState

PAGE_SIZE = 50
# Filtered tracks are counted up to this many before the rows are shown: "1–50 of 1,000+".
COUNTED = 1_000
SIMILAR = 100

View = dict[str, Any]


def listing(catalog: Catalog, state: ViewState) -> View:
    """The view of `TrackList`.

    Parameters
    ----------
    catalog : Catalog
        Whose tracks.
    state : ViewState
        What is wanted; a page beyond the last one means the last one.

    Raises
    ------
    QueryError
        If the query cannot be understood.
    """
    return _alike(catalog, state) if state.by_likeness else _page(catalog, state)


def everything(catalog: Catalog, state: ViewState) -> pd.DataFrame:
    """All tracks that the state means, in the order shown, with all columns."""
    where = state.filter()
    if state.by_likeness:
        return _nearest(catalog, state)
    return catalog.tracks(where, sort=_sort(state))


def track_ids(catalog: Catalog, state: ViewState) -> list[str]:
    """The ids of all tracks that the state means, in the order shown."""
    if state.by_likeness:
        found = _nearest(catalog, state)
    else:
        found = catalog.tracks(state.filter(), sort=_sort(state), columns=["path"])
    return [str(track_id) for track_id in found.index]


def code(state: ViewState) -> str:
    """The line of Python that gives these tracks."""
    where = state.filter()
    parts = [f"where={where.to_code()}"] if where else []
    if state.similar:
        seed = state.similar[0] if len(state.similar) == 1 else list(state.similar)
        return f"cat.similar({', '.join([repr(seed), f'limit={SIMILAR}', *parts])})"
    if state.description:
        given = ["cat", repr(state.description), f"limit={SIMILAR}", *parts]
        return f"sounding_like({', '.join(given)})"
    if state.sort != state.usual_sort:
        parts.append(f"sort={state.sort!r}")
    return f"cat.tracks({', '.join(parts)})"


def _sort(state: ViewState) -> str | None:
    """The order asked for; None where none is: the best match, or a playlist's own order, first."""
    return None if state.sort == state.usual_sort else state.sort


def _page(catalog: Catalog, state: ViewState) -> View:
    where = state.filter()
    found, total = _read(catalog, state)
    more = bool(where) and total > COUNTED
    if not found and state.page > 1:  # beyond the last page
        total, more = catalog.count(where), False
        state = state.with_(page=max(1, -(-total // PAGE_SIZE)))
        found, _ = _read(catalog, state)
    kind = "ready" if total else "no_match" if where else "empty"
    return _view(catalog, state, kind, document_rows(found), COUNTED if more else total, more=more)


def _read(catalog: Catalog, state: ViewState) -> tuple[dict[str, str], int]:
    """Texts by id, and how many tracks match, as far as they are counted."""
    return catalog.document_page(
        state.filter(), _sort(state), PAGE_SIZE, columns=COLUMNS, number=state.page, cap=COUNTED
    )


def _alike(catalog: Catalog, state: ViewState) -> View:
    """The nearest, on one page; no more are worth the while."""
    try:
        frame = _nearest(catalog, state, explain=True)
    except DatabaseError:
        raise
    except (CatalogError, ModelError) as error:  # there is nothing to compare with
        return {**_view(catalog, state, "no_match", [], 0), "why": str(error)}
    rows = track_rows(frame)
    return _view(catalog, state, "ready" if rows else "no_match", rows, len(rows))


def _nearest(catalog: Catalog, state: ViewState, *, explain: bool = False) -> pd.DataFrame:
    if state.similar:
        seeds = list(state.similar)
        return catalog.similar(seeds, SIMILAR, state.filter(), explain=explain, columns=COLUMNS)
    return sounding_like(catalog, state.description, SIMILAR, state.filter())


def _view(
    catalog: Catalog,
    state: ViewState,
    kind: str,
    rows: list[View],
    total: int,
    more: bool = False,
) -> View:
    ids = [row["id"] for row in rows]
    return {
        "state": kind,
        "rows": rows,
        "bars": {one: bars(peaks) for one, peaks in catalog.waveforms(ids).items()},
        "standing": catalog.standing(ids) if names_states(state.filter()) else {},
        "total": total,
        "more": more,
        "page": state.page,
        "size": SIMILAR if state.by_likeness else PAGE_SIZE,
        "sort": state.sort,
        "order": _sort(state) or OWN_SORT,
        "playlist": _playlist(catalog, state),
        "similar": list(state.similar),
        "described": state.description,
        "query": state.filter().to_query(),
        "code": code(state),
    }


def _playlist(catalog: Catalog, state: ViewState) -> View | None:
    """The playlist that is open, and whether its tracks can be put in another order here."""
    if not state.playlist:
        return None
    try:
        found = catalog.find_playlist(state.playlist)
    except PlaylistNotFoundError as error:
        return {"name": state.playlist, "why": str(error)}
    whole = state.sort == OWN_SORT and not state.narrowed and not state.by_likeness
    return {
        "name": found.name,
        "smart": found.smart,
        "query": found.query,
        "movable": whole and not found.smart and not catalog.read_only,
    }
