"""Exit code 0 if the dashboard of this container answers, and its catalog too."""

import os
import sys
from urllib.error import URLError
from urllib.request import Request, urlopen

PORT = sys.argv[1] if len(sys.argv) > 1 else "8866"
ADDRESS = f"http://127.0.0.1:{PORT}/audiolab/api/health"


def main() -> None:
    """Ask once."""
    token = os.environ.get("AUDIOLAB_TOKEN", "")
    try:
        urlopen(Request(ADDRESS, headers={"Authorization": f"token {token}"}), timeout=8).close()
    except URLError as error:
        sys.exit(f"{ADDRESS}: {error}")


if __name__ == "__main__":
    main()
