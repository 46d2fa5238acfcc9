"""Stand-in networks for every test, the real ones where they are at hand."""

import shutil
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from audiolab import resources
from audiolab.analysis.networks import Installed, find_installed
from audiolab.config import Settings

Samples = npt.NDArray[np.float32]

TINY = resources.CHECKOUT / "tests" / "fixtures" / "models"
SHARED = resources.CHECKOUT.parent / "shared"
RATE_HZ = 16_000


def settings_for(folder: Path, **more: object) -> Settings:
    """Settings that use the stand-ins or whatever else is in `folder`."""
    return Settings(**{"models_dir": folder, "allow_unverified_models": True, **more})


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A models folder with all stand-ins."""
    folder = tmp_path / "models"
    shutil.copytree(TINY, folder)
    return folder


@pytest.fixture(scope="session")
def tiny() -> Installed:
    """The stand-ins, accepted."""
    return find_installed(settings_for(TINY))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real weights and recordings that are not part of the project."""
    if not (SHARED / "models" / "real").is_dir():
        pytest.skip("the real weights are not beside this checkout (../shared/models)")
    return SHARED


@lru_cache(maxsize=16)
def melody(seconds: float, seed: int = 1) -> Samples:
    """Notes with harmonics and a little noise at 16 kHz: every mel band has something."""
    generator = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    notes = 110 * 2 ** (generator.integers(0, 36, 1 + int(seconds * 4)) / 12)
    hz = notes[(time * 4).astype(int)]
    tone = sum(np.sin(2 * np.pi * hz * k * time) / k for k in range(1, 9))
    samples = (0.1 * tone + 0.003 * generator.standard_normal(len(time))).astype(np.float32)
    samples.setflags(write=False)  # shared between tests
    return samples


def recording(path: Path, seconds: float | None = None) -> Samples:
    """The beginning of a file as the networks get it."""
    from audiolab.analysis.decode import open_audio
    from audiolab.analysis.stream import Resampler, mix_to_mono

    with open_audio(path) as audio:
        resampler = Resampler(audio.sample_rate_hz, RATE_HZ)
        parts = [resampler.push(mix_to_mono(block)) for block in audio.blocks()]
        parts.append(resampler.push(np.zeros(0, np.float32), last=True))
    samples = np.concatenate(parts)
    return samples if seconds is None else samples[: round(seconds * RATE_HZ)]


def blocks(samples: Samples, size: int) -> list[Samples]:
    """The same samples in pieces."""
    return [samples[start : start + size] for start in range(0, len(samples), size)]
