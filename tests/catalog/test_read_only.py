"""A catalog that may only be read refuses whatever would change it, and Postgres does too."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import text

from audiolab import Catalog
from audiolab.catalog.scans import Root
from audiolab.config import Settings
from audiolab.errors import DatabaseError, JobNotFoundError, ReadOnlyError

ID = "00000000-0000-0000-0000-000000000000"
ROOT = Root(1, "/music")

CHANGES: dict[str, Callable[[Catalog], Any]] = {
    "add": lambda cat: cat.add(pd.DataFrame({"path": ["a.mp3"]})),
    "correct": lambda cat: cat.correct(cat.tracks().index[0], tempo_bpm=100.0),
    "uncorrect": lambda cat: cat.uncorrect(cat.tracks().index[0], "tempo_bpm"),
    "delete": lambda cat: cat.delete(ID),
    "restore": lambda cat: cat.restore(ID),
    "scan": lambda cat: cat.root(Path("/music")),
    "start a job": lambda cat: cat.start_job(ROOT, {}, pending=True),
    "cancel a job": lambda cat: cat.cancel_job(ID),
    "remove a root": lambda cat: cat.remove_root(ROOT),
    "create a playlist": lambda cat: cat.create_playlist("mine"),
    "delete a playlist": lambda cat: cat.delete_playlist("there"),
    "rename a playlist": lambda cat: cat.rename_playlist("there", "here"),
    "fill a playlist": lambda cat: cat.add_to_playlist("there", cat.tracks().index),
}


@pytest.fixture(scope="module")
def read_only(database_url: str) -> Iterator[Catalog]:
    """A catalog with one track, one playlist and one dead job, opened for reading."""
    with Catalog.open(database_url) as catalog:
        tracks = catalog.add(pd.DataFrame({"path": ["a.mp3"], "title": ["A"]}), root="/music")
        catalog.create_playlist("there", tracks)
        catalog.start_job(catalog.root(Path("/music")), {})
        with catalog._database.write() as connection:
            connection.execute(text("UPDATE scan_job SET heartbeat_at = now() - interval '1 day'"))
    settings = Settings(database_url=database_url, read_only=True)
    with Catalog.open(settings=settings) as catalog:
        yield catalog


@pytest.mark.parametrize("what", CHANGES)
def test_changes_are_refused(read_only: Catalog, what: str) -> None:
    before = read_only.tracks(), read_only.playlists(), read_only.ledger()
    with pytest.raises(ReadOnlyError, match="reading only"):
        CHANGES[what](read_only)
    for old, new in zip(
        before, (read_only.tracks(), read_only.playlists(), read_only.ledger()), strict=True
    ):
        pd.testing.assert_frame_equal(old, new)


def test_what_gets_past_us_is_refused_by_the_database(read_only: Catalog) -> None:
    with pytest.raises(DatabaseError), read_only._database.read() as connection:
        connection.execute(text("DELETE FROM track"))


def test_reading_works(read_only: Catalog) -> None:
    assert read_only.read_only
    assert list(read_only.tracks("a").title) == ["A"]
    assert len(read_only.playlist("there")) == 1
    assert read_only.stats()["tracks"] == 1
    [job] = read_only.recent_jobs(5)
    assert job.state == "running", "that it is dead is for those to record who may write"
    with pytest.raises(JobNotFoundError):
        read_only.job(ID)


def test_who_may_only_read_needs_a_schema_too(empty_database_url: str) -> None:
    settings = Settings(database_url=empty_database_url, read_only=True)
    with Catalog.open(settings=settings) as catalog:
        assert catalog.count() == 0
