"""What each column says to a person: where its value comes from, how sure it is, what it means.

One sentence a column, for the page, the notebooks and whoever builds on them. Pure data: imports
nothing of ours.
"""

from dataclasses import dataclass
from typing import Literal

Source = Literal["scan", "tags", "signal", "networks"]

SOURCES: dict[Source, str] = {
    "scan": "The file itself",
    "tags": "Header and tags of the file",
    "signal": "Analysis of the sound",
    "networks": "Neural networks",
}


@dataclass(frozen=True)
class Meaning:
    """What a column means.

    Attributes
    ----------
    source : {"scan", "tags", "signal", "networks"}
        What puts it there: the stage of analysis, or the scan that found the file.
    text : str
        One sentence, with the range where there is one.
    confidence : str
        Column with the confidence of the value in [0, 1]; "" if there is none.
    """

    source: Source
    text: str
    confidence: str = ""


MEANINGS: dict[str, Meaning] = {
    "path": Meaning("scan", "Where the file is, below the folder that was scanned."),
    "filename": Meaning("scan", "Name of the file."),
    "format": Meaning("tags", "How the audio is stored."),
    "duration_seconds": Meaning("signal", "How long it plays, counted while decoding."),
    "file_size_bytes": Meaning("scan", "Size of the file on the disk."),
    "sample_rate_hz": Meaning("signal", "Samples per second; half of it is the highest frequency."),
    "channels": Meaning("signal", "1 is mono, 2 is stereo."),
    "bitrate_kbps": Meaning("tags", "Bits per second, on average over the file."),
    "added_at": Meaning("scan", "When the file was first found."),
    "analyzed_at": Meaning("scan", "When it was last analysed."),
    "decoded_share": Meaning(
        "signal", "How much of what the header promises could be decoded; below 1 it is damaged."
    ),
    "silence_start_seconds": Meaning("signal", "Time before the first sound above -60 dBFS."),
    "silence_end_seconds": Meaning("signal", "Time after the last sound above -60 dBFS."),
    "disputed": Meaning(
        "tags", "What the file's tags plainly say otherwise than the analysis: tempo, key."
    ),
    "title": Meaning("tags", "Title in the file's tags."),
    "artist": Meaning("tags", "Artist in the file's tags."),
    "album": Meaning("tags", "Album in the file's tags."),
    "year": Meaning("tags", "Year in the file's tags."),
    "tag_genre": Meaning("tags", "What the file's tags call its genre."),
    "tags": Meaning("tags", "Everything that is written into the file."),
    "has_artwork": Meaning("tags", "Whether there is a cover picture in the file."),
    "tempo_bpm": Meaning(
        "signal", "Beats per minute: the pace at which one would tap along.", "tempo_confidence"
    ),
    "tempo_confidence": Meaning(
        "signal", "How clear the pulse is, and how sure which of its multiples is the beat."
    ),
    "tempo_alternatives": Meaning(
        "signal", "Other paces one could tap along to, with their probability."
    ),
    "time_signature": Meaning(
        "signal", "Beats to the bar and the note that is a beat.", "time_signature_confidence"
    ),
    "time_signature_confidence": Meaning("signal", "How sure the time signature is."),
    "onset_rate_hz": Meaning("signal", "How many notes and strokes begin in a second."),
    "danceability": Meaning(
        "signal",
        "How strongly the level moves at the pace of a beat: 0 hardly, 1 as in dance music.",
    ),
    "key": Meaning("signal", "Tonic and mode of the whole track.", "key_confidence"),
    "key_camelot": Meaning(
        "signal", "The key as DJs number it: neighbouring numbers mix well.", "key_confidence"
    ),
    "key_open": Meaning("signal", "The key in the Open Key notation.", "key_confidence"),
    "key_confidence": Meaning(
        "signal", "How probable the key is among all 24, judged by the notes and the bass."
    ),
    "key_runner_up": Meaning("signal", "The second-best key."),
    "loudness_lufs": Meaning(
        "signal", "Integrated loudness after EBU R 128: -23 is broadcast, -14 streaming, -8 loud."
    ),
    "loudness_range_lu": Meaning(
        "signal", "How far soft and loud passages lie apart (EBU Tech 3342)."
    ),
    "true_peak_dbtp": Meaning(
        "signal", "Highest peak between the samples too; above 0 it may distort when played."
    ),
    "replaygain_track_gain_db": Meaning(
        "signal", "What a player turns it up or down by to reach -18 LUFS (ReplayGain 2.0)."
    ),
    "energy": Meaning(
        "signal", "How intense it feels, from loudness, width of the spectrum and busyness: 0 to 1."
    ),
    "spectral_centroid_hz": Meaning(
        "signal", "Centre of the spectrum: the higher, the brighter it sounds."
    ),
    "spectral_rolloff_hz": Meaning("signal", "85 % of the spectrum lies below this frequency."),
    "spectral_bandwidth_hz": Meaning(
        "signal", "How widely the spectrum spreads around its centre."
    ),
    "spectral_flatness": Meaning("signal", "0 is a pure tone, 1 is white noise."),
    "cutoff_hz": Meaning(
        "signal",
        "Where the spectrum ends as if cut off, which lossy encoders leave behind; empty if it "
        "fades as music does.",
    ),
    "zero_crossing_rate": Meaning(
        "signal", "Share of samples at which the wave changes its sign: high for noise and hiss."
    ),
    "mfcc": Meaning("signal", "Mean shape of the spectrum in 20 numbers, as the ear bundles it."),
    "mfcc_std": Meaning("signal", "How much each of these numbers varies."),
    "chroma": Meaning("signal", "How the energy divides among the twelve notes, from C to B."),
    "valence": Meaning(
        "signal", "A rule of thumb from mode, tempo and brightness: 0 is sad, 1 is happy."
    ),
    "genre_primary": Meaning("networks", "The likeliest of 87 genres.", "genre_confidence"),
    "genre_secondary": Meaning("networks", "Other genres that fit nearly as well."),
    "genre_confidence": Meaning("networks", "Score of the likeliest genre."),
    "mood_primary": Meaning("networks", "The likeliest of 56 moods and themes.", "mood_confidence"),
    "mood_secondary": Meaning("networks", "Other moods and themes that fit nearly as well."),
    "mood_confidence": Meaning("networks", "Score of the likeliest mood."),
    "mood_arousal": Meaning("networks", "0 is calm, 1 is excited."),
    "mood_valence": Meaning("networks", "0 is negative, 1 is positive in feeling."),
    "mood_source": Meaning("networks", "What arousal and mood valence are derived from."),
    "instruments": Meaning("networks", "Instruments that are heard, the clearest first."),
    "has_vocals": Meaning("networks", "Whether somebody sings or speaks."),
    "vocals_probability": Meaning("networks", "How likely a voice is: 0 to 1."),
    "vocal_gender": Meaning("networks", "Whether the voice sounds female or male, where clear."),
    "embedding_model": Meaning("networks", "The network by whose ear tracks are compared."),
}
