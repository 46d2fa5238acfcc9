"""What can be said in a query or a body, and how it is read: strictly, and with clear refusals.

Every model is both the check of a request and its description in the OpenAPI document.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, get_args, get_origin
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
)
from tornado.web import HTTPError

from audiolab.catalog.facets import COUNTABLE as FACETS
from audiolab.catalog.fields import COLUMNS, nearest_name
from audiolab.catalog.read import wanted
from audiolab.catalog.sort import MOST_SEED, Order
from audiolab.catalog.sort import NAMES as SORTABLE

LONGEST_QUERY = 2_000
MOST_ITEMS = 500

NO_NUL = r"^[^\u0000]*$"  # which Postgres cannot hold
_DIGITS = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_DECIMAL = re.compile(r"-?[0-9]{1,18}(\.[0-9]{0,18})?([eE][-+]?[0-9]{1,3})?", re.ASCII)
_EXPECTED = re.compile(r"Input should (?:be )?")
_FLAGS = {"true": True, "1": True, "false": False, "0": False}
QUERY: dict[str, Any] = {"format": "audiolab-query", "pattern": NO_NUL}
# Said by every program that logs in by its address.
_TOKEN = "token"


def no_nul(value: str) -> str:
    """The text, refused if it has a character that neither Postgres nor a path can hold."""
    if "\0" in value:
        raise ValueError("expected text without the character U+0000")
    return value


def whole_number(value: Any) -> Any:
    """A whole number from its text."""
    if isinstance(value, str):
        if not _DIGITS.fullmatch(value):
            raise ValueError("expected a whole number")
        return int(value)
    return value


def decimal(value: Any) -> Any:
    """A number from its text."""
    if isinstance(value, str):
        if not _DECIMAL.fullmatch(value):
            raise ValueError("expected a number")
        return float(value)
    return value


def _flag(value: Any) -> Any:
    if isinstance(value, str):
        if value not in _FLAGS:
            raise ValueError("expected true or false")
        return _FLAGS[value]
    return value


def _sort(value: str) -> str:
    name = value.removeprefix("-")
    if value == "relevance" or re.fullmatch(r"random(:[0-9]+)?", value):
        return value
    Order.parse(value)  # says what is wrong
    if name not in SORTABLE:
        raise ValueError(f"expected a field, with - before it for largest first, got {value!r}")
    return value


def _facet(name: str) -> str:
    if name not in FACETS:
        guess = nearest_name(name)
        hint = f"did you mean {guess}?" if guess in FACETS else "expected one like genre or key"
        raise ValueError(f"the values of {name[:40]!r} cannot be counted: {hint}")
    return name


def _columns(names: list[str] | None) -> list[str] | None:
    return None if names is None else list(wanted(names))


Flag = Annotated[bool, BeforeValidator(_flag)]
Text = Annotated[
    str,
    StringConstraints(max_length=LONGEST_QUERY),
    AfterValidator(no_nul),
    Field(json_schema_extra={"pattern": NO_NUL}),
]
Query = Annotated[
    Text,
    Field(
        description="Which tracks, in the query language of the search box: "
        '`genre:house bpm:120..128 key:8A -mood:sad "night drive"`.',
        json_schema_extra=QUERY,
        examples=["genre:house bpm:120..128"],
    ),
]
# The check of the text comes last, which is first: else the limits are missing in the schema.
Limit = Annotated[
    int,
    Field(ge=1, le=MOST_ITEMS, description="How many at most."),
    BeforeValidator(whole_number),
]
Fields = Annotated[
    list[str] | None,
    AfterValidator(_columns),
    WithJsonSchema(
        {"type": "array", "items": {"type": "string", "enum": list(COLUMNS)}, "minItems": 1}
    ),
    Field(
        description="Which columns, beside the id; by default all that are not lists of numbers "
        "or objects."
    ),
]
Sort = Annotated[
    str,
    AfterValidator(_sort),
    WithJsonSchema(
        {
            "type": "string",
            "anyOf": [
                {"enum": ["relevance", "random", *SORTABLE, *(f"-{name}" for name in SORTABLE)]},
                {"pattern": "^random:[0-9]{1,9}$"},
            ],
        }
    ),
    Field(
        description="Field to order by, `-` before it for largest first, unknown values last; or "
        f"`random:SEED` (up to {MOST_SEED}). `relevance`: the best matches of a search for words, "
        "a playlist in its own order, else the newest first."
    ),
]


class Nothing(BaseModel):
    """Nothing can be said."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Which(Nothing):
    """Some tracks."""

    q: Query = ""


