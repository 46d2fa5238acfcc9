"""The `audiolab` command: the only place of the package that prints."""

from audiolab.cli.app import main

__all__ = ["main"]
