import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab import Filter
from audiolab.errors import QueryError


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("night drive", Filter("night drive")),
        ("night genre:house drive", Filter(genre="house") & Filter("night drive")),
        ("genre:house,techno", Filter(genre=["house", "techno"])),
        ('genre:"drum and bass",house', Filter(genre=["drum and bass", "house"])),
        ('genre:house,"drum and bass"', Filter(genre=["house", "drum and bass"])),
        ("bpm:120..128", Filter(tempo_bpm=(120, 128))),
        ("bpm:..128", Filter(tempo_bpm=(None, 128))),
        ("bpm:~125", Filter(tempo_bpm="~125")),
        ("tempo_confidence:>0.5", Filter(tempo_confidence=">0.5")),
        ("key:8A", Filter(key="A minor")),
        ('key:"F# minor"', Filter(key="F# minor")),
        ("key:~8A", Filter(key="~8A")),
        ("added:-1w..", Filter(added_at="-1w..")),
        ("duration:3:00..4:30", Filter(duration_seconds=(180, 270))),
        ("has:vocals", Filter(has_vocals=True)),
        ("vocals:no", Filter(has_vocals=False)),
        ("has:key", Filter.known("key")),
        ('title:""', Filter(title=None)),
        ("-mood:sad", ~Filter(mood="sad")),
        ("-has:vocals", ~Filter(has_vocals=True)),
        ("genre:house | genre:techno", Filter(genre="house") | Filter(genre="techno")),
        ("(a | b) -c", (Filter("a") | Filter("b")) & ~Filter("c")),
        ("path::^live/(a|b)", Filter(path=":^live/(a|b)")),
        ('artist:"sigur rós"', Filter(artist=["sigur rós"])),
        ("artist:=NA", Filter(artist="=NA")),
        ('artist:="AC/DC live"', Filter(artist="=AC/DC live")),
        ("artist - title", Filter("artist - title")),
        ('"genre:house"', Filter("genre:house")),
        ("BPM:120..128 Genre:house", Filter(tempo_bpm=(120, 128), genre="house")),
        ("| night |", Filter("night")),
        ("AC/DC", Filter("AC/DC")),
        ("()", Filter()),
        ("-()", ~Filter()),
        ("a | ()", Filter()),
        ("a ()", Filter("a")),
    ],
)
def test_reads(query, meant):
    assert Filter.parse(query) == meant


@pytest.mark.parametrize(
    ("query", "position", "says", "suggestion"),
    [
        ("night genr:house", 6, "did you mean genre", "night genre:house"),
        ("bpm:1..abc", 4, "expected a number", None),
        ("a bpm:128..120 b", 6, "smaller number first", "a bpm:120..128 b"),
        ('x title:"open', 8, "is not closed", 'x title:"open"'),
        ("a )", 2, "no ( for this )", "a "),
        ("(a b", 0, "no ) for this (", "(a b)"),
        ("genre:", 6, "after the colon", None),
        ("key:H", 4, "is not a key", None),
        ("a key:~Aminr", 6, "is not a key", "a key:~8A"),
        ("has:fooo", 4, "name of a field", None),
        ("a has:vocal b", 6, "name of a field", "a has:vocals b"),
        ("added:soon", 6, "date", None),
        ("added:yesterday", 6, "date", "added:-2d.."),
        ("added:1.5.2024", 6, "date", "added:2024-05-01"),
        ("bpm:120-128 x", 4, "expected a number", "bpm:120..128 x"),
        ("bpm:120...128", 4, "expected a number", "bpm:120..128"),
        ("bpm:122bpm", 4, "expected a number", "bpm:122"),
        ("year:90s", 5, "expected a number", "year:1990..1999"),
        ("energy:>50%", 7, "expected a number", "energy:>0.5"),
        ("duration:<3min", 9, "expected a number", "duration:<3:00"),
        ("vocals:y", 7, "yes or no", "vocals:yes"),
        ("path::(", 5, "regular expression", None),
        ("mfcc:3", 5, "cannot be searched", None),
        ("a\x00b", 1, "NUL", "ab"),
        ("12:30", None, "", None),
        ("bpm:90 ~warm pads", 7, "quote it", 'bpm:90 "~warm" pads'),
        ('-~a"\\b (c)', 1, "quote it", '-"~a\\"\\\\b" (c)'),
    ],
)
def test_mistakes_say_where_and_what(query, position, says, suggestion):
    if position is None:
        Filter.parse(query)
        return
    with pytest.raises(QueryError, match=says.replace("(", r"\(").replace(")", r"\)")) as caught:
        Filter.parse(query)
    assert caught.value.position == position
    assert caught.value.suggestion == suggestion


@pytest.mark.parametrize(
    "query", ["(" * 2000, "-" * 3000, "::" * 50, "x" * 10_000, "%_%", "(|)" * 60]
)
def test_hostile_queries_end_quickly(query):
    try:
        Filter.parse(query)
    except QueryError as error:
        assert len(str(error)) < 300  # noqa: PT017


ODD = st.text(max_size=60) | st.text(alphabet='ab:"()|-,~=.<>12 \\', max_size=30)
MISTAKES = st.lists(
    st.sampled_from(["bpm:128..120", "genr:house", "(a", 'title:"b', ")", "key:Aminr", "year:90s",
                     "has:vocal", "energy:50%", "c", "a\x00", "added:today", "-", "~d"]),
    max_size=5,
).map(" ".join)  # fmt: skip


@given(MISTAKES)
def test_following_the_suggestions_leads_to_a_query(query):
    for _ in range(20):
        try:
            Filter.parse(query)
        except QueryError as error:
            query = error.suggestion
        else:
            return
    raise AssertionError(query)


@given(ODD)
def test_any_text_is_read_or_refused(query):
    try:
        made = Filter.parse(query)
    except QueryError:
        return
    made.to_sql()