class Paged(Which):
    """A page of tracks."""

    sort: Sort = "relevance"
    limit: Limit = 50
    after: Annotated[
        UUID | None,
        WithJsonSchema({"type": "string", "format": "uuid"}),
        Field(description="`next` of the page before: go on behind it."),
    ] = None
    fields: Fields = None


class Listed(Which):
    """The first of something."""

    limit: Limit = 50


class Alike(Which):
    """Neighbours of a track."""

    limit: Limit = 10
    fields: Fields = None
    explain: Annotated[Flag, Field(description="Say how alike in sound, tempo, key and mood.")] = (
        False
    )


class Searched(Nothing):
    """A search."""

    q: Annotated[
        Text,
        Field(
            description="Words and conditions as in the search box; after a `~` how it sounds: "
            "`genre:ambient ~warm pads, rainy`.",
            json_schema_extra=QUERY,
        ),
    ]
    limit: Limit = 20
    fields: Fields = None


class Counted(Which):
    """Values of a field."""

    field: Annotated[
        str,
        AfterValidator(_facet),
        WithJsonSchema({"type": "string", "enum": list(FACETS)}),
        Field(description="Whose values."),
    ]
    limit: Limit = 100


class Latest(Nothing):
    """The latest of something."""

    limit: Limit = 50


def read_query(model: type[BaseModel], given: Mapping[str, list[bytes]]) -> Any:
    """Check what the query of a request says.

    Raises
    ------
    HTTPError
        400, naming what is wrong.
    """
    said = {name: values for name, values in given.items() if name != _TOKEN}
    return checked(model, {name: _said(model, name, said[name]) for name in said})


def _said(model: type[BaseModel], name: str, values: list[bytes]) -> Any:
    try:
        texts = [value.decode() for value in values]
    except UnicodeDecodeError:
        raise HTTPError(400, "%s: expected text in UTF-8", name[:40]) from None
    field = model.model_fields.get(name)
    if field is not None and _is_list(field.annotation):
        return [part for text in texts for part in text.split(",")]
    if len(texts) > 1:
        raise HTTPError(400, "%s: expected one value, got %d", name[:40], len(texts))
    return texts[0]


def _is_list(annotation: Any) -> bool:
    return list in {get_origin(part) for part in (annotation, *get_args(annotation))}


def checked(model: type[BaseModel], said: Any) -> Any:
    """`said` as the model has it.

    Raises
    ------
    HTTPError
        400, naming what is wrong.
    """
    try:
        if isinstance(said, bytes):
            return model.model_validate_json(said, strict=True)
        return model.model_validate(said)
    except ValidationError as error:
        raise HTTPError(400, "%s", "; ".join(map(_wrong, error.errors()))) from None


def _wrong(problem: Any) -> str:
    where = ".".join(str(part) for part in problem["loc"])[:60]
    what = str(problem["msg"]).removeprefix("Value error, ")
    if problem["type"] == "extra_forbidden":
        what = "there is no such parameter"
    elif problem["type"] == "missing":
        what = "expected, but not there"
    elif what.startswith("Input should "):
        what = f"{_EXPECTED.sub('expected ', what)}, got {str(problem['input'])[:40]!r}"
    return f"{where}: {what}" if where else what
