"""What the formats of the OpenAPI document stand for, so that made-up requests make sense.

Also read by the command line of schemathesis (``SCHEMATHESIS_HOOKS``), which gets ids of tracks by
the variable ``AUDIOLAB_FUZZ_IDS``.
"""

import os
from collections.abc import Iterable

import schemathesis
from hypothesis import strategies as st

from audiolab.catalog.fields import TARGETS

WORDS = ("night", "drive", "lena", "ünïcödé", "שלום", "<b>", "o'neil", "--", "%", "\\", "a" * 300)
NUMBERS = [name for name, target in TARGETS.items() if target.kind in ("number", "integer")]
NAMES = ("genre", "mood", "instrument", "artist", "album", "format", "tag_genre", "path")
KEYS = ("8A", "~8A", "F#m", '"C major"', "4m")

_span = st.tuples(st.floats(0, 500, width=16), st.floats(0, 500, width=16)).map(
    lambda pair: "{:.2f}..{:.2f}".format(*sorted(pair))
)
_conditions = st.one_of(
    st.sampled_from(WORDS[:3]),
    st.sampled_from(WORDS).map(lambda word: '"' + word.replace("\\", "") + '"'),
    st.builds("{}:{}".format, st.sampled_from(NUMBERS), _span),
    st.builds("{}:>{}".format, st.sampled_from(NUMBERS), st.integers(0, 300)),
    st.builds(
        '{}:"{}"'.format, st.sampled_from(NAMES), st.text("abcdefgh äöü'%_", min_size=1, max_size=9)
    ).filter(lambda text: not text.endswith(':" "')),
    st.sampled_from(KEYS).map("key:{}".format),
    st.sampled_from([*NUMBERS, *NAMES]).map("has:{}".format),
)
_terms = st.builds("{}{}".format, st.sampled_from(["", "-"]), _conditions)
queries = st.lists(_terms, max_size=4).map(" ".join)
folders = st.sampled_from(["library", "library / deeper", "Music", "/etc", "/", "..", "library/.."])


def register(ids: Iterable[str]) -> None:
    """Tell schemathesis; `ids` are tracks that there are."""
    known = sorted(ids)
    some = st.sampled_from(known) if known else st.nothing()
    schemathesis.openapi.format("audiolab-query", queries)
    schemathesis.openapi.format("audiolab-folder", folders)
    schemathesis.openapi.format("uuid", st.one_of(some, st.uuids().map(str)))


if "AUDIOLAB_FUZZ_IDS" in os.environ:
    register(os.environ["AUDIOLAB_FUZZ_IDS"].split())
