"""What to do about a file that failed, was skipped, or could be used in part only."""

_COPY = "replace it with an intact copy, then scan again"
_RIGHTS = "give your user the right to read it, then audiolab scan --retry-failed"
_STORAGE = "look after its disk or share, then audiolab scan --retry-failed"

# The longest beginning of the reason that is listed counts.
ADVICE = {
    "not an audio file": "give it its true extension, or delete it: it is no sound",
    "empty file": "copy it again from where it came, or delete it",
    "not a file": "delete it: it is a pipe or a device with the name of a sound",
    "no audio stream": "delete it or take it out of the library: it holds no sound",
    "no audio in it": "delete it or take it out of the library: it holds no sound",
    "damaged": _COPY,
    "implausible": _COPY,
    "took longer than": "cut it into parts, or leave it out of the library",
    "not done after": "try it alone on an idle machine: audiolab scan --retry-failed",
    "out of memory": "scan with fewer processes: audiolab scan --workers 1 --retry-failed",
    "crashed the analysis process": "convert it (ffmpeg) and report it: no file should do that",
    "internal error": "report it with the log in the data folder: no file should do that",
    "still being written": "nothing: the next scan reads it when it is at rest",
    "gone before it could be read": "nothing: the next scan looks whether it is back",
    "file not found": "nothing: the next scan looks whether it is back",
    "permission denied": _RIGHTS,
    "unreadable: permission denied": _RIGHTS,
    "unreadable folder: permission denied": "give your user the right to read it, then scan again",
    "unreadable folder": "look after its disk or share, then scan again",
    "unreadable": _STORAGE,
    "input/output error": _STORAGE,
    "link loop": "delete the link: it leads back to itself",
    "broken link": "delete the link, or put its target back",
    "link to a folder already scanned": "nothing: its files are there under the other name",
    "link to a folder of the same root": "nothing: its files are found where they are",
    "link to a folder on a server": "scan the folder it leads to as a root of its own",
    "link that leads out of the library": "add its folder to AUDIOLAB_LIBRARY_PATH to scan it too",
    "not a regular file": "nothing: it is a pipe or a device",
    "folder without a name": "rename its objects: their keys have two slashes in a row",
    "its server does not tell": "scan it through a mounted folder instead",
}
_OTHERWISE = "audiolab scan --retry-failed tries it again"
_OF_A_NETWORK = "check the networks (audiolab models verify), then scan again"


def advice(reason: str) -> str:
    """What to do, in one line.

    Parameters
    ----------
    reason : str
        As the ledger has it.
    """
    known = [beginning for beginning in ADVICE if reason.startswith(beginning)]
    if known:
        return ADVICE[max(known, key=len)]
    is_network = reason.partition(":")[0].endswith((".onnx", ".pb"))
    return _OF_A_NETWORK if is_network else _OTHERWISE
