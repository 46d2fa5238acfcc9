"""The nearest vectors, by cosine: exactly while that is quick, else through an index.

From the index come the nearest tracks by reduced vectors, of whatever kind; those of them that
match a filter are compared whole, together with what the index does not have yet. Where enough of
them match, what is nearest is among them. Where too few do (what matches sounds unlike the seed,
which a look at a hundred tells), or a search misses the seed itself, all matching tracks are
compared: by their reduced vectors first, where these are shorter.
"""

import math
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from sqlalchemy import Connection

from audiolab.catalog import halves
from audiolab.catalog.compared import (
    Ask,
    Found,
    compared,
    exact,
    exact_if_few,
    found_in,
    in_one_go,
    matching_compared,
    merged,
    with_text_ids,
)
from audiolab.catalog.filters import Filter
from audiolab.catalog.halves import Portion
from audiolab.catalog.read import count
from audiolab.catalog.sample import estimated
from audiolab.catalog.space import Near, Space
from audiolab.catalog.target import Target

EXACT_UP_TO = 10_000  # matching tracks of a filter that are compared one by one
SURELY_MORE = 3  # times as many are estimated: they need not be counted
MOST_CANDIDATES = 5_000
EXPECTED = 5  # matching candidates for each that is wanted, where a filter takes them by chance
TRUSTED = 0.75  # of so many there must be
WORTH_A_LOOK = 500  # candidates: before so many are compared,
LOOKED_AT = 100  # it is asked of so many whether they match
MOST_SCANNED = 15_000  # vectors that are looked at through the index for one question


def nearest(
    connection: Connection,
    space: Space,
    target: Target,
    where: Filter,
    limit: int,
    seeds: Sequence[str],
) -> Found:
    """(id, cosine distance) of the `limit` nearest tracks, nearest first; seeds are left out."""
    ask = Ask(space, target, where, limit, tuple(seeds))
    if space.near is None:
        return exact(connection, ask, 0)
    expected, share = float(space.near.vectors), 1.0
    if where:
        expected = estimated(connection, where)
        if expected < SURELY_MORE * EXACT_UP_TO:
            found = exact_if_few(connection, ask, EXACT_UP_TO, expected)
            if found is not None:
                return found
            expected = max(EXACT_UP_TO, expected)
        share = min(1.0, expected / max(1, count(connection, Filter())))
    found = _through_index(connection, space.near, ask, share)
    if found is not None:
        return found
    if space.near.reduction.components is None:
        return exact(connection, ask, expected)
    return _all_reduced(connection, space.near, ask, expected)


def _through_index(connection: Connection, near: Near, ask: Ask, share: float) -> Found | None:
    """The approximate answer, or None where it cannot be trusted."""
    candidates = max(
        _candidates(near, ask.wanted) / math.sqrt(share),  # as many more come before each
        EXPECTED * ask.wanted / share,
    )
    if candidates > MOST_CANDIDATES:
        return None
    distance, parameters = ask.reduced(near)
    closest = (
        f"SELECT track_id FROM {ask.space.near_table} "  # noqa: S608 (our own names)
        f"ORDER BY {distance} LIMIT %(similar_candidates)s"
    )
    more = {**parameters, "similar_candidates": math.ceil(candidates)}
    wider = math.sqrt(candidates / near.reduction.candidates)
    settings = _settings(near, math.ceil(near.probes * max(1.0, wider)))
    if not ask.where:
        found = compared(connection, ask, closest, more, settings)
        trusted = len(ask.seeds) != 1 or ask.seeds[0] in {track_id for track_id, _ in found}
    else:
        with closing(connection.connection.cursor()) as cursor:
            few = more | {"similar_candidates": LOOKED_AT}
            if candidates > WORTH_A_LOOK and (
                _matching_nearby(cursor, near, ask, closest, few) < TRUSTED / 2 * share * LOOKED_AT
            ):
                return None
            found, matching = matching_compared(cursor, ask, closest, more, settings)
            trusted = matching >= TRUSTED * share * candidates
    return ask.answer(found) if trusted and len(found) >= ask.wanted else None


def _settings(near: Near, probes: int) -> str:
    """How the index is searched: of the statement that they are put before, and of no other."""
    probes = min(near.lists, probes)
    most = max(probes, MOST_SCANNED * near.lists // max(1, near.vectors))
    return (
        f"SET LOCAL ivfflat.probes = {probes:d}; SET LOCAL ivfflat.max_probes = {most:d}; "
        "SET LOCAL ivfflat.iterative_scan = relaxed_order; SET LOCAL enable_seqscan = off; "
    )


def _matching_nearby(
    cursor: Any, near: Near, ask: Ask, closest: str, parameters: dict[str, Any]
) -> int:
    """How many of the closest ones match the filter, about."""
    cursor.execute(
        f"{_settings(near, 1)}WITH close AS MATERIALIZED ({closest}) "  # noqa: S608 (our own names)
        f"SELECT count(*) FROM close JOIN track ON track.id = close.track_id WHERE {ask.condition}",
        ask.parameters | parameters,
    )
    (count,) = cursor.fetchone()
    return int(count)


def _all_reduced(connection: Connection, near: Near, ask: Ask, expected: float) -> Found:
    """Compare the reduced vectors of all matching tracks, and the best of them whole."""
    distance, short = ask.reduced(near)
    candidates = math.ceil(_candidates(near, ask.wanted))
    parameters = {**ask.parameters, **short, "similar_candidates": candidates}

    def read(cursor: Any, portion: Portion) -> Found:
        # Ordered by nothing that an index has.
        statement = (
            f"SELECT track_id, ({distance}) + 0.0 AS distance "  # noqa: S608 (our own names)
            f"FROM {ask.space.near_table} "
            f"WHERE track_id = ANY({in_one_go(portion.of(ask.condition))}) "
            "ORDER BY distance LIMIT %(similar_candidates)s"
        )
        cursor.execute(with_text_ids(statement), {**parameters, **portion.parameters})
        return found_in(cursor.fetchall())

    best = merged(halves.of_all(connection, expected, near.middle, read))[:candidates]
    ids = "{" + ",".join(track_id for track_id, _ in best) + "}"
    closest = "SELECT unnest(%(similar_closest)s::uuid[]) AS track_id"
    return ask.answer(compared(connection, ask, closest, {"similar_closest": ids}))


def _candidates(near: Near, wanted: int) -> float:
    """How many to compare whole so that what is wanted is among them."""
    # The reduction is made for ten neighbours; more of them are spread wider.
    wider = math.sqrt(max(1.0, wanted / 10))
    return max(near.reduction.candidates * wider, 2 * wanted)
