"""The demo library as a table: every file, who made it, how it was composed, how it is encoded."""

from collections.abc import Callable
from dataclasses import dataclass

from . import acoustic, ambient, band, electronic
from .score import Score


@dataclass(frozen=True)
class Piece:
    """One file of the library.

    Attributes
    ----------
    file : str
        Path under ``data/``; the suffix decides the format.
    compose : callable
        Returns the Score.
    seconds, loudness_db, fade : float
        Length, level and fade-out (see `sound.perform`).
    tempo_bpm : float or None
        As composed: notated beats per minute, in 6/8 of the dotted quarter; None without a pulse.
    key, time_signature : str or None
        As composed; None where there is none.
    title, artist, album, genre, year, track
        File tags; a piece without title has no tags at all.
    cover : tuple or None
        Motif, palette and codec of the cover art (see `sleeve`).
    musical_tags : bool
        Whether the tags name tempo and key too.
    kbps : int
        Bit rate of the lossy formats.
    mono : bool
        One channel instead of two.
    rate : int
        Sample rate in Hz; opus is always 48000.
    """

    file: str
    compose: Callable[[], Score]
    seconds: float
    loudness_db: float
    tempo_bpm: float | None
    key: str | None
    time_signature: str | None
    title: str = ""
    artist: str = ""
    album: str = ""
    genre: str = ""
    year: int = 0
    track: int = 0
    cover: tuple[str, int, str] | None = None
    musical_tags: bool = False
    fade: float = 0.0
    kbps: int = 96
    mono: bool = False
    rate: int = 44100

    @property
    def style(self) -> str:
        """The name of its composing function, in words."""
        return self.compose.__name__.replace("_", " ")


HARBOUR = {"artist": "Glass Harbour", "album": "Night Signals", "year": 2024}
KESSEL = {"artist": "Kessel 9", "album": "Druck", "year": 2023}
SIGNAL = {"artist": "青い信号機", "album": "夜行バス", "year": 1986}
LAMPIONS = {"artist": "Trio Lampion", "album": "Under Paper Moons", "year": 2019}
SALON = {"artist": "Salon of Small Hours", "album": "Miniatures", "year": 2021}

PIECES = (
    Piece("electronic/neon-harbour.mp3", electronic.house, 42, -13, 122, "A minor", "4/4",
          "Neon Harbour", genre="House", track=1, cover=("sun", 0, "mjpeg"), musical_tags=True,
          kbps=96, **HARBOUR),
    Piece("electronic/undertow.mp3", electronic.drum_and_bass, 36, -13, 174, "E minor", "4/4",
          "Undertow", genre="Drum and Bass", track=2, cover=("sun", 0, "mjpeg"), musical_tags=True,
          kbps=96, **HARBOUR),
    Piece("electronic/kessel.opus", electronic.techno, 37, -13, 132, "F minor", "4/4",
          "Überdruck", genre="Techno", track=1, musical_tags=True, kbps=64, **KESSEL),
    Piece("electronic/yoake.mp3", electronic.synth_pop, 36, -14, 116, "E major", "4/4",
          "夜明けの高速道路", genre="Synth-pop", track=3, cover=("rings", 0, "mjpeg"),
          **SIGNAL),
    Piece("electronic/untitled beat 3 (final).mp3", electronic.trap, 31, -13, 140, "Db minor",
          "4/4", kbps=80),
    Piece("electronic/bold.m4a", electronic.chiptune, 26, -15, 160, "C major", "4/4",
          '<b>Bold</b> & <script>alert("8 bit")</script>', "Tag Soup", "Escape Sequences",
          "Chiptune", 2022, 1, cover=("bars", 4, "png"), kbps=80),
    Piece("ambient/standing-water.ogg", ambient.ambient, 45, -20, None, None, None,
          "Standing Water", "Lowland", "Weather Without Names", "Ambient", 2020, 1,
          cover=("rings", 1, "mjpeg"), fade=4, kbps=80),
    Piece("jazz/blue-door.mp3", band.jazz, 44, -16, 152, "F major", "4/4",
          "Blue Door", "The Corner Table Quartet", "Second Set", "Jazz", 2018, 4,
          cover=("bars", 3, "mjpeg"), kbps=80),
    Piece("jazz/tarde-em-laranja.m4a", band.bossa_nova, 39, -17, 136, "D minor", "4/4",
          "Tarde em Laranja", "Célia & Os Vizinhos", "Janelas", "Bossa Nova", 2017, 2,
          cover=("sun", 3, "mjpeg"), kbps=80),
    Piece("band/gravel-road.ogg", band.rock, 36, -13, 144, "A major", "4/4",
          "Gravel Road", "The Loose Planks", "Gravel Road", "Rock", 2015, 1, musical_tags=True),
    Piece("band/slow-boat.opus", band.reggae, 39, -15, 74, "G minor", "4/4",
          "Slow Boat", "Harbour Street Players", "Low Tide", "Reggae", 1979, 5,
          cover=("waves", 1, "mjpeg"), kbps=64),
    Piece("band/batucada.wav", band.batucada, 15.2, -16, 104, None, "4/4",
          "Batucada", "Bloco da Esquina", "Percussion Studies", "Samba", 2016, 1,
          mono=True, rate=32000),
    Piece("folk/valse-des-lampions.ogg", acoustic.waltz, 38, -17, 156, "G major", "3/4",
          "Valse des lampions", genre="Waltz", track=1, cover=("rings", 5, "mjpeg"), **LAMPIONS),
    Piece("folk/the-ferrymans-daughter.m4a", acoustic.jig, 41, -17, 108, "D major", "6/8",
          "The Ferryman's Daughter", genre="Folk", track=2, cover=("rings", 5, "mjpeg"),
          musical_tags=True, kbps=80, **LAMPIONS),
    Piece("classical/nocturne-in-e.ogg", acoustic.nocturne, 50, -18, 72, "E major", "4/4",
          "Nocturne in E", genre="Classical", track=1, cover=("waves", 2, "png"), kbps=80, **SALON),
    Piece("classical/quartet-in-d-minor.mp3", acoustic.string_quartet, 40, -16, 108, "D minor",
          "4/4", "Quartet in D minor: I. Allegro inquieto", genre="Classical", track=2,
          cover=("waves", 2, "mjpeg"), kbps=80, **SALON),
    Piece("classical/allemande-for-flute.flac", acoustic.flute, 23, -16, 80, "B minor", "4/4",
          "Allemande for Flute", genre="Classical", track=3, cover=("waves", 2, "mjpeg"),
          mono=True, rate=32000, **SALON),
)  # fmt: skip
