"""What the ledger says of a file, and what to do about it."""

from audiolab.catalog.advice import ADVICE
from generate.tables import table


def markdown() -> str:
    """One row a reason."""
    return table(("Reason", "What to do"), sorted(ADVICE.items()))
