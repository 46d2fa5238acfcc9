"""The HTTP API, from the OpenAPI document that the server itself hands out."""

from collections.abc import Iterator
from typing import Any

from audiolab.server.api.docs import kind
from audiolab.server.api.document import openapi
from audiolab.server.api.table import OPERATIONS
from generate.tables import table

Json = dict[str, Any]


def markdown() -> str:
    """What can be asked for, by topic; then what the answers hold."""
    document = openapi(OPERATIONS, "/")
    return "\n\n".join([*_operations(document), *_schemas(document)])


def _operations(document: Json) -> Iterator[str]:
    topics: dict[str, list[str]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            about = "\n\n".join(_operation(method.upper(), path, operation))
            topics.setdefault(operation["tags"][0], []).append(about)
    for topic, operations in topics.items():
        yield f"## {topic}"
        yield from operations


def _operation(method: str, path: str, operation: Json) -> Iterator[str]:
    yield f"### {operation['summary']}"
    yield f"    {method} {path}"
    if "description" in operation:
        yield operation["description"]
    if operation.get("parameters"):
        rows = [
            (f"`{one['name']}`", kind(one["schema"]), one.get("description", ""))
            for one in operation["parameters"]
        ]
        yield table(("Parameter", "Value", "Meaning"), rows)
    for content in operation.get("requestBody", {}).get("content", {}).values():
        yield f"The body is JSON: [{kind(content['schema'])}](#{kind(content['schema']).lower()})."
    yield table(("Status", "Answer"), map(_answer, operation["responses"].items()))


def _answer(response: tuple[str, Json]) -> tuple[str, str]:
    status, answer = response
    shapes = [
        f"[{kind(content['schema'])}](#{kind(content['schema']).lower()})" if content else media
        for media, content in answer.get("content", {}).items()
    ]
    return f"`{status}`", " · ".join([answer["description"], *shapes])


def _schemas(document: Json) -> Iterator[str]:
    yield "## What answers hold"
    for name, schema in document["components"]["schemas"].items():
        yield f"### {name}"
        yield schema.get("description", "")
        rows = [
            (f"`{field}`", kind(about), about.get("description", ""))
            for field, about in schema["properties"].items()
        ]
        yield table(("Name", "Value", "Meaning"), rows)
