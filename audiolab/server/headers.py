"""Headers that every answer has, whichever handler it is from.

Jupyter's handlers set them themselves; Tornado's own, which serve static files, refuse what nobody
answers and open WebSockets, do not.
"""

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256

from tornado.httputil import HTTPHeaders, HTTPServerRequest
from tornado.web import OutputTransform

# Everything comes from this server, so a page cannot even try to reach another host, nor run what
# has slipped into its text. Our scripts evaluate nothing; tools that drive browsers do. Voila sends
# its heartbeat where a kernel takes long.
_HEARTBEAT = b64encode(sha256(b"window.voila_heartbeat()").digest()).decode()
SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        f"script-src 'self' 'unsafe-eval' 'sha256-{_HEARTBEAT}'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
PROTECTION: Mapping[str, str] = {
    "Content-Security-Policy": SECURITY_POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class Protected(OutputTransform):
    """Adds what is missing of `PROTECTION` to an answer; a handler's own value stays."""

    def __init__(self, request: HTTPServerRequest) -> None:
        pass

    def transform_first_chunk(
        self, status_code: int, headers: HTTPHeaders, chunk: bytes, finishing: bool
    ) -> tuple[int, HTTPHeaders, bytes]:
        """The same answer with the headers."""
        for name, value in PROTECTION.items():
            headers.setdefault(name, value)
        return status_code, headers, chunk
