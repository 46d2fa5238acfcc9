"""Settings: every value a user can set, read from the environment in one place.

Everything below this module takes its settings as arguments. `load_settings` is the only
function that looks at the environment (``AUDIOLAB_*``) and at a ``.env`` file in the working
folder; command-line options are passed to it as overrides and win.
"""

import difflib
import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from audiolab import resources
from audiolab.errors import ConfigError

PREFIX = "AUDIOLAB_"
ENV_FILE = ".env"
ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+")


def default_data_dir() -> Path:
    """The platform's user data folder; for root the system's, as the server runs as another user.

    Postgres refuses to run as root, so under root the embedded server has an OS user of its own,
    which cannot look into root's private home.
    """
    if os.name == "posix" and os.geteuid() == 0:
        return Path("/var/lib/audiolab")
    return platformdirs.user_data_path("audiolab", appauthor=False)


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path.expanduser()))  # noqa: PTH100 (keeps symbolic links)


def _split(separator: str) -> BeforeValidator:
    def split(value: Any) -> Any:
        if isinstance(value, str):
            return [part for part in value.split(separator) if part.strip()]
        return value

    return BeforeValidator(split)


Folder = Annotated[Path, AfterValidator(_absolute)]


class Settings(BaseSettings):
    """Everything a user can set. Frozen.

    Attributes
    ----------
    data_dir : Path
        Embedded database, caches, logs and the token.
    database_url : str or None
        An external Postgres (>= 15, with pgvector) instead of the embedded one.
    models_dir : Path
        Flat folder of network weights under their official names.
    allow_unverified_models : bool
        Accept weights whose hash is not the official one.
    library_path : tuple of Path
        Default roots of a scan, and the only ones the dashboard may scan. Separated by
        ``os.pathsep`` in the environment.
    num_workers : int or None
        Worker processes of a scan; None means one per core.
    scheduler : str or None
        Address of a dask.distributed scheduler, e.g. ``tcp://10.0.0.5:8786``.
    token : str or None
        The dashboard's password; None means a random one kept in the data folder.
    read_only : bool
        Whether nothing in the catalog may be changed: no scan, correction, deletion, playlist.
    write_tags : bool
        Whether pages may write into the tags of files; `audiolab write` asks instead.
    network_backend : {"onnxruntime", "essentia"}
        What runs the networks.
    network_speed : {"normal", "fast"}
        "fast" looks at half as many patches of a track.
    cors_origins : tuple of str
        Web origins that may call the HTTP API; none by default. Separated by commas.
    log_level : {"debug", "info", "warning", "error"}
        Least severe message that reaches the log file.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=ENV_FILE,
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    data_dir: Folder = Field(default_factory=default_data_dir)
    database_url: str | None = None
    models_dir: Folder = Field(
        default_factory=lambda data: (
            resources.CHECKOUT / "models"
            if resources.in_checkout()
            else data["data_dir"] / "models"
        )
    )
    allow_unverified_models: bool = False
    library_path: Annotated[tuple[Folder, ...], NoDecode, _split(os.pathsep)] = ()
    num_workers: int | None = Field(default=None, ge=1, le=1024)
    scheduler: str | None = None
    token: str | None = Field(default=None, min_length=8, pattern=r"^[\x21-\x7e]+$")
    read_only: bool = False
    write_tags: bool = False
    network_backend: Literal["onnxruntime", "essentia"] = "onnxruntime"
    network_speed: Literal["normal", "fast"] = "normal"
    cors_origins: Annotated[tuple[str, ...], NoDecode, _split(",")] = ()
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("database_url")
    @classmethod
    def _is_postgres(cls, url: str | None) -> str | None:
        if url is not None and not url.startswith(("postgresql://", "postgres://")):
            raise ValueError("expected an address like postgresql://user:password@host:5432/name")
        return url

    @field_validator("cors_origins")
    @classmethod
    def _are_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        origins = tuple(origin.strip() for origin in origins)
        if not all(map(ORIGIN.fullmatch, origins)):
            raise ValueError("expected web origins like https://example.org, without a path")
        return origins

    @field_validator("log_level", mode="before")
    @classmethod
    def _lower(cls, level: Any) -> Any:
        return level.lower() if isinstance(level, str) else level

    def environment(self) -> dict[str, str]:
        """The ``AUDIOLAB_*`` variables that give a child process these same settings."""
        variables = {}
        for name in type(self).model_fields:
            value = getattr(self, name)
            if value is None or value == ():
                continue
            if isinstance(value, tuple):
                separator = os.pathsep if name == "library_path" else ","
                value = separator.join(map(str, value))
            variables[PREFIX + name.upper()] = str(int(value) if isinstance(value, bool) else value)
        return variables


def load_settings(**overrides: Any) -> Settings:
    """Read the settings: `overrides` first, then the environment, then ``.env``.

    Parameters
    ----------
    **overrides
        Settings by name; None means "not given".

    Raises
    ------
    ConfigError
        Naming the first variable whose value cannot be used, or ``.env`` if it cannot be read.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        variable = PREFIX + str(first["loc"][0] if first["loc"] else "*").upper()
        what = first["msg"].removeprefix("Value error, ")
        raise ConfigError(variable, f"{what[0].lower()}{what[1:]}, got {_shown(first)}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            ENV_FILE,
            f"this file of {Path.cwd()} cannot be read as text in UTF-8 ({error}): correct it, "
            "or start audiolab in another folder",
        ) from error


def unknown_variables() -> dict[str, str | None]:
    """Variables that look like settings and are none, with the one that was probably meant."""
    from dotenv import dotenv_values

    known = [name.upper() for name in Settings.model_fields]
    given = {name.upper() for name in [*os.environ, *dotenv_values(ENV_FILE)]}
    names = sorted(name.removeprefix(PREFIX) for name in given if name.startswith(PREFIX))
    meant = {name: difflib.get_close_matches(name, known, n=1) for name in names}
    return {
        PREFIX + name: PREFIX + near[0] if near else None
        for name, near in meant.items()
        if name not in known
    }


def _shown(problem: Any) -> str:
    """The offending value for an error line; a secret stays a secret."""
    if problem["loc"] and problem["loc"][0] in ("token", "database_url"):
        return "a value not shown here"
    return repr(problem["input"])[:80]
