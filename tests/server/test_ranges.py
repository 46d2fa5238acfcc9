"""Which bytes a Range header means."""

import pytest

from audiolab.server.ranges import UnsatisfiableRangeError, parse_range, still_valid

SIZE = 1000
TAG = '"17-3e8"'
CHANGED = 1_700_000_000.75
CHANGED_DATE = "Tue, 14 Nov 2023 22:13:20 GMT"


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-99", (0, 100)),
        ("bytes=0-0", (0, 1)),
        ("bytes=100-", (100, 1000)),
        ("bytes=-500", (500, 1000)),
        ("bytes=-5000", (0, 1000)),
        ("bytes=900-5000", (900, 1000)),
        ("Bytes = 0-99", None),
        ("bytes= 0 - 99 ", (0, 100)),
        ("BYTES=0-99", (0, 100)),
    ],
)
def test_one_range(header: str, part: tuple[int, int] | None) -> None:
    assert parse_range(header, SIZE) == part


@pytest.mark.parametrize(
    "header",
    [None, "", "bytes=", "bytes=-", "bytes=5-2", "bytes=a-b", "lines=0-9", "bytes=0-1,5-9", "0-9",
     "bytes=0-9;", "bytes=٣-٤", "bytes=--5", "bytes=+1-5"],
)  # fmt: skip
def test_nonsense_and_several_ranges_mean_the_whole_file(header: str | None) -> None:
    assert parse_range(header, SIZE) is None


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=1000-2000", "bytes=-0"])
def test_a_range_outside_the_file(header: str) -> None:
    with pytest.raises(UnsatisfiableRangeError):
        parse_range(header, SIZE)


@pytest.mark.parametrize("header", ["bytes=0-", "bytes=-1", "bytes=0-0"])
def test_an_empty_file_has_no_range(header: str) -> None:
    with pytest.raises(UnsatisfiableRangeError):
        parse_range(header, 0)


@pytest.mark.parametrize("header", [None, TAG, f" {TAG} ", CHANGED_DATE])
def test_the_part_fits(header: str | None) -> None:
    assert still_valid(header, TAG, CHANGED)


@pytest.mark.parametrize(
    "header", ['"other"', f"W/{TAG}", "Tue, 14 Nov 2023 22:13:21 GMT", "yesterday", "", "1-2-3"]
)
def test_the_file_is_another_one(header: str) -> None:
    assert not still_valid(header, TAG, CHANGED)
