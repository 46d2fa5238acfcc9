"""Tracks that sound like a description: CLAP puts words and sounds into one space.

In the search box and on the command line a description follows a ``~`` that begins a word, and runs
to the end; what stands before it filters: ``genre:ambient ~warm analog pads, rainy``.
"""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from audiolab.config import Settings, load_settings
from audiolab.errors import ModelError, QueryError

if TYPE_CHECKING:
    import pandas as pd

    from audiolab.analysis.networks.text import TextEncoder
    from audiolab.catalog import Catalog, Filter

MARK = "~"
_PARTS = re.compile(r'"(?:\\.|[^"\\])*"|\s|[^"\s]+|"')  # quoted text, spaces, anything else


def split(query: str) -> tuple[str, str]:
    """The filters and the description of a query; "" where there is none.

    Raises
    ------
    QueryError
        If nothing follows the sign.

    Examples
    --------
    >>> split("bpm:90..110 ~warm analog pads, rainy")
    ('bpm:90..110', 'warm analog pads, rainy')
    >>> split('key:~8A "~quoted"')
    ('key:~8A "~quoted"', '')
    """
    fresh = True
    for part in _PARTS.finditer(query):
        if fresh and part[0].startswith(MARK):
            description = query[part.start() + 1 :].strip()
            if not description:
                raise QueryError(
                    f"expected words after {MARK} that say how it sounds, e.g. ~warm analog pads",
                    query=query,
                    position=part.start(),
                )
            return query[: part.start()].strip(), description
        fresh = part[0].isspace()
    return query, ""


def sounding_like(
    catalog: "Catalog",
    description: str,
    limit: int = 10,
    where: "Filter | str | None" = None,
    settings: Settings | None = None,
) -> "pd.DataFrame":
    """The tracks that fit a description best, the best first.

    Parameters
    ----------
    catalog : Catalog
        With tracks that the stage "clap" has heard.
    description : str
        In English, as one would put it to a person: "warm analog pads, rainy".
    limit : int
        How many at most.
    where : Filter, str or None
        Which tracks may be in the result.
    settings : Settings, optional
        Where the networks are; None reads the environment.

    Returns
    -------
    pandas.DataFrame
        The tracks' columns and ``similarity``: cosine between words and sound, below zero as zero.
        Good matches are at 0.3 to 0.6: its order tells more than its size.

    Raises
    ------
    ModelError
        If CLAP's files are missing, or no track was heard with them.

    Examples
    --------
    >>> from audiolab import Catalog, sounding_like
    >>> cat = Catalog.open()
    >>> sounding_like(cat, "warm analog pads, rainy", where="bpm:..100")  # doctest: +SKIP
    """
    encode = _encoder(settings or load_settings())
    if encode.model not in catalog.embedding_models():
        raise ModelError(
            encode.model, "no track was heard with it yet: audiolab scan --stages clap FOLDER"
        )
    return catalog.similar(encode(description), limit, where, model=encode.model)


@lru_cache(maxsize=1)
def _encoder(settings: Settings) -> "TextEncoder":
    from audiolab.analysis.networks.text import TextEncoder

    return TextEncoder(settings)
