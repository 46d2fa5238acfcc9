"""``waveform/{id}``: the 800 peaks that a player draws."""

import json

import numpy as np
from tornado.web import HTTPError

from audiolab.server.base import AudiolabHandler


class WaveformHandler(AudiolabHandler):
    """GET: little-endian float32 in [0, 1], 3,200 bytes; as JSON if that is what is accepted."""

    async def get(self, track_id: str) -> None:
        """Send the peaks."""
        peaks = await self.ask(lambda catalog: catalog.waveform(track_id))
        if peaks is None or not len(peaks):
            raise HTTPError(404, "this track has no waveform yet: scan its folder again")
        self.set_header("Cache-Control", "private, no-cache")
        self.set_header("Vary", "Accept")
        if "application/json" in self.request.headers.get("Accept", ""):
            self.set_header("Content-Type", "application/json")
            self.finish(json.dumps({"peaks": [round(float(peak), 4) for peak in peaks]}))
        else:
            self.set_header("Content-Type", "application/octet-stream")
            self.finish(np.asarray(peaks, "<f4").tobytes())

    async def head(self, track_id: str) -> None:
        """The headers that GET would send."""
        await self.get(track_id)
