"""Counting the rows of a dump that flows by."""

from audiolab.catalog.dump_stream import DumpCounter

DUMP = rb"""SET statement_timeout = 0;
SET transaction_timeout = 0;
CREATE TABLE public.root (id integer, path text);
COPY public.root (id, path) FROM stdin;
1	COPY public.track (id) FROM stdin;
2	\\.
3	SET transaction_timeout = 0;
\.


COPY public.empty (id) FROM stdin;
\.
COMMENT ON EXTENSION vector IS 'theirs';
"""


def pass_through(dump):
    counter = DumpCounter()
    return counter, b"".join(counter.through(dump.splitlines(keepends=True)))


def test_counts_rows_whatever_they_look_like():
    counter, _ = pass_through(DUMP)
    assert counter.rows == {"public.root": 3, "public.empty": 0}
    assert counter.total == 3
    assert counter.table is None


def test_leaves_out_only_what_other_servers_refuse():
    _, text = pass_through(DUMP)
    without = DUMP.replace(b"SET transaction_timeout = 0;\nCREATE", b"CREATE")
    assert text == without.replace(b"COMMENT ON EXTENSION vector IS 'theirs';\n", b"")


def test_a_cut_dump_ends_inside_a_table():
    counter, _ = pass_through(DUMP[: DUMP.index(b"\n3\t")])
    assert counter.table == "public.root"
    assert counter.rows == {"public.root": 2}
