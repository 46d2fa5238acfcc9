"""Random filters, for the properties that all of them have."""

from hypothesis import strategies as st

from audiolab import Filter

TEXTS = st.text(
    alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=12
)
NUMBERS = st.floats(-1e6, 1e6).map(lambda x: round(x, 3)) | st.integers(-9999, 9999)


def _range(pair):
    return tuple(sorted(pair))


SIMPLE = st.one_of(
    st.builds(lambda v: Filter(genre=v), st.lists(TEXTS, min_size=1, max_size=3)),
    st.builds(lambda v: Filter(artist=v), st.lists(TEXTS, min_size=1, max_size=2)),
    st.builds(lambda v: Filter(title=f"={v}"), TEXTS),
    st.builds(lambda v: Filter(tempo_bpm=v), st.tuples(NUMBERS, NUMBERS).map(_range)),
    st.builds(lambda v: Filter(energy=(v, None)), NUMBERS),
    st.builds(lambda v: Filter(year=v), st.integers(0, 9999)),
    st.builds(lambda v, s: Filter(tempo_confidence=f"{s}{v}"), NUMBERS, st.sampled_from("<>~")),
    st.builds(lambda v: Filter(key=v), st.sampled_from(["8A", "F# minor", "~11A", "Gb"])),
    st.builds(lambda v: Filter(has_vocals=v), st.booleans()),
    st.builds(lambda v: Filter(text=v), TEXTS),
    st.sampled_from([Filter(mood=None), Filter.known("key"), Filter(added="-1w.."), Filter(),
                     Filter(added="2024-05..2024-06-03"), Filter(path=r":^a|(b\"c)$"),
                     Filter(duration="<3:30")]),
)  # fmt: skip
FILTERS = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.builds(lambda a, b: a & b, inner, inner),
        st.builds(lambda a, b: a | b, inner, inner),
        st.builds(lambda a: ~a, inner),
    ),
    max_leaves=6,
)
