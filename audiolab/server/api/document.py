"""The OpenAPI document (3.1), made of the same declarations that requests are checked by."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from audiolab import __version__
from audiolab.server.api.answers import Problem
from audiolab.server.declare import JSON, PLACES, Operation

PROBLEM = "application/problem+json"
REFERENCE = "#/components/schemas/{model}"
ABOUT = """\
Search, listen to and manage a catalog of music. Everything needs a login: the dashboard's token as
`Authorization: Bearer TOKEN` (or `token TOKEN`, or `?token=TOKEN`), or the cookie of somebody who
has logged in on the page, who also sends the `_xsrf` cookie back as `X-XSRFToken` when something
is to be changed. Unknown values are null. Errors are problem details (RFC 9457). Answers can be
kept and asked for again with `If-None-Match`."""

LOGINS = {
    "token": {"type": "http", "scheme": "bearer"},
    "tokenInAddress": {"type": "apiKey", "in": "query", "name": "token"},
}
# Anything can be asked for in a wrong way, by strangers, or while the database is away.
ALWAYS = (400, 403, 503)
RETRY_AFTER = {
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
}


def openapi(operations: Iterable[Operation], server: str) -> dict[str, Any]:
    """The document.

    Parameters
    ----------
    operations : iterable of Operation
        What there is.
    server : str
        What all addresses begin with, e.g. ``/``.
    """
    operations = list(operations)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        methods = paths.setdefault(f"/audiolab/{operation.path}", {})
        methods[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "audiolab",
            "version": __version__,
            "description": ABOUT,
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "servers": [{"url": server.rstrip("/") or "/"}],
        "security": [{name: []} for name in LOGINS],
        "paths": paths,
        "components": {
            "schemas": _schemas(operations),
            "securitySchemes": LOGINS,
        },
    }


def _schemas(operations: Iterable[Operation]) -> dict[str, Any]:
    answers = {one.answer.model for one in operations if one.answer.model} | {Problem}
    bodies = {one.body for one in operations if one.body}
    described: list[tuple[type[BaseModel], Any]] = [
        *((model, "serialization") for model in answers),
        *((model, "validation") for model in bodies),
    ]
    described.sort(key=lambda pair: pair[0].__name__)
    _, definitions = models_json_schema(described, ref_template=REFERENCE)
    schemas: dict[str, Any] = definitions["$defs"]
    return dict(sorted(schemas.items()))


def _operation(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": [*_places(operation), *_query(operation)],
        "responses": _responses(operation),
    }
    if operation.about:
        described["description"] = operation.about
    if operation.body is not None:
        described["requestBody"] = {"required": True, "content": _json(operation.body)}
    return described


def _places(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "description": about, "schema": schema}
        for name in operation.places
        for _, schema, about in [PLACES[name]]
    ]


def _query(operation: Operation) -> list[dict[str, Any]]:
    schema = operation.query.model_json_schema()
    required = schema.get("required", [])
    return [
        _parameter(name, dict(one), required=name in required)
        for name, one in schema.get("properties", {}).items()
    ]


def _parameter(name: str, schema: dict[str, Any], *, required: bool) -> dict[str, Any]:
    about = schema.pop("description", "")
    schema.pop("title", None)
    if schema.get("default", "") is None:
        del schema["default"]
    described = {"name": name, "in": "query", "required": required, "schema": schema}
    if about:
        described["description"] = about
    if schema.get("type") == "array":
        described |= {"style": "form", "explode": False}
    return described


def _responses(operation: Operation) -> dict[str, Any]:
    responses = {str(operation.answer.status): _success(operation)}
    if operation.answer.model is not None and operation.method == "GET":
        responses["304"] = {"description": "It has not changed."}
    if operation.answer.partial:
        responses["206"] = {**_success(operation), "description": "The part that was asked for"}
        responses["304"] = {"description": "It has not changed."}
    for status in sorted(_problems(operation)):
        responses[str(status)] = _problem(status)
    return responses


def _problems(operation: Operation) -> set[int]:
    problems = {*ALWAYS, *operation.problems}
    if operation.places:
        problems.add(404)
    if operation.rate is not None:
        problems.add(429)
    if operation.body is not None:
        problems |= {413, 415}
    if operation.answer.partial:
        problems |= {410, 416}
    return problems


def _success(operation: Operation) -> dict[str, Any]:
    answer = operation.answer
    content: dict[str, Any] = {media: {} for media in answer.media}
    if answer.model is not None:
        content = {**_json(answer.model), **content}
    described: dict[str, Any] = {"description": answer.about}
    if content:
        described["content"] = content
    if answer.status == HTTPStatus.ACCEPTED:
        described["headers"] = {
            "Location": {"required": True, "description": "Of it.", "schema": {"type": "string"}}
        }
    return described


def _problem(status: int) -> dict[str, Any]:
    schema = {"$ref": REFERENCE.format(model=Problem.__name__)}
    described: dict[str, Any] = {
        "description": HTTPStatus(status).phrase,
        "content": {PROBLEM: {"schema": schema}},
    }
    if status in (429, 503):
        described["headers"] = RETRY_AFTER
    return described


def _json(model: type[BaseModel]) -> dict[str, Any]:
    return {JSON: {"schema": {"$ref": REFERENCE.format(model=model.__name__)}}}
