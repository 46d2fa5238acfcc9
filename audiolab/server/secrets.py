"""The dashboard's token and the key of its cookies: made once, for the owner's eyes only."""

import hashlib
import hmac
import os
import secrets
import tempfile
from pathlib import Path

from audiolab.config import Settings


def dashboard_token(settings: Settings) -> str:
    """The token of the settings, or a random one kept in ``data_dir/token``.

    Raises
    ------
    OSError
        If the data folder cannot be written.
    """
    return settings.token or keep(settings.data_dir / "token", secrets.token_urlsafe(24))


def cookie_secret(settings: Settings, token: str) -> bytes:
    """The key of the login cookies: lasts across restarts, changes with the token.

    So a restart logs nobody out, and a new token logs everybody out.
    """
    key = keep(settings.data_dir / "cookie_secret", secrets.token_hex(32))
    return hmac.digest(bytes.fromhex(key), token.encode(), hashlib.sha256)


def keep(path: Path, fresh: str) -> str:
    """The secret in the file `path`; if there is none yet, `fresh`, written there with mode 0600.

    Two programs that start at once agree on one secret: the file appears whole or not at all.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        handle, name = tempfile.mkstemp(prefix=".", dir=path.parent)  # mode 0600
        draft = Path(name)
        os.write(handle, f"{fresh}\n".encode())
        os.close(handle)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # somebody was faster: theirs counts
        finally:
            draft.unlink()
    path.chmod(0o600)
    return path.read_text().strip()
