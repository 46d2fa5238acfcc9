"""``waveform/{id}``, ``beats/{id}``: what a player draws."""

import json

import numpy as np
import numpy.typing as npt
from tornado.web import HTTPError

from audiolab.server.base import AudiolabHandler


class NumbersHandler(AudiolabHandler):
    """Answers with numbers: little-endian float32, or JSON if that is what is accepted."""

    def send_numbers(self, name: str, numbers: npt.NDArray[np.float32]) -> None:
        """Answer with `numbers`, which JSON calls `name`."""
        self.set_header("Cache-Control", "private, no-cache")
        self.set_header("Vary", "Accept")
        if "application/json" in self.request.headers.get("Accept", ""):
            self.set_header("Content-Type", "application/json")
            self.finish(json.dumps({name: [round(float(number), 4) for number in numbers]}))
        else:
            self.set_header("Content-Type", "application/octet-stream")
            self.finish(np.asarray(numbers, "<f4").tobytes())


class WaveformHandler(NumbersHandler):
    """GET: 800 peaks in [0, 1]."""

    async def get(self, track: str) -> None:
        """Send the peaks."""
        peaks = await self.ask(lambda catalog: catalog.waveform(track))
        if peaks is None or not len(peaks):
            raise HTTPError(404, "this track has no waveform yet: scan its folder again")
        self.send_numbers("peaks", peaks)

    async def head(self, track: str) -> None:
        """The headers that GET would send."""
        await self.get(track)


class BeatsHandler(NumbersHandler):
    """GET: times of the beats in seconds; none if the track has no pulse."""

    async def get(self, track: str) -> None:
        """Send the times."""
        self.send_numbers("beats", await self.ask(lambda catalog: catalog.beats(track)))

    async def head(self, track: str) -> None:
        """The headers that GET would send."""
        await self.get(track)
