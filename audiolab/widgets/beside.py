"""The file's tags beside the analysis, for the page."""

from collections.abc import Mapping
from typing import Any

from audiolab.catalog.fields import BY_NAME
from audiolab.catalog.tag_claims import Claim, claims
from audiolab.widgets.facts import CORRECTABLE, with_unit
from audiolab.widgets.texts import t

# What being related means of a field; of others, just that.
RELATED = ("tempo_bpm", "key", "genre_primary")


def beside(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One dict a claim: `label`, what tags `said` and what was `found`, the `verdict` and its
    `text`, and the `value` to correct `field` to, where that is possible.
    """
    return [_row(claim) for claim in claims(values)]


def _row(claim: Claim) -> dict[str, Any]:
    field = BY_NAME[claim.column]
    related = claim.verdict == "related" and claim.column in RELATED
    takes = claim.column in CORRECTABLE and claim.verdict != "same"
    return {
        "field": claim.column,
        "label": field.label,
        "tag": claim.tag,
        "said": with_unit(field, claim.claimed),
        "found": "–" if claim.found is None else with_unit(field, claim.found),
        "verdict": claim.verdict,
        "text": t(f"verdicts.{claim.verdict}{f'_{claim.column}' if related else ''}"),
        "value": claim.claimed if takes else None,
    }
