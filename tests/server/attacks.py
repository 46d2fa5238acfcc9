"""What attackers try: paths out of the library, headers, SQL, markup; and requests of them."""

import random
from typing import Any
from urllib.parse import quote

METHODS = ("GET", "GET", "GET", "HEAD", "POST", "DELETE", "PUT", "PATCH", "OPTIONS", "TRACE")
PATHS = (
    "../etc/passwd",
    "../../../../../../etc/passwd",
    "..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/etc/passwd",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "..%252f..%252fetc%252fpasswd",
    "....//....//etc/passwd",
    "..;/etc/passwd",
    "..\\..\\etc\\passwd",
    "..%5c..%5cetc%5cpasswd",
    "%c0%ae%c0%ae/etc/passwd",
    "..%c0%af..%c0%afetc/passwd",
    "/etc/passwd",
    "//etc/passwd",
    "file:///etc/passwd",
    "%00",
    "../etc/passwd%00.mp3",
    "./.",
    "....",
    "~root/.ssh/id_rsa",
    "/proc/self/environ",
    "%2fproc%2fself%2fenviron",
    "C:\\Windows\\win.ini",
    "\\\\server\\share",
    "token",
    "../token",
    "users.json",
    "../../users.json",
    "cookie_secret",
)
TEXTS = (
    "'",
    '"',
    "''",
    "' OR '1'='1",
    "'; DROP TABLE track; --",
    "1; SELECT pg_sleep(5)--",
    "' UNION SELECT path FROM root --",
    '") OR 1=1 --',
    "$$; DROP TABLE track; $$",
    "%27%20OR%201=1",
    "\\'; SELECT 1; --",
    "%(id)s",
    "%s",
    ":id",
    "{id}",
    "?",
    "`id`",
    "$(id)",
    "${7*7}",
    "{{7*7}}",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "\u202e\u0000",
    "\ufffe",
    "é" * 500,
    "a" * 5000,
    "((((((((((",
    "))))",
    'q:"',
    "bpm:",
    "bpm:1..2..3",
    "-",
    "--",
    "~",
    "~~",
    "|",
    "key:~",
    "artist::(((",
    'title:":(a+)+$"',
    "id:x",
    "playlist:x",
    "has:",
    "state:failed",
    "added:>9999-99-99",
    "bpm:1e999",
    "bpm:NaN",
    "year:99999999999999999999",
    "NaN",
    "Infinity",
    "-1",
    "0",
    "1e9",
    "9" * 40,
    "null",
    "true",
    "[]",
    "{}",
    "\r\nX-Injected: yes",
)
HEADERS = (
    ("Host", "evil.example"),
    ("X-Forwarded-Host", "evil.example"),
    ("X-Forwarded-For", "127.0.0.1"),
    ("X-Real-Ip", "not an address"),
    ("X-Original-URL", "/audiolab/api/scans"),
    ("X-HTTP-Method-Override", "DELETE"),
    ("Range", "bytes=0-0,1-1,2-2"),
    ("Range", "bytes=-0"),
    ("Range", "bytes=99999999999999999999-"),
    ("Range", "bytes=9-1"),
    ("If-Range", "'"),
    ("If-None-Match", '"' + "x" * 4000),
    ("If-Modified-Since", "yesterday"),
    ("Accept", "../../etc/passwd"),
    ("Accept-Encoding", "gzip;q=\x7f"),
    ("Content-Type", "text/xml"),
    ("Content-Type", "application/json; charset=utf-7"),
    ("Cookie", "a=b; _xsrf=x; " + "c" * 3000),
    ("Origin", "null"),
    ("Referer", "https://evil.example/"),
    ("Last-Event-ID", "ended"),
    ("Transfer-Encoding", "identity"),
    ("Expect", "200-ok"),
    ("Forwarded", "for=127.0.0.1;by=x"),
    ("X-XSRFToken", "x" * 200),
    ("Upgrade", "websocket"),
    ("Connection", "Upgrade"),
)


def one_request(rng: random.Random, ids: list[str]) -> dict[str, Any]:
    """A request as somebody with bad intentions might send it."""
    kind = rng.choice(("stream", "opus", "waveform", "beats", "artwork", "static"))
    track = rng.choice([*ids, *PATHS, *TEXTS])
    what = rng.choice(
        (
            "api/tracks", f"api/tracks/{_in_path(track)}", f"api/tracks/{_in_path(track)}/similar",
            "api/search", "api/facets", "api/stats", "api/duplicates", "api/scans", "api/health",
            f"api/scans/{_in_path(track)}", f"api/scans/{_in_path(track)}/events",
            f"api/export/{rng.choice(('csv', 'json', 'm3u8', 'exe'))}",
            f"{kind}/{_in_path(track)}", _in_path(rng.choice(PATHS)),
        )
    )  # fmt: skip
    names = ("q", "sort", "limit", "after", "fields", "field", "similar", "start", "download", "x")
    query = {
        rng.choice(names): rng.choice([*TEXTS, *PATHS, "5", "title", *ids])
        for _ in range(rng.randrange(4))
    }
    headers = dict(rng.choice(HEADERS) for _ in range(rng.randrange(3)))
    body = rng.choice([None, b"", b"{", b"[]", b'{"path": "/etc"}', rng.randbytes(200)])
    return {
        "method": rng.choice(METHODS),
        "url": f"/audiolab/{what}",
        "params": query,
        "headers": headers,
        "content": body if rng.random() < 0.3 else None,
    }


def _in_path(text: str) -> str:
    return quote(text, safe="/%.")
