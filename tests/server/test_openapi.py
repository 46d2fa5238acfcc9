"""The OpenAPI document, and that every operation keeps what it promises there.

`tests/benchmarks/api_fuzz.py` asks far more, with the same checks.
"""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS

from audiolab.server.api.document import openapi
from audiolab.server.api.table import OPERATIONS
from audiolab.server.declare import PLACES

from .api_server import Api
from .running_dashboard import TOKEN

DOCUMENT = "/audiolab/api/openapi.json"
EXAMPLES = 8
# Of a file that has gone or cannot be played: nothing is wrong with the request.
NOT_ITS_FAULT = {410, 415}


@pytest.fixture(scope="module")
def document(api: Api) -> Any:
    with api.client() as client:
        return client.get(DOCUMENT).json()


promises = schemathesis.openapi.from_dict(openapi(OPERATIONS, "/"))


@promises.parametrize()
@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
def test_every_operation_keeps_its_promises(case: schemathesis.Case, api: Api) -> None:
    login = {"Authorization": f"Bearer {TOKEN}"}
    answer = case.call(base_url=api.url, headers=login, timeout=60)
    checks = CHECKS.get_all()
    if answer.status_code in NOT_ITS_FAULT:
        checks = [check for check in checks if check.__name__ != "positive_data_acceptance"]
    case.validate_response(answer, checks=checks)


def test_all_that_is_declared_is_described(document: Any) -> None:
    described = {
        (method.upper(), path) for path, methods in document["paths"].items() for method in methods
    }
    assert described == {(one.method, f"/audiolab/{one.path}") for one in OPERATIONS}
    names = [
        operation["operationId"]
        for methods in document["paths"].values()
        for operation in methods.values()
    ]
    assert len(set(names)) == len(names)


def test_references_lead_somewhere(document: Any) -> None:
    schemas = document["components"]["schemas"]

    def references(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            yield from (value for name, value in node.items() if name == "$ref")
            for value in node.values():
                yield from references(value)
        elif isinstance(node, list):
            for value in node:
                yield from references(value)

    found = set(references(document))
    assert found
    assert {name.rpartition("/")[2] for name in found} <= set(schemas)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_strangers_get_nothing_described_here(api: Api, operation: Any) -> None:
    values = dict.fromkeys(PLACES, "00000000-0000-0000-0000-000000000000") | {"format": "csv"}
    address = f"{api.url}/audiolab/{operation.path.format_map(values)}"
    for method in ("GET", "POST", "DELETE", "PUT"):
        assert httpx.request(method, address).status_code == 403


def test_the_page_for_people_is_made_here(api: Api, document: Any) -> None:
    with api.client() as client:
        answer = client.get("/audiolab/api/docs")
        style = client.get("/audiolab/static/api_docs.css")
    page = answer.text
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "script" not in answer.headers["Content-Security-Policy"]
    assert "<script" not in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    for methods in document["paths"].values():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in page
    assert style.status_code == 200
