"""Files through the widget's own line, where no server of ours answers: VS Code, Colab.

The browser asks for one part after the other, so a slow line is never flooded, and names tracks
by their ids only: which file that is, the catalog says.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

from audiolab.errors import AudiolabError

PART_BYTES = 1 << 20
MOST_BYTES = 150 << 20
Answer = tuple[dict[str, Any], list[bytes]]


class RefusedError(AudiolabError):
    """What was asked for is not sent."""


class Carrier:
    """Answers the requests of a player.

    Parameters
    ----------
    path_of : callable
        Track id -> its file.
    peaks_of : callable
        Track id -> its waveform.
    """

    def __init__(
        self, path_of: Callable[[str], Path], peaks_of: Callable[[str], npt.NDArray[np.float32]]
    ) -> None:
        self._path_of = path_of
        self._peaks_of = peaks_of

    def answer(self, message: Mapping[str, Any]) -> Answer:
        """The part that is asked for, or why it is not sent.

        Parameters
        ----------
        message : mapping
            ``request``, which the answer repeats; ``kind``: "stream" or "waveform"; ``id``;
            ``offset`` in bytes.

        Returns
        -------
        tuple of (dict, list of bytes)
            A message of type "part" with the whole ``size``, and the part; or of type "refused"
            with a ``reason``.
        """
        request = str(message.get("request"))
        try:
            part, size = self._part(message)
        except (AudiolabError, OSError) as error:
            return {"type": "refused", "request": request, "reason": _reason(error)}, []
        return {"type": "part", "request": request, "size": size}, [part]

    def _part(self, message: Mapping[str, Any]) -> tuple[bytes, int]:
        track_id, offset = _valid_id(message.get("id")), message.get("offset")
        if not isinstance(offset, int) or offset < 0:
            raise RefusedError("expected an offset from 0")
        if message.get("kind") == "waveform":
            peaks = np.asarray(self._peaks_of(track_id), "<f4").tobytes()
            return peaks[offset : offset + PART_BYTES], len(peaks)
        if message.get("kind") != "stream":
            raise RefusedError("expected a stream or a waveform")
        return _read(self._path_of(track_id), offset)


def _read(path: Path, offset: int) -> tuple[bytes, int]:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        if size > MOST_BYTES:
            raise RefusedError(
                f"the file has {size / 1e6:.0f} MB, and at most {MOST_BYTES / 1e6:.0f} MB go "
                "through a notebook: open it in the dashboard"
            )
        file.seek(offset)
        return file.read(PART_BYTES), size


def _valid_id(text: object) -> str:
    try:
        return str(UUID(str(text)))
    except ValueError:
        raise RefusedError("expected a track's id") from None


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "the file is no longer where it was"
    if isinstance(error, OSError) and not isinstance(error, AudiolabError):
        return f"the file cannot be read ({(error.strerror or 'unknown').lower()})"
    return str(error)
