"""Statements that a connection plans once."""

from audiolab.catalog import prepared


def test_values_by_name_in_any_order_of_any_kind(catalog):
    statement = "SELECT %(b)s::int - %(a)s::int, %(text)s || '%%', %(b)s::int, %(none)s::text"
    with catalog._database.glance() as connection:
        for a, b, text in ((1, 3, "x"), (5, 2, "it's %(a)s $1"), (0, 0, "")):
            values = {"text": text, "b": b, "a": a, "none": None}
            assert prepared.fetch_all(connection, statement, values) == [
                (b - a, text + "%", b, None)
            ]


def test_it_is_planned_once_a_connection(catalog):
    def ask(connection):
        return prepared.fetch_all(connection, "SELECT %(value)s::int", {"value": 4})

    def plans(connection):
        count = "SELECT count(*) FROM pg_prepared_statements WHERE starts_with(name, 'audiolab')"
        return connection.exec_driver_sql(count).scalar()

    with catalog._database.glance() as first, catalog._database.glance() as second:
        before = plans(first)
        assert [ask(first), ask(first), ask(second)] == [[(4,)]] * 3
        assert plans(first) == before + 1


def test_settings_are_of_this_statement_only(catalog):
    show = "SELECT current_setting('work_mem') WHERE %(yes)s"
    with catalog._database.glance() as connection:
        usual = connection.exec_driver_sql("SHOW work_mem").scalar()
        asked = prepared.fetch_all(connection, show, {"yes": True}, "SET LOCAL work_mem = '77kB'; ")
        assert asked == [("77kB",)]
        assert connection.exec_driver_sql("SHOW work_mem").scalar() == usual
        assert connection.exec_driver_sql("SHOW plan_cache_mode").scalar() == "auto"
