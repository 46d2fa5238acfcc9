"""Killed at random moments while a writer works: every acknowledged batch is there."""

import random
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2]))

from tests.benchmarks import faults_database

pytestmark = pytest.mark.long


def test_three_moments():
    """All processes, the first one, another one; twenty moments are in tests/benchmarks."""
    faults = faults_database.run(3, random.randrange(1 << 30))
    assert faults.killed == ["everybody", "first", "other"]
    assert faults.batches > 3
    assert faults.lost == []
    assert faults.doubled == 0
