"""Files through the widget's own line, where no server of ours answers: VS Code, Colab.

The browser asks for one part after the other, so a slow line is never flooded, and names tracks
by their ids only: which file that is, the catalog says.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np

from audiolab.catalog import Catalog
from audiolab.errors import AnalysisError, AudiolabError
from audiolab.widgets.texts import Text, t

PART_BYTES = 1 << 20
MOST_BYTES = 150 << 20
Answer = tuple[dict[str, Any], list[bytes]]


class RefusedError(AudiolabError):
    """What was asked for is not sent."""


class Carrier:
    """Answers the requests of a player.

    Parameters
    ----------
    catalog : Catalog
        Whose tracks.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._converted: tuple[str, bytes] = ("", b"")  # the last one: it is asked for in parts

    def answer(self, message: Mapping[str, Any]) -> Answer:
        """The part that is asked for, or why it is not sent.

        Parameters
        ----------
        message : mapping
            ``request``, which the answer repeats; ``kind``: "stream" (the file), "opus" (the
            same converted), "waveform" or "beats"; ``id``; ``offset`` in bytes.

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
        if message.get("kind") == "stream":
            return _read(self._catalog.path(track_id), offset)
        whole = self._whole(str(message.get("kind")), track_id)
        return whole[offset : offset + PART_BYTES], len(whole)

    def _whole(self, kind: str, track_id: str) -> bytes:
        if kind in ("waveform", "beats"):
            return np.asarray(getattr(self._catalog, kind)(track_id), "<f4").tobytes()
        if kind != "opus":
            raise RefusedError("expected a stream, opus, a waveform or beats")
        if self._converted[0] != track_id:
            self._converted = (track_id, _convert(self._catalog.path(track_id)))
        return self._converted[1]


def _convert(path: Path) -> bytes:
    from audiolab.analysis.opus import to_opus

    whole = bytearray()
    for block in to_opus(path):
        whole += block
        if len(whole) > MOST_BYTES:
            raise RefusedError(f"converted, it has more than {MOST_BYTES / 1e6:.0f} MB")
    return bytes(whole)


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


def _reason(error: Exception) -> Text:
    if isinstance(error, FileNotFoundError):
        return t("player.file_gone")
    if isinstance(error, AnalysisError):
        return t("player.file_unplayable", reason=error.reason)
    if isinstance(error, OSError) and not isinstance(error, AudiolabError):
        return t("player.file_unread", reason=(error.strerror or "?").lower())
    return str(error)
