"""Which values of a track its file's tags dispute, kept with it: a condition like any other.

Only what is plainly different counts (`tag_claims`): the double tempo or a neighbouring key are
ways to hear the same music.
"""

from collections.abc import Sequence
from typing import Any

from psycopg2.extras import execute_values

from audiolab.catalog.tag_claims import TAGS, claim

# Column -> its name in ``disputed``.
DISPUTED = {"tempo_bpm": "tempo", "key": "key"}
COLUMNS = ("tags", *DISPUTED)
SPEAKING = [tag for column in DISPUTED for tag in TAGS[column]]


def refresh(cursor: Any, ids: Sequence[str] | None = None) -> None:
    """Compare the tags of some tracks, or of all, with the analysis again."""
    if ids is not None and not ids:
        return
    wanted = None if ids is None else list(ids)
    cursor.execute(
        "SELECT id::text, tags, tempo_bpm, key, disputed FROM track "
        "WHERE (tags ?| %(tags)s OR disputed IS NOT NULL) "
        "AND (%(ids)s::uuid[] IS NULL OR id = ANY(%(ids)s::uuid[]))",
        {"tags": SPEAKING, "ids": wanted},
    )
    changed = []
    for track_id, *values, before in cursor.fetchall():
        now = _disputed(dict(zip(COLUMNS, values, strict=True)))
        if now != before:
            changed.append((track_id, now))
    execute_values(
        cursor,
        "UPDATE track t SET disputed = v.disputed FROM (VALUES %s) AS v (id, disputed) "
        "WHERE t.id = v.id",
        changed,
        template="(%s::uuid, %s::text[])",
    )


def _disputed(values: dict[str, Any]) -> list[str] | None:
    """Names of `DISPUTED`; None for nothing."""
    found = [
        name
        for column, name in DISPUTED.items()
        if (one := claim(column, values)) is not None and one.verdict == "different"
    ]
    return found or None
