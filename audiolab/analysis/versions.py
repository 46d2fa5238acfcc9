"""Version of each stage: a stored result with another version is stale and computed again.

Raise a stage's version whenever one of its values can change for an unchanged file.
"""

STAGE_VERSIONS: dict[str, str] = {"tags": "1", "signal": "6"}
