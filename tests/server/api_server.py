"""Our handlers by themselves on Jupyter's machinery, in this process: there in a moment."""

import asyncio
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from jupyter_server.auth.authorizer import Authorizer
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application

from audiolab import Catalog
from audiolab.config import Settings
from audiolab.server.base import SETTING
from audiolab.server.identity import DashboardIdentity, RoleAuthorizer
from audiolab.server.library import Library
from audiolab.server.routes import routes

from .running_dashboard import TOKEN, own_database
from .sample_library import fill


@dataclass
class Api:
    """A running API and the library behind it."""

    url: str
    catalog: Catalog
    library: Path
    ids: dict[str, str]

    def client(self, **headers: str) -> httpx.Client:
        """A client that is logged in."""
        headers = {"Authorization": f"token {TOKEN}", **headers}
        return httpx.Client(base_url=self.url, headers=headers, timeout=30)


@contextmanager
def api_server(server_data_dir: Path, **settings: object) -> Iterator[Api]:
    """The API over the sample library."""
    with (
        own_database(server_data_dir) as database,
        tempfile.TemporaryDirectory(prefix="audiolab-api-") as top,
        Catalog.open(database) as catalog,
    ):
        for name in ("data", "media", "library"):
            Path(top, name).mkdir()
        ids = fill(catalog, Path(top, "media"))
        chosen = Settings(
            data_dir=Path(top, "data"), database_url=database,
            library_path=(Path(top, "library"),), num_workers=1, **settings,
        )  # fmt: skip
        with _served(chosen) as url:
            yield Api(url, catalog, Path(top, "library"), ids)


@contextmanager
def _served(settings: Settings) -> Iterator[str]:
    library = Library(settings)
    identity = DashboardIdentity(token=TOKEN, users_file=str(settings.data_dir / "users.json"))
    authorizer: Authorizer = RoleAuthorizer(
        identity_provider=identity, read_only=settings.read_only
    )
    application = Application(
        routes("/"), identity_provider=identity, authorizer=authorizer, cookie_secret=b"x" * 32,
        base_url="/", allow_remote_access=True, log_function=lambda _: None, **{SETTING: library},
    )  # fmt: skip
    sockets = bind_sockets(0, "127.0.0.1")
    loop, started = asyncio.new_event_loop(), threading.Event()

    async def serve() -> None:
        HTTPServer(application).add_sockets(sockets)
        started.set()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.create_task(serve())
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert started.wait(10)
    try:
        yield f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        library.close()
        for watcher in threading.enumerate():  # of scans that this process has started
            if watcher.name.startswith("scan "):
                watcher.join(20)
