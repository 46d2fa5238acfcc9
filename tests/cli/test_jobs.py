"""`audiolab jobs`: one scan in detail, and its end."""

from pathlib import Path

import pytest

from audiolab import Catalog

from .conftest import Cli


@pytest.fixture
def job(cli: Cli, database_url: str, tmp_path: Path) -> str:
    """A scan that waits to be started."""
    with Catalog.open(database_url) as catalog:
        return catalog.start_job(catalog.root(tmp_path), {}, pending=True)


def test_a_waiting_scan_is_cancelled_at_once(cli: Cli, job: str) -> None:
    assert "is cancelled" in cli("jobs", job, "--cancel").err
    assert "cancelled" in cli("jobs").out
    again = cli("jobs", job[-8:], "--cancel")
    assert (again.code, again.out) == (0, "")
    assert "has ended already: cancelled" in again.err


def test_a_running_scan_is_asked_to_end(cli: Cli, job: str, database_url: str) -> None:
    with Catalog.open(database_url) as catalog:
        root = catalog.roots()[0]
        catalog.start_job(root, {}, job=job)
        catalog.update_job(job, found=9, planned=9, analysed=3, eta_seconds=600.0)
        assert "10 min" in cli("jobs").out
        assert "finishes the files in hand" in cli("jobs", job, "--cancel").err
        assert catalog.update_job(job)


def test_the_reasons_of_a_scan_are_counted(cli: Cli, job: str, database_url: str) -> None:
    with Catalog.open(database_url) as catalog:
        catalog.start_job(catalog.roots()[0], {}, job=job)
        catalog.finish_job(job, "completed", {"failure_reasons": {"not an audio file": 14}})
    assert "14 × not an audio file" in cli("jobs", job).out


def test_what_to_cancel_must_be_said(cli: Cli) -> None:
    refused = cli("jobs", "--cancel")
    assert refused.code == 2
    assert "which scan? audiolab jobs ID --cancel" in refused.err
    assert cli("jobs", "nonsense", "--cancel").code == 2
