"""Write-back: what audiolab knows, into the tags of the files it knows it of.

Nothing here happens by itself. A plan says what would change; carrying it out keeps a journal by
which it can be undone, and never touches the audio.
"""

from audiolab.writeback.plan import Edit, FieldChange, Plan, Refusal, make_plan
from audiolab.writeback.recover import recover
from audiolab.writeback.report import Recovered, WriteReport
from audiolab.writeback.run import undo, write
from audiolab.writeback.values import DEFAULT_FIELDS, FIELDS, KEY_NOTATIONS, LABELS

__all__ = [
    "DEFAULT_FIELDS",
    "FIELDS",
    "KEY_NOTATIONS",
    "LABELS",
    "Edit",
    "FieldChange",
    "Plan",
    "Recovered",
    "Refusal",
    "WriteReport",
    "make_plan",
    "recover",
    "undo",
    "write",
]
