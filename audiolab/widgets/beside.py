"""The file's tags beside the analysis, for the page."""

from collections.abc import Mapping
from typing import Any

from audiolab.catalog.fields import BY_NAME
from audiolab.catalog.tag_claims import Claim, claims
from audiolab.widgets.facts import CORRECTABLE, shown

VERDICTS = {
    "same": "agree",
    "related": "related",
    "different": "differ",
    "unconfirmed": "only the tags say",
}
RELATED = {
    "tempo_bpm": "another level of the same pulse",
    "key": "neighbouring keys",
    "genre_primary": "neighbouring genres",
}


def beside(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One dict a claim: `label`, what tags `said` and what was `found`, the `verdict` and its
    `text`, and the `value` to correct `field` to, where that is possible.
    """
    return [_row(claim) for claim in claims(values)]


def _row(claim: Claim) -> dict[str, Any]:
    field = BY_NAME[claim.column]
    unit = f" {field.unit}" if field.unit else ""
    text = VERDICTS[claim.verdict]
    if claim.verdict == "related":
        text = RELATED.get(claim.column, text)
    takes = claim.column in CORRECTABLE and claim.verdict != "same"
    return {
        "field": claim.column,
        "label": field.label,
        "tag": claim.tag,
        "said": f"{shown(field, claim.claimed)}{unit}",
        "found": "–" if claim.found is None else f"{shown(field, claim.found)}{unit}",
        "verdict": claim.verdict,
        "text": text,
        "value": claim.claimed if takes else None,
    }
