"""Addresses: read, passed on to libpq, shown."""

import pytest
from psycopg2.extensions import make_dsn, parse_dsn

from audiolab.catalog.address import libpq_options, parse_address, shown_address
from audiolab.errors import DatabaseError


@pytest.mark.parametrize("url", ["nonsense", "", "postgresql://me@db:port/x"])
def test_what_is_no_address(url):
    with pytest.raises(DatabaseError, match="not like postgresql://"):
        parse_address(url)


def test_every_sign_reaches_libpq():
    url = "postgres://music%20lover:p%40ss%2B%27%5C@db/a%2Fb?options=-c%20work_mem%3D7MB&host=%2Fmy%20run"
    options = parse_dsn(make_dsn(**libpq_options(parse_address(url))))
    assert options == {
        "user": "music lover",
        "password": "p@ss+'\\",
        "dbname": "a/b",
        "options": "-c work_mem=7MB",
        "host": "/my run",
    }


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://me:secret@db:5433/music", "postgresql://me@db:5433/music"),
        ("postgresql+psycopg2://me@db/m?sslmode=require", "postgresql://me@db/m?sslmode=require"),
        ("postgresql://me@db/m?password=secret&sslpassword=secret", "postgresql://me@db/m"),
        ("postgresql:///m?host=/run/pg&port=1", "postgresql:///m?host=%2Frun%2Fpg&port=1"),
    ],
)
def test_secrets_are_never_shown(url, shown):
    assert shown_address(parse_address(url)) == shown
