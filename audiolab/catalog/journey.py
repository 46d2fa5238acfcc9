"""A way from one track to another: each step sounds a little more like the goal."""

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from audiolab.catalog import read
from audiolab.catalog.fields import COLUMNS
from audiolab.catalog.filters import Filter
from audiolab.catalog.neighbours import nearest
from audiolab.catalog.similar import Question, find_model
from audiolab.catalog.space import find_space
from audiolab.catalog.target import GivenVector
from audiolab.errors import CatalogError


def between(
    connection: Connection, start: str, goal: str, steps: int, where: Filter, model: str | None
) -> pd.DataFrame:
    """`steps` tracks that lead from `start` to `goal`; see `Catalog.between`."""
    cursor = connection.connection.cursor()
    try:
        found_model, stored = find_model(cursor, connection, Question([start, goal], [], model))
        for track_id in (start, goal):
            if track_id not in stored:
                raise CatalogError(
                    f"track {track_id} has no embedding of {found_model.name} to compare by"
                )
        ends = [stored[i] / max(float(np.linalg.norm(stored[i])), 1e-9) for i in (start, goal)]
        space = find_space(connection, cursor, found_model.table)
        chosen: list[str] = []
        for step in range(1, steps + 1):
            share = step / (steps + 1)
            query = ((1 - share) * ends[0] + share * ends[1]).astype(np.float32)
            taken = [start, goal, *chosen]
            found = nearest(connection, space, GivenVector(query), where, 1, taken)
            chosen += [track_id for track_id, _ in found]
    finally:
        cursor.close()
    return read.by_ids(connection, [start, *chosen, goal], COLUMNS)
