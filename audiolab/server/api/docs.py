"""The API described: as an OpenAPI document for programs, and as a page for people.

The page is made here, of the document; it needs no script, and nothing from elsewhere.
"""

import json
from functools import lru_cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from audiolab import resources
from audiolab.catalog import Catalog
from audiolab.server.api.document import openapi
from audiolab.server.base import AudiolabHandler
from audiolab.server.declare import Asked, Reply

FEW = 8  # choices that are named where they are mentioned
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)


def document(catalog: Catalog, asked: Asked) -> Reply:
    """The OpenAPI document."""
    return Reply(_document(asked.address))


class DocsHandler(AudiolabHandler):
    """GET: the page."""

    async def get(self) -> None:
        """Send it."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("Cache-Control", "private, no-cache")
        self.write(_page(self.asked.address))

    async def head(self) -> None:
        """The headers that GET would send."""
        await self.get()


@lru_cache(maxsize=4)
def _document(address: str) -> str:
    from audiolab.server.api.table import OPERATIONS  # which has us in it

    base = address.removesuffix("audiolab/api/")
    return json.dumps(openapi(OPERATIONS, base), ensure_ascii=False, indent=1)


@lru_cache(maxsize=4)
def _page(address: str) -> str:
    described = json.loads(_document(address))
    loader = FileSystemLoader(resources.PACKAGE / "server" / "template")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters |= {"kind": kind, "choices": choices, "prose": prose}
    template = environment.get_template("docs.html.j2")
    return template.render(document=described, operations=_by_tag(described), static="../static/")


def _by_tag(described: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Operations, in the order of the table, by what they are about."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            row = {**operation, "method": method.upper(), "path": path}
            found.setdefault(operation["tags"][0], []).append(row)
    return found


def prose(text: str) -> Markup:
    """Text with what is between backquotes as code; all of it escaped."""
    parts = text.split("`")
    code = "<code>{}</code>"
    return Markup("").join(
        Markup(code).format(part) if odd else escape(part)
        for odd, part in ((place % 2, part) for place, part in enumerate(parts))
    )


def choices(schema: dict[str, Any]) -> list[str]:
    """The values of a long list to choose from."""
    found = [schema, schema.get("items", {}), *schema.get("anyOf", [])]
    values: list[str] = next((one["enum"] for one in found if "enum" in one), [])
    return values if len(values) > FEW else []


def kind(schema: dict[str, Any]) -> str:
    """A schema in a few words: ``whole number, 1 to 500``."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema and "type" not in schema:
        return " or ".join(kind(one) for one in schema["anyOf"])
    return _kind(schema)


def _kind(schema: dict[str, Any]) -> str:
    names = {
        "string": "text",
        "integer": "whole number",
        "array": "list",
        "boolean": "true or false",
    }
    said = schema.get("type", "anything")
    words = " or ".join(names.get(one, one) for one in ([said] if isinstance(said, str) else said))
    if "items" in schema:
        words += f" of {kind(schema['items'])}"
    if "enum" in schema and len(schema["enum"]) <= FEW:
        words = ", ".join(map(str, schema["enum"]))
    if "format" in schema and schema["format"] in ("uuid", "date-time"):
        words = {"uuid": "id", "date-time": "time, ISO 8601"}[schema["format"]]
    bounds = [schema.get(name) for name in ("minimum", "maximum")]
    if None not in bounds:
        words += f", {bounds[0]} to {bounds[1]}"
    if schema.get("default") not in (None, ""):
        words += f"; {json.dumps(schema['default'])} if left out"
    return words
