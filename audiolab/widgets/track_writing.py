"""Writing what is known of a track into the tags of its file, from its view."""

import logging
from collections.abc import Callable
from typing import Any

from traitlets import Dict

from audiolab import writeback
from audiolab.catalog import Catalog, Filter
from audiolab.errors import AudiolabError
from audiolab.scanner.shown import without_paths
from audiolab.widgets.part import Part
from audiolab.widgets.texts import Text, t

LOG = logging.getLogger(__name__)

Message = dict[str, Any]


class TrackWriting(Part):
    """Shows what would change in a file's tags, and writes it when somebody says so.

    Parameters
    ----------
    catalog : Catalog
        Whose tracks.
    allowed : bool
        Whether files may be written into from here.
    changed : callable
        Called when a file has other tags.

    Attributes
    ----------
    view : dict
        `state`: "off" (nothing is offered), "offered", or "plan" with its `rows` (`field`,
        `label`, `old`, `new`, whether it is `ticked`), the `notation` of keys, and where nothing
        can be written the `reason`.
    """

    module = "track_writing"

    view: Any = Dict({"state": "off"}).tag(sync=True)

    def __init__(self, catalog: Catalog, allowed: bool, changed: Callable[[], None]) -> None:
        super().__init__()
        self._catalog, self._changed = catalog, changed
        self._allowed = allowed and not catalog.read_only
        self._track_id: str | None = None
        self.on_msg(self._on_message)

    def show_track(self, track_id: str | None) -> None:
        """Offer it for another track."""
        if track_id != self._track_id or track_id is None:
            self._track_id = track_id
            offered = self._allowed and track_id is not None
            self.view = {"state": "offered" if offered else "off"}

    def _on_message(self, _: Any, message: Message, __: Any) -> None:
        """What a visitor did."""
        if not self._allowed or self._track_id is None:
            return
        try:
            if message.get("type") == "look":
                self._look(str(message.get("notation", "name")))
            elif message.get("type") == "write":
                self._write(message.get("fields"), str(message.get("notation")))
            elif message.get("type") == "undo":
                self._undo(message.get("write"))
            elif message.get("type") == "close":
                self.view = {"state": "offered"}
        except AudiolabError as error:
            LOG.warning("tags were not written: %s", error)
            self._toast(without_paths(str(error)))

    def _plan(self, fields: Any, notation: str) -> writeback.Plan:
        return writeback.make_plan(self._catalog, Filter(id=[self._track_id]), fields, notation)

    def _look(self, notation: str) -> None:
        """Show what would change."""
        plan = self._plan(list(writeback.FIELDS), notation)
        rows = [_row(change) for edit in plan.edits for change in edit.fields]
        reason = plan.refused[0].reason if plan.refused else ""
        self.view = {"state": "plan", "rows": rows, "notation": notation, "reason": reason}

    def _write(self, fields: Any, notation: str) -> None:
        wanted = [name for name in fields if name in writeback.FIELDS] if fields else []
        plan = self._plan(wanted, notation)
        report = writeback.write(self._catalog, plan)
        failed = [*plan.refused, *report.failed]
        if failed:
            self._toast(t("writing.not_written", reason=failed[0].reason))
        elif report.written:
            self._toast(t("writing.done"), {"type": "undo", "write": report.write})
        self._done()

    def _undo(self, number: Any) -> None:
        if isinstance(number, int):
            report = writeback.undo(self._catalog, number)
            failed = report.failed[0].reason if report.failed else ""
            text = t("writing.not_undone", reason=failed) if failed else t("writing.undone")
            self._toast(text)
            self._done()

    def _done(self) -> None:
        self.view = {"state": "offered"}
        self._changed()

    def _toast(self, text: Text, undo: Message | None = None) -> None:
        self.send({"type": "toast", "text": text, "undo": undo})


def _row(change: writeback.FieldChange) -> Message:
    return {
        "field": change.field,
        "label": writeback.LABELS[change.field],
        "old": change.old,
        "new": change.new,
        "ticked": change.field in writeback.DEFAULT_FIELDS,
    }
