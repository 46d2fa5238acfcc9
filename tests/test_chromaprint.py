"""Fingerprints: ours against essentia's, and written and read back."""

import base64

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab.chromaprint import compress, decompress

hashes = st.lists(st.integers(0, 2**32 - 1), max_size=60).map(lambda n: np.array(n, np.uint32))


@given(hashes)
def test_what_is_written_can_be_read(numbers):
    text = compress(numbers)
    assert decompress(text).tolist() == numbers.tolist()
    assert base64.urlsafe_b64decode(text + "===")[:1] == b"\x01"


@given(
    st.text(max_size=40) | st.binary(max_size=40).map(lambda raw: base64.b64encode(raw).decode())
)
def test_any_text_is_read_or_refused(text):
    try:
        numbers = decompress(text)
    except ValueError:
        return
    assert decompress(compress(numbers)).tolist() == numbers.tolist()


def test_a_fingerprint_that_was_cut_is_refused():
    text = compress(np.arange(1, 2**31, 2**25, dtype=np.uint32))
    for length in range(0, len(text) - 2, 7):
        with pytest.raises(ValueError, match="Chromaprint"):
            decompress(text[:length])
