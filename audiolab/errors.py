"""What can go wrong, in the user's words. A leaf: imports nothing of ours.

Every message is one line that says what was expected, what came and what to do. Exceptions
subclass the builtin a caller would look for and carry their data, not only a text.
"""


class AudiolabError(Exception):
    """Base of all errors that audiolab raises on purpose."""


class ConfigError(AudiolabError, ValueError):
    """A setting has a value that cannot be used.

    Attributes
    ----------
    variable : str
        The environment variable that holds the setting, e.g. ``AUDIOLAB_NUM_WORKERS``.
    """

    def __init__(self, variable: str, message: str) -> None:
        super().__init__(f"{variable}: {message}")
        self.variable = variable


class AnalysisError(AudiolabError, ValueError):
    """A file cannot be analysed.

    Attributes
    ----------
    path : str
        The file.
    reason : str
        Why, in a few words that group well in a ledger ("not an audio file").
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason

    def __reduce__(self) -> tuple[type["AnalysisError"], tuple[str, str]]:
        return type(self), (self.path, self.reason)  # crosses process borders


class ModelError(AudiolabError, ValueError):
    """A network cannot be used, downloaded or found.

    Attributes
    ----------
    file : str
        Name of the weights or of their metadata.
    reason : str
        Why, in a few words that group well in a ledger.
    """

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file}: {reason}")
        self.file = file
        self.reason = reason

    def __reduce__(self) -> tuple[type["ModelError"], tuple[str, str]]:
        return type(self), (self.file, self.reason)


class CatalogError(AudiolabError):
    """The catalog refuses an operation."""


class DatabaseError(CatalogError, ConnectionError):
    """The database cannot be reached, started or used."""


class SchemaError(CatalogError):
    """The database's schema does not fit this version of audiolab."""


class ReadOnlyError(CatalogError, PermissionError):
    """The catalog was opened for reading only."""


class QueryError(CatalogError, ValueError):
    """A filter or a query string does not make sense.

    Attributes
    ----------
    query : str
        What was asked.
    position : int or None
        Where the mistake starts, in characters from 0; None if it has no place.
    suggestion : str or None
        What was probably meant.
    """

    def __init__(
        self,
        message: str,
        *,
        query: str = "",
        position: int | None = None,
        suggestion: str | None = None,
    ) -> None:
        super().__init__(message)
        self.query = query
        self.position = position
        self.suggestion = suggestion


class TrackNotFoundError(CatalogError, LookupError):
    """No track has this id, id prefix or path."""


class PlaylistNotFoundError(CatalogError, LookupError):
    """No playlist has this name."""


class JobNotFoundError(CatalogError, LookupError):
    """No scan job has this id."""


class MapBusyError(CatalogError):
    """Another process makes a similarity map.

    Attributes
    ----------
    pid : int
    host : str
        Where it is.
    """

    def __init__(self, pid: int, host: str) -> None:
        super().__init__(
            f"process {pid} on {host} makes a similarity map: wait for it, or stop it first"
        )
        self.pid = pid
        self.host = host


class MapCancelledError(CatalogError):
    """Somebody stopped the making of a similarity map."""


class ScanError(AudiolabError):
    """A scan cannot be started or go on."""


class OutsideLibraryError(ScanError):
    """A folder that is not in ``AUDIOLAB_LIBRARY_PATH`` may not be looked into from here."""


class RootOverlapError(ScanError):
    """A folder contains one that the catalog has already, or lies in one: scan that."""


class TagWriteError(AudiolabError, ValueError):
    """Tags cannot be written into a file, which is as it was.

    Attributes
    ----------
    path : str
        The file.
    reason : str
        Why, in a few words that group well.
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class RootBusyError(ScanError):
    """Another scan holds this root.

    Attributes
    ----------
    root : str
        The folder being scanned.
    holder : str
        Who holds it, e.g. ``process 4711 on studio, since 14:02``.
    """

    def __init__(self, root: str, holder: str) -> None:
        super().__init__(f"{root} is being scanned by {holder}: wait for it or cancel it")
        self.root = root
        self.holder = holder
