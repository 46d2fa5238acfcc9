"""Scans without paths of this machine, and their reasons counted."""

import pytest

from audiolab.scanner.shown import reasons, without_paths


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("/srv/music is being scanned", "Music is being scanned"),
        ("/srv/music/deep/a.mp3: gone", "Music/deep/a.mp3: gone"),
        ("expected a folder, but /srv/other/x is a file", "expected a folder, but x is a file"),
        ("'/var/lib/audiolab/logs' and (/tmp/a,/tmp/b)", "'logs' and (a,b)"),
        ("/ cannot be read", "/ cannot be read"),
        ("2/3 of a/b", "2/3 of a/b"),
        ("postgresql://me@host:5432/name", "postgresql://me@host:5432/name"),
        ("postgresql://me@/name?host=%2Fsrv%2Fdb&port=1 is away", "postgresql://me@/name is away"),
        ("no path at all", "no path at all"),
    ],
)  # fmt: skip
def test_absolute_paths_are_left_out(text: str, clean: str) -> None:
    assert without_paths(text, "/srv/music", "Music") == clean


def test_reasons_come_with_a_few_files_each() -> None:
    failures = [{"path": f"{n}.mp3", "stage": "tags", "reason": "bad"} for n in range(9)]
    report = {"failures": failures, "failure_reasons": {"rare": 1, "bad": 9}}
    first, second = reasons(report, "failure")
    assert (first["reason"], first["count"], first["examples"]) == (
        "bad", 9, ["0.mp3", "1.mp3", "2.mp3", "3.mp3", "4.mp3"],
    )  # fmt: skip
    assert (second["reason"], second["count"], second["examples"]) == ("rare", 1, [])
    assert reasons({}, "skip") == []
