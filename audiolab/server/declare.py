"""How the HTTP API is declared: one `Operation` for each thing that can be asked for.

The table of them (`audiolab.server.api.table`) is read by the routing, by the checks of every
request and by the OpenAPI document, so that these cannot say different things.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from audiolab.server.questions import Nothing
from audiolab.server.rates import Rate

if TYPE_CHECKING:
    from audiolab.catalog import Catalog
    from audiolab.config import Settings

UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
JSON = "application/json"

# What an address may say between its slashes: pattern, schema, meaning.
PLACES: dict[str, tuple[str, dict[str, Any], str]] = {
    "track": (UUID, {"type": "string", "format": "uuid"}, "Id of a track."),
    "format": (
        "csv|json|jsonl|m3u8|xspf",
        {"type": "string", "enum": ["csv", "json", "jsonl", "m3u8", "xspf"]},
        "What kind of file.",
    ),
    "scan": (UUID, {"type": "string", "format": "uuid"}, "Id of a scan."),
}


@dataclass(frozen=True)
class Asked:
    """What was asked, checked.

    Attributes
    ----------
    place : mapping of str to str
        What the address says: ``track``, ``scan``, ….
    query : BaseModel
        Of the operation's `query`.
    body : BaseModel or None
        Of the operation's `body`.
    settings : Settings
    address : str
        What the API's addresses on this server begin with, e.g. ``/audiolab/api/``.
    """

    place: Mapping[str, str]
    query: Any
    body: Any
    settings: "Settings"
    address: str


@dataclass(frozen=True)
class Reply:
    """What is answered; a `document` becomes JSON unless it is JSON already."""

    document: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cache: str = "private, no-cache"


@dataclass(frozen=True)
class Answer:
    """How an answer is described.

    Attributes
    ----------
    about : str
        What it is.
    model : type of BaseModel or None
        What its JSON looks like; None if it is none, or nothing.
    status : int
        Of success.
    media : tuple of str
        Content types beside, or instead of, JSON.
    partial : bool
        Whether parts can be asked for (Range).
    """

    about: str
    model: type[BaseModel] | None = None
    status: int = 200
    media: tuple[str, ...] = ()
    partial: bool = False


@dataclass(frozen=True)
class Operation:
    """One thing that can be asked for.

    Attributes
    ----------
    method : str
        GET, POST or DELETE; whoever may GET may HEAD.
    path : str
        Below ``audiolab/``; what is in braces is one of `PLACES`.
    summary : str
        What it does, in a line.
    answer : Answer
        What comes back.
    action : callable or None
        Answers, on a thread that may wait for the database.
    handler : type or None
        Answers where that takes more than an action.
    query, body : type of BaseModel
        What may be said in the query, and what must be said in the body.
    problems : tuple of int
        Statuses it can end with beside those of all.
    rate : Rate or None
        How often one client may ask.
    about : str
        What else there is to know.
    tag : str
        Heading it is listed under.
    """

    method: str
    path: str
    summary: str
    answer: Answer
    action: "Callable[[Catalog, Asked], Reply] | None" = None
    handler: type | None = None
    query: type[BaseModel] = Nothing
    body: type[BaseModel] | None = None
    problems: tuple[int, ...] = ()
    rate: Rate | None = None
    about: str = ""
    tag: str = ""

    @property
    def name(self) -> str:
        """What programs call it: ``get_tracks_similar``."""
        words = re.sub(r"\{\w+\}", "", self.path.removeprefix("api/"))
        one = "one_" if self.path.endswith("}") and self.path.startswith("api/") else ""
        return f"{self.method.lower()}_{one}{'_'.join(re.findall(r'[a-z]+', words))}"

    def tagged(self, tag: str) -> "Operation":
        """The same under a heading."""
        return replace(self, tag=tag)

    @property
    def places(self) -> list[str]:
        """Names of what the path leaves open."""
        return re.findall(r"\{(\w+)\}", self.path)

    @property
    def pattern(self) -> str:
        """Regular expression of its addresses."""
        parts = re.split(r"\{(\w+)\}", self.path)
        return "".join(
            f"(?P<{part}>{PLACES[part][0]})" if odd else re.escape(part)
            for odd, part in zip((n % 2 for n in range(len(parts))), parts, strict=True)
        )
