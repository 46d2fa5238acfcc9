"""The dashboard's token and the key of its cookies: made once, for the owner's eyes only."""

import hashlib
import hmac
import os
import secrets
import tempfile
from pathlib import Path

from audiolab.config import Settings
from audiolab.errors import AudiolabError

SHORTEST = 8  # as for a token of the settings


def dashboard_token(settings: Settings) -> str:
    """The token of the settings, or a random one kept in ``data_dir/token``.

    Raises
    ------
    AudiolabError
        If somebody has emptied that file: without a token, everybody would be let in.
    OSError
        If the data folder cannot be written.
    """
    return settings.token or keep(settings.data_dir / "token", secrets.token_urlsafe(24))


def cookie_secret(settings: Settings, token: str) -> bytes:
    """The key of the login cookies: lasts across restarts, changes with the token.

    So a restart logs nobody out, and a new token logs everybody out.
    """
    key = keep(settings.data_dir / "cookie_secret", secrets.token_hex(32))
    return hmac.digest(key.encode(), token.encode(), hashlib.sha256)


def keep(path: Path, fresh: str) -> str:
    """The secret in the file `path`; if there is none yet, `fresh`, written there with mode 0600.

    Two programs that start at once agree on one secret: the file appears whole or not at all.

    Raises
    ------
    AudiolabError
        If the file is there and holds no secret.
    OSError
        If it cannot be read or written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _write(path, fresh)
    path.chmod(0o600)
    kept = path.read_text().strip()
    if len(kept) < SHORTEST:
        raise AudiolabError(
            f"{path} should hold a secret of at least {SHORTEST} characters, and has {len(kept)}: "
            "delete it, and the next start makes a new one"
        )
    return kept


def _write(path: Path, secret: str) -> None:
    handle, name = tempfile.mkstemp(prefix=".", dir=path.parent)  # mode 0600
    draft = Path(name)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(f"{secret}\n")
        os.link(draft, path)
    except FileExistsError:
        pass  # somebody was faster: theirs counts
    finally:
        draft.unlink()
