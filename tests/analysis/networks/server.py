"""A small file server that can lie, stumble and drop connections."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Behaviour:
    """What the server has and does.

    Attributes
    ----------
    files : dict
        Content by path.
    drop_after : int or None
        Bytes of a file after which each connection ends.
    drops : int
        How many connections end like that; later ones are whole.
    statuses : list of int
        Answers to give first.
    ranges : bool
        Whether it understands Range.
    extra : bytes
        Sent after the content without end being announced.
    requests : list of (path, Range or None)
        What it was asked for.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    drop_after: int | None = None
    drops: int = 1_000
    statuses: list[int] = field(default_factory=list)
    ranges: bool = True
    extra: bytes = b""
    requests: list[tuple[str, str | None]] = field(default_factory=list)


@contextmanager
def serving(behaviour: Behaviour) -> Iterator[str]:
    """The address of a server that behaves like that."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            behaviour.requests.append((self.path, wanted))
            content = behaviour.files.get(self.path)
            if behaviour.statuses:
                self.send_error(behaviour.statuses.pop(0))
            elif content is None:
                self.send_error(404)
            else:
                self._send(content, wanted)

        def _send(self, content: bytes, wanted: str | None) -> None:
            start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
            if wanted and behaviour.ranges:
                if start >= len(content):
                    self.send_error(416)
                    return
                self.send_response(206)
                self.send_header(
                    "Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}"
                )
                content = content[start:]
            else:
                self.send_response(200)
            if not behaviour.extra:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if behaviour.drop_after is not None and behaviour.drops > 0:
                behaviour.drops -= 1
                self.wfile.write(content[: behaviour.drop_after])
                self.close_connection = True
                return
            self.wfile.write(content + behaviour.extra)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
