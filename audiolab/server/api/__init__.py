"""The HTTP API, below ``{base_url}audiolab/``: declared in `table`, answered by the others."""
