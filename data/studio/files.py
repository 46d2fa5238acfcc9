"""Writing a recording as a file: encoding and tags."""

import base64
import io
from pathlib import Path

import av
import mutagen
import numpy as np
import soundfile
from mutagen import flac, id3, mp4, wave
from mutagen.mp3 import MP3
from mutagen.ogg import OggPage
from scipy import signal

from . import sleeve
from .catalogue import Piece
from .sound import RATE

CODECS = {".mp3": "libmp3lame", ".opus": "libopus", ".m4a": "aac"}
MIME = {"mjpeg": "image/jpeg", "png": "image/png"}


def encode(audio: np.ndarray, path: Path, piece: Piece) -> None:
    """Write float audio (frames, channels) at RATE Hz in the format of `path`'s suffix."""
    if path.suffix == ".ogg":
        _encode_vorbis(audio, path)
    elif path.suffix in CODECS:
        _encode_ffmpeg(audio, path, piece.kbps)
    else:
        audio = signal.resample_poly(audio, piece.rate, RATE, axis=0)
        soundfile.write(path, audio, piece.rate, subtype="PCM_16")


def _encode_vorbis(audio: np.ndarray, path: Path) -> None:
    """By libsndfile, as PyAV comes without libvorbis; its random serial number becomes 1."""
    with soundfile.SoundFile(
        path, "w", RATE, audio.shape[1], format="OGG", subtype="VORBIS", compression_level=0.85
    ) as file:
        for start in range(0, len(audio), 4096):
            file.write(audio[start : start + 4096])
    source, pages = io.BytesIO(path.read_bytes()), []
    while source.tell() < path.stat().st_size:
        pages.append(OggPage(source))
        pages[-1].serial = 1
    path.write_bytes(b"".join(page.write() for page in pages))


def _encode_ffmpeg(audio: np.ndarray, path: Path, kbps: int) -> None:
    rate = 48000 if path.suffix == ".opus" else RATE
    with av.open(str(path), "w", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream(CODECS[path.suffix], rate=rate, layout="stereo")
        stream.bit_rate = kbps * 1000
        stream.codec_context.flags |= 1 << 23  # BITEXACT: the same bytes at every run
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(audio.T, np.float32), format="fltp", layout="stereo"
        )
        frame.sample_rate = RATE
        resampler = av.AudioResampler(stream.codec_context.format, "stereo", rate)
        fifo = av.AudioFifo()
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            piece.pts = None
            fifo.write(piece)
        size = stream.codec_context.frame_size or 4096
        while chunk := fifo.read(size, partial=True):
            container.mux(stream.encode(chunk))
        container.mux(stream.encode(None))


def tag(path: Path, piece: Piece) -> None:
    """Write the tags and the cover of `piece`, if it has any."""
    if not piece.title:
        return
    cover = None
    if piece.cover:
        motif, palette, codec = piece.cover
        picture = sleeve.draw(motif, palette, seed=len(piece.title))
        cover = MIME[codec], sleeve.encode(picture, codec)
    {".mp3": _id3, ".wav": _id3, ".m4a": _mp4}.get(path.suffix, _vorbis)(path, piece, cover)


def _id3(path: Path, piece: Piece, cover) -> None:
    file = MP3(path) if path.suffix == ".mp3" else wave.WAVE(path)
    file.add_tags() if file.tags is None else None
    texts = {
        id3.TIT2: piece.title, id3.TPE1: piece.artist, id3.TALB: piece.album,
        id3.TCON: piece.genre, id3.TDRC: str(piece.year), id3.TRCK: str(piece.track),
    }  # fmt: skip
    if piece.musical_tags:
        texts |= {id3.TBPM: f"{piece.tempo_bpm:.0f}", id3.TKEY: short_key(piece.key)}
    for frame, text in texts.items():
        file.tags.add(frame(encoding=3, text=text))
    if cover:
        file.tags.add(id3.APIC(encoding=3, mime=cover[0], type=3, desc="Cover", data=cover[1]))
    file.save()


def _mp4(path: Path, piece: Piece, cover) -> None:
    file = mp4.MP4(path)
    file["\xa9nam"], file["\xa9ART"], file["\xa9alb"] = piece.title, piece.artist, piece.album
    file["\xa9gen"], file["\xa9day"], file["trkn"] = (
        piece.genre,
        str(piece.year),
        [(piece.track, 0)],
    )
    if piece.musical_tags:
        file["tmpo"] = [round(piece.tempo_bpm)]
        file["----:com.apple.iTunes:initialkey"] = short_key(piece.key).encode()
    if cover:
        kind = mp4.MP4Cover.FORMAT_PNG if cover[0] == "image/png" else mp4.MP4Cover.FORMAT_JPEG
        file["covr"] = [mp4.MP4Cover(cover[1], kind)]
    file.save()


def _vorbis(path: Path, piece: Piece, cover) -> None:
    file = mutagen.File(path)
    texts = {
        "title": piece.title, "artist": piece.artist, "album": piece.album,
        "genre": piece.genre, "date": str(piece.year), "tracknumber": str(piece.track),
    }  # fmt: skip
    if piece.musical_tags:
        texts |= {"bpm": f"{piece.tempo_bpm:.0f}", "initialkey": short_key(piece.key)}
    for name, text in texts.items():
        file[name] = text
    if cover:
        picture = flac.Picture()
        picture.type, picture.mime, picture.data, picture.desc = 3, *cover, "Cover"
        picture.width = picture.height = sleeve.SIZE
        picture.depth = 24
        if isinstance(file, flac.FLAC):
            file.add_picture(picture)
        else:
            file["metadata_block_picture"] = base64.b64encode(picture.write()).decode()
    file.save()


def short_key(key: str) -> str:
    """``"A minor"`` as tags spell it: ``"Am"``."""
    tonic, mode = key.split()
    return tonic + ("m" if mode == "minor" else "")
