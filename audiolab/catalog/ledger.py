"""The ledger: every file that was ever found, and what became of it. Nothing is left out."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from sqlalchemy import (
    ARRAY,
    UUID,
    Connection,
    Text,
    cast,
    func,
    literal,
    null,
    select,
    text,
    union_all,
)
from sqlalchemy.dialects.postgresql import array

from audiolab.catalog.advice import advice
from audiolab.catalog.fields import Kind
from audiolab.catalog.frames import read_frame
from audiolab.catalog.schema import root, skipped_path, stage_status, track

KINDS: dict[str, Kind] = {
    "id": "text", "root": "text", "path": "text", "state": "category", "stage": "category",
    "reason": "text", "seconds": "number",
}  # fmt: skip
STAGE_KINDS: dict[str, Kind] = {
    "root": "text", "stage": "text", "found": "integer", "analysed": "integer",
    "failed": "integer", "skipped": "integer", "waiting": "integer", "missing": "integer",
}  # fmt: skip
BY_STAGE = """
SELECT r.path AS root, stages.stage,
    count(t.id) FILTER (WHERE t.state <> 'missing') + r.skipped AS found,
    count(*) FILTER (WHERE t.state NOT IN ('missing', 'excluded') AND s.state <> 'failed')
        AS analysed,
    count(*) FILTER (WHERE t.state NOT IN ('missing', 'excluded') AND s.state = 'failed')
        AS failed,
    count(*) FILTER (WHERE t.state = 'excluded') + r.skipped AS skipped,
    count(t.id) FILTER (WHERE t.state NOT IN ('missing', 'excluded') AND s.state IS NULL)
        AS waiting,
    count(*) FILTER (WHERE t.state = 'missing') AS missing
FROM (SELECT id, path, (SELECT count(*) FROM skipped_path k WHERE k.root_id = root.id) AS skipped
      FROM root) r
CROSS JOIN (SELECT DISTINCT stage FROM stage_status) stages
LEFT JOIN track t ON t.root_id = r.id
LEFT JOIN stage_status s ON s.track_id = t.id AND s.stage = stages.stage
GROUP BY r.path, r.skipped, stages.stage
ORDER BY r.path, array_position(ARRAY['tags', 'signal', 'networks', 'affect'], stages.stage)
"""


def ledger(connection: Connection, *, failed: bool = False) -> pd.DataFrame:
    """One row a file: path, state, the stage that failed and why, seconds of analysis.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Where to read.
    failed : bool
        Only files that failed or were skipped.

    Returns
    -------
    pandas.DataFrame
        Ordered by root and path; ``id`` is missing for what is no track (a folder that cannot be
        read, a link that leads back). ``advice`` says what to do about the reason.
    """
    worst = _worst_stage()
    seconds = (
        select(stage_status.c.track_id, func.sum(stage_status.c.seconds).label("seconds"))
        .group_by(stage_status.c.track_id)
        .subquery()
    )
    files = (
        select(
            cast(track.c.id, Text).label("id"), root.c.path.label("root"), track.c.path,
            track.c.state, worst.c.stage, worst.c.reason, seconds.c.seconds,
        )
        .join(root, root.c.id == track.c.root_id)
        .outerjoin(worst, worst.c.track_id == track.c.id)
        .outerjoin(seconds, seconds.c.track_id == track.c.id)
    )  # fmt: skip
    skipped: Any = select(
        cast(null(), Text), root.c.path, skipped_path.c.path, literal("skipped"),
        cast(null(), Text), skipped_path.c.reason, cast(null(), stage_status.c.seconds.type),
    ).join(root, root.c.id == skipped_path.c.root_id)  # fmt: skip
    if failed:
        files = files.where(track.c.state == "failed")
    both = union_all(files, skipped).subquery()
    in_order = select(both).order_by(both.c.root, both.c.path)
    frame = read_frame(connection, in_order, KINDS, None)
    what_to_do = {reason: advice(reason) for reason in frame["reason"].dropna().unique()}
    frame["advice"] = frame["reason"].map(what_to_do).astype(frame["reason"].dtype)
    return frame


def standing(connection: Connection, track_ids: Sequence[str]) -> dict[str, tuple[str, str | None]]:
    """State of some tracks, and why it is not better, by id."""
    worst = _worst_stage()
    wanted = func.unnest(literal(list(track_ids), ARRAY(UUID(as_uuid=False))))
    rows = connection.execute(
        select(cast(track.c.id, Text), track.c.state, worst.c.reason)
        .outerjoin(worst, worst.c.track_id == track.c.id)
        .where(track.c.id.in_(select(wanted)))
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def by_stage(connection: Connection) -> pd.DataFrame:
    """One row a root and stage: how the files stand, ``found`` being the sum of four of them.

    Returns
    -------
    pandas.DataFrame
        ``found`` = ``analysed`` (wholly or in part) + ``failed`` + ``skipped`` (excluded by the
        user, or nothing that can be looked at) + ``waiting`` (the stage has not run on them).
        ``missing`` files are beside the found ones.
    """
    statement: Any = text(BY_STAGE)
    return read_frame(connection, statement, STAGE_KINDS, None)


def _worst_stage() -> Any:
    """Per track, the first stage that failed, or else that could use part of the file only."""
    place = func.array_position(array(["tags", "signal"]), stage_status.c.stage)
    rank = func.row_number().over(
        partition_by=stage_status.c.track_id,
        order_by=(stage_status.c.state, place),  # failed before partial
    )
    bad = (
        select(stage_status.c.track_id, stage_status.c.stage, stage_status.c.reason)
        .add_columns(rank.label("rank"))
        .where(stage_status.c.state != "done")
        .subquery()
    )
    return select(bad.c.track_id, bad.c.stage, bad.c.reason).where(bad.c.rank == 1).subquery()
