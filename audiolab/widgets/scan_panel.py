"""ScanPanel: the scan page, in Voila and in notebooks."""

import logging
from typing import Any

import ipywidgets

from audiolab.analysis import find_installed
from audiolab.catalog import Catalog
from audiolab.catalog.follow import JobStatus
from audiolab.catalog.scans import Root
from audiolab.config import Settings, load_settings
from audiolab.errors import AudiolabError, CatalogError, DatabaseError, ScanError, SchemaError
from audiolab.scanner import start_detached
from audiolab.scanner.folders import LibraryFolders, Place, shown
from audiolab.scanner.shown import without_paths
from audiolab.widgets.later import Later
from audiolab.widgets.rights import show_rights
from audiolab.widgets.scan_choice import counts, listing, note
from audiolab.widgets.scan_jobs import job_details, job_row
from audiolab.widgets.scan_stages import stages
from audiolab.widgets.scan_view import ScanView
from audiolab.widgets.texts import t
from audiolab.widgets.url import Url
from audiolab.widgets.watch import Watch

LOG = logging.getLogger(__name__)

MOST_JOBS = 30


class ScanPanel(ipywidgets.VBox):
    """Choose a folder of the library, scan it, and see how all scans go.

    A scan is a process of its own, so it goes on when this page or notebook is closed; whoever
    opens one sees the scans that run. Only folders of ``AUDIOLAB_LIBRARY_PATH`` can be chosen.

    Parameters
    ----------
    catalog : Catalog, optional
        Where the results go; the settings' catalog if left out.
    settings : Settings, optional
        The library's folders, and what a scan is given; read from the environment if left out.

    Examples
    --------
    >>> panel = ScanPanel(cat)
    >>> panel.refresh()
    """

    def __init__(
        self, catalog: Catalog | None = None, settings: Settings | None = None, **traits: Any
    ) -> None:
        self._settings = settings or load_settings()
        self._catalog = catalog if catalog is not None else Catalog.open(settings=self._settings)
        self._folders = LibraryFolders(self._settings.library_path)
        tops = self._folders.tops
        self._place: Place = tops if len(tops) == 1 else ()
        self._listing: dict[str, Any] = {}
        self._opened = ""
        self._watch = Watch(self._catalog.job_changes, self.refresh, self._lost)
        self._counts: Later[Place, dict[str, Any]] = Later(
            lambda place, outdated: counts(self._folders, place, self._listing, outdated),
            self._show_counts,
        )
        self._url = Url()
        self._view = ScanView()
        body = ipywidgets.Box([self._view])
        body.add_class("al-scan-body")
        super().__init__(children=[self._url, body], **traits)
        self.add_class("al-browser")
        show_rights(self, self._catalog)
        self._url.observe(self._on_address, "location")
        self._view.on_msg(self._on_message)
        self._url.arrive()

    def refresh(self) -> None:
        """Ask the catalog again and show what it says."""
        try:
            jobs = self._catalog.recent_jobs(MOST_JOBS)
            roots = self._catalog.roots()
            details = self._details()
        except CatalogError as error:
            self._lost(error)
            return
        running = [job for job in jobs if not job.ended]
        with self._view.hold_sync():
            self._view.jobs = [job_row(job, self._folders) for job in jobs]
            self._view.shown = details
            self._view.folder = {**self._listing, "note": self._note(roots, running)}
            self._view.problem = {}

    def close(self) -> None:
        """Stop following the scans; they go on."""
        self._watch.stop()
        super().close()

    def _lost(self, error: CatalogError) -> None:
        LOG.warning("the scans cannot be brought up to date: %s", error)
        self._view.problem = {"message": without_paths(str(error))}

    def _note(self, roots: list[Root], running: list[JobStatus]) -> dict[str, Any] | None:
        """What there is to say about the chosen folder."""
        try:
            path = self._folders.path(self._place) if self._place else None
        except ScanError:  # the listing says so
            path = None
        return None if path is None else note(self._folders, path, roots, running)

    def _details(self) -> dict[str, Any]:
        """The scan that is open; an id that is none is forgotten."""
        if not self._opened:
            return {}
        try:
            return job_details(self._catalog.job(self._opened), self._folders)
        except (DatabaseError, SchemaError):
            raise
        except CatalogError:
            self._opened = ""
            return {}

    def _on_address(self, change: dict[str, Any]) -> None:
        """A visitor has come, or went back or forward."""
        params = change["new"].get("params") or {}
        self._opened = next(iter(params.get("scan", [])), "")
        self._view.stages = stages(find_installed(self._settings))
        self._look(self._place)
        self._watch.start()

    def _look(self, place: Place) -> None:
        """Show a folder; how many files are in it comes a moment later."""
        self._place, self._listing = place, listing(self._folders, place)
        self.refresh()
        self._counts.want(place)

    def _show_counts(self, found: dict[str, Any]) -> None:
        self._view.counts = found

    def _on_message(self, _: Any, message: dict[str, Any], __: Any) -> None:
        """What a visitor did; what makes no sense is left out."""
        kind, job = message.get("type"), message.get("job")
        try:
            if kind == "open":
                self._look(_place(message.get("place")))
            elif kind == "start":
                self._start(message)
            elif kind == "again" and isinstance(job, str):
                self._again(self._catalog.job(job), message.get("retry_failed") is True)
            elif kind == "cancel" and isinstance(job, str):
                self._catalog.cancel_job(job)
                self.refresh()
            elif kind == "show" and isinstance(job, str):
                self._show(job)
            elif kind == "retry":
                self.refresh()
        except (AudiolabError, OSError) as error:
            self._view.toast(without_paths(str(error)), "error")
            self.refresh()

    def _show(self, job: str) -> None:
        """Open a scan, or close the one that is open."""
        self._opened = job
        self._url.show({"scan": [job]} if job else {})
        self.refresh()

    def _start(self, message: dict[str, Any]) -> None:
        stages = self._available(message.get("stages"))
        if not stages:
            raise ScanError("choose at least one thing to listen for")
        self._scan(
            _place(message.get("place")),
            recursive=message.get("recursive") is not False,
            stages=stages,
            retry_failed=message.get("retry_failed") is True,
        )

    def _again(self, status: JobStatus, retry_failed: bool) -> None:
        """Scan a folder as before; what is up to date is not listened to again."""
        row = job_details(status, self._folders)
        if row["place"] is None:
            raise ScanError(f"{row['name']} is not in the library: audiolab scan goes on with it")
        self._scan(
            tuple(row["place"]),
            recursive=row["recursive"],
            stages=self._available(row["stages"]) or None,
            retry_failed=retry_failed,
        )

    def _available(self, names: Any) -> list[str]:
        """Those of the stages that can run."""
        wanted = names if isinstance(names, list) else []
        return [
            one["name"] for one in self._view.stages if one["available"] and one["name"] in wanted
        ]

    def _scan(self, place: Place, **options: Any) -> None:
        path = self._folders.path(place)
        try:
            start_detached(
                self._settings, path, catalog=self._catalog, library_only=True, **options
            )
        except ScanError as error:
            raise ScanError(without_paths(str(error), str(path), shown(place))) from None
        self._view.toast(t("scan.started", folder=shown(place)))
        self.refresh()


def _place(value: Any) -> Place:
    """A place as the page sent it; whether it is one, `LibraryFolders` says."""
    return tuple(value) if isinstance(value, list) else ("",)
