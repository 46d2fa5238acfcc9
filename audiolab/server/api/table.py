"""Everything that can be asked for, in one table."""

from audiolab.server.api import answers, docs, export, overview, scans, tracks
from audiolab.server.api.events import ScanEventsHandler
from audiolab.server.artwork import PICTURES, ArtworkHandler
from audiolab.server.declare import Answer, Operation
from audiolab.server.opus import From, OpusHandler
from audiolab.server.questions import Alike, Counted, Latest, Listed, Paged, Searched, Which
from audiolab.server.rates import Rate
from audiolab.server.stream import MIME, Saved, StreamHandler
from audiolab.server.waveform import BeatsHandler, WaveformHandler

# For what costs the database, or the whole machine, much.
SEARCHING = Rate(burst=60, per_second=20)
SCANNING = Rate(burst=5, per_second=1 / 12)
NUMBERS = ("application/octet-stream",)
SOUND = tuple(sorted({*MIME.values(), *NUMBERS}))
FILES = tuple(sorted({media.partition(";")[0] for media in export.MIME.values()}))

_TRACKS = (
    Operation(
        "GET", "api/tracks", "A page of the tracks that match",
        Answer("The page", answers.TrackPage), tracks.page,
        query=Paged, problems=(404,),
        about="The pages follow one another by `next`, also while tracks come and go.",
    ),
    Operation(
        "GET", "api/tracks/{track}", "Everything about a track",
        Answer("The track", answers.WholeTrack), tracks.one,
    ),
    Operation(
        "DELETE", "api/tracks/{track}", "Take a track out of the catalog",
        Answer("It is out", status=204), tracks.delete,
        about="The file stays, and scans skip it from now on. `Catalog.restore` brings it back.",
    ),
    Operation(
        "GET", "api/tracks/{track}/similar", "The tracks most like one, the nearest first",
        Answer("The tracks", answers.SimilarPage), tracks.similar,
        query=Alike, problems=(409,), rate=SEARCHING,
        about="409 if the track has not been listened to yet, so that nothing can be like it.",
    ),
    Operation(
        "GET", "api/search", "What the search box finds, the best first",
        Answer("The tracks", answers.FoundPage), tracks.search,
        query=Searched, rate=SEARCHING,
    ),
)  # fmt: skip
_LIBRARY = (
    Operation(
        "GET", "api/facets", "The values of a field, and how many tracks have each",
        Answer("The values", answers.Facets), overview.facets, query=Counted,
    ),
    Operation(
        "GET", "api/stats", "Totals and averages",
        Answer("The numbers", answers.Stats), overview.stats, query=Which,
    ),
    Operation(
        "GET", "api/duplicates", "Copies of the same music, the surest first",
        Answer("Pairs of copies", answers.Duplicates), overview.duplicates,
        query=Listed, rate=SEARCHING,
    ),
    Operation(
        "GET", "api/export/{format}", "The tracks that match, as a file",
        Answer("The file", media=FILES), handler=export.ExportHandler,
        query=export.Taken, problems=(409,),
    ),
    Operation(
        "GET", "api/health", "Whether the catalog answers",
        Answer("All is well", answers.Health), overview.health,
    ),
)  # fmt: skip
_SCANS = (
    Operation(
        "GET", "api/scans", "Scans that wait or run, then the latest",
        Answer("The scans", answers.Scans), scans.latest, query=Latest,
    ),
    Operation(
        "POST", "api/scans", "Start a scan",
        Answer("It begins", answers.Scan, status=202), scans.start,
        body=scans.NewScan, problems=(409,), rate=SCANNING,
        about="Only of folders in the library (AUDIOLAB_LIBRARY_PATH); 409 while one is scanned, "
        "and for one that contains another of the catalog or lies in it.",
    ),
    Operation(
        "GET", "api/scans/{scan}", "How a scan goes, or how it ended",
        Answer("The scan", answers.Scan), scans.status,
    ),
    Operation(
        "DELETE", "api/scans/{scan}", "Ask a scan to end",
        Answer("The scan as it is now", answers.Scan), scans.cancel,
        about="It finishes the files in hand, and what it has found so far stays.",
    ),
    Operation(
        "GET", "api/scans/{scan}/events", "Follow a scan live",
        Answer("Server-sent events", media=("text/event-stream",)), handler=ScanEventsHandler,
        about="`progress` with the scan at every change, `ended` with the last one.",
    ),
)  # fmt: skip
_SOUND = (
    Operation(
        "GET", "stream/{track}", "The audio file",
        Answer("The file", media=SOUND, partial=True), handler=StreamHandler, query=Saved,
    ),
    Operation(
        "GET", "opus/{track}", "The sound as Ogg/Opus, made while it is sent",
        Answer("The sound", media=("audio/ogg",)), handler=OpusHandler,
        query=From, problems=(410, 415),
    ),
    Operation(
        "GET", "waveform/{track}", "800 peaks in [0, 1]",
        Answer("JSON, or float32, little-endian", answers.Peaks, media=NUMBERS),
        handler=WaveformHandler,
    ),
    Operation(
        "GET", "beats/{track}", "Times of the beats in seconds",
        Answer("JSON, or float32, little-endian", answers.Beats, media=NUMBERS),
        handler=BeatsHandler,
    ),
    Operation(
        "GET", "artwork/{track}", "The cover picture in the file",
        Answer("The picture", media=PICTURES), handler=ArtworkHandler, problems=(410,),
    ),
)  # fmt: skip
_ITSELF = (
    Operation(
        "GET", "api/openapi.json", "This description, for programs",
        Answer("An OpenAPI 3.1 document", media=("application/json",)), docs.document,
    ),
    Operation(
        "GET", "api/docs", "This description, for people",
        Answer("A page", media=("text/html",)), handler=docs.DocsHandler,
    ),
)  # fmt: skip

OPERATIONS: tuple[Operation, ...] = tuple(
    operation.tagged(tag)
    for tag, operations in (
        ("Tracks", _TRACKS),
        ("Library", _LIBRARY),
        ("Scans", _SCANS),
        ("Sound", _SOUND),
        ("This API", _ITSELF),
    )
    for operation in operations
)
