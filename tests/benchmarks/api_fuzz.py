"""What the HTTP API does with requests that nobody would send on purpose.

    python -m tests.benchmarks.api_fuzz --examples 100 --requests 10000

Starts a dashboard over a throw-away library; then schemathesis tries every operation of the OpenAPI
document with all its checks, right and wrong, also one after another; then random requests are
made of attacks that are known (paths, headers, SQL, markup). None may end in a status of 500 or
more, and none may put a path of this machine into its answer.
"""

import argparse
import collections
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx

from audiolab.catalog.embedded import ensure_server, release, stop_server
from tests.server.attacks import one_request
from tests.server.running_dashboard import TOKEN, Dashboard, dashboard

CONFIGURATION = """\
# A file of the sample library has gone, and others cannot be played: that is no mistake of whoever
# asks for them.
[[operations]]
include-path-regex = "/audiolab/(stream|opus|artwork)/"
checks.positive_data_acceptance.expected-statuses = [
  "2xx", "3xx", "401", "403", "404", "409", "410", "415", "429",
]
"""
# To cancel a scan is to delete what its id stands for, and how it went can still be seen. That a
# track which was taken out is gone is tested by the suite.
NOT_MEANT = "use_after_free"


def schemathesis(board: Dashboard, examples: int, seed: int) -> int:
    """Run its command line; returns its exit code."""
    hooks = Path(__file__).parent.parent / "server" / "api_formats.py"
    environment = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": str(hooks),
        "AUDIOLAB_FUZZ_IDS": " ".join(board.ids.values()),
    }
    with tempfile.TemporaryDirectory() as folder:
        configuration = Path(folder, "schemathesis.toml")
        configuration.write_text(CONFIGURATION)
        run = subprocess.run(
            [
                Path(sys.executable).with_name("schemathesis"),
                f"--config-file={configuration}", "run",
                f"{board.url}/audiolab/api/openapi.json",
                f"--header=Authorization: Bearer {TOKEN}", "--checks=all",
                f"--exclude-checks={NOT_MEANT}", "--mode=all",
                "--continue-on-failure", f"--max-examples={examples}", f"--seed={seed}",
                "--warnings=off", "--request-timeout=60",
            ],
            env=environment, cwd=folder, check=False,
        )  # fmt: skip
    return run.returncode


def random_requests(board: Dashboard, number: int, seed: int) -> list[str]:
    """Send them; returns what went wrong."""
    rng, wrong = random.Random(seed), []
    codes: collections.Counter[int] = collections.Counter()
    ids = list(board.ids.values())[:20]
    secrets = [str(path) for path in (board.media, board.data_dir, board.library)]
    cut = 0
    with board.client() as client:
        for _ in range(number):
            request = one_request(rng, ids)
            try:
                answer = client.request(**request)
            except (httpx.InvalidURL, UnicodeEncodeError, httpx.LocalProtocolError):
                continue  # not even the client can say that
            except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
                cut += 1  # no HTTP at all: the server hangs up
                continue
            codes[answer.status_code] += 1
            leak = any(secret.encode() in answer.content for secret in secrets)
            if answer.status_code >= 500 or leak:
                wrong.append(f"{answer.status_code} leak={leak} {request} {answer.text[:300]}")
        assert client.get("/audiolab/api/health").status_code == 200, "it is still there"
    print("answers by status:", dict(sorted(codes.items())), "cut off:", cut, flush=True)
    return wrong


def _inside(board: Dashboard) -> str:
    """What the server has to say of its own mistakes."""
    lines = (board.data_dir / "logs" / "dashboard.log").read_text().splitlines()
    return "\n".join(line for line in lines if '"level": "ERROR"' in line)[:20_000]


def main() -> None:
    """Everything, against one dashboard."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=100)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments: Any = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="audiolab-fuzz-") as top:
        folder = Path(top)
        folder.chmod(0o755)
        ensure_server(folder)
        try:
            with dashboard(folder) as board:
                (board.library / "deeper").mkdir()  # a folder that the hooks know of
                wrong = random_requests(board, arguments.requests, arguments.seed)
                print(f"{len(wrong)} went wrong", *wrong[:20], sep="\n", flush=True)
                code = schemathesis(board, arguments.examples, arguments.seed)
                if code or wrong:
                    print(_inside(board), flush=True)
        finally:
            release(folder)
            stop_server(folder)
    sys.exit(code or len(wrong) > 0)


if __name__ == "__main__":
    main()
