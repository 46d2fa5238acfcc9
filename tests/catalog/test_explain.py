"""What servers say, and what people read."""

import psycopg2
import pytest

from audiolab.catalog.explain import ServerGoneError, database_error

ADDRESS = "postgresql://me@db.example/music"


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ('FATAL:  password authentication failed for user "me"', "check the user and password"),
        ("fe_sendauth: no password supplied", "check the user and password"),
        ('FATAL:  role "me" does not exist', "check the user and password"),
        ('FATAL:  database "music" does not exist', "createdb"),
        ('no pg_hba.conf entry for host "10.0.0.5", user "me"', "pg_hba.conf"),
        ("server does not support SSL, but SSL was required", "ssl = on"),
        ("SSL error: certificate verify failed", "sslrootcert=FILE"),
        ('root certificate file "/x/root.crt" does not exist', "sslrootcert=FILE"),
        ('server certificate for "a" does not match host name "b"', "sslmode=verify-ca"),
        ('invalid sslmode value: "maybe"', "verify-full"),
        ('could not translate host name "db" to address', "correct the host"),
        ("FATAL:  sorry, too many clients already", "max_connections"),
        ("could not extend file: No space left on device", "free some disk space"),
        ("", "check that the server runs"),
    ],
)
def test_the_line_says_what_to_do(said, advice):
    error = database_error(psycopg2.OperationalError(said), ADDRESS)
    assert not isinstance(error, ServerGoneError)
    assert str(error).startswith(f"the database {ADDRESS} cannot be used: ")
    assert advice in str(error)
    assert "\n" not in str(error)


@pytest.mark.parametrize(
    "said",
    [
        "connection to server failed: Connection refused\n\tIs the server running?",
        "FATAL:  the database system is starting up",
        "server closed the connection unexpectedly\n",
        "SSL connection has been closed unexpectedly",
    ],
)
def test_a_server_that_may_come_back(said):
    error = database_error(psycopg2.OperationalError(said), ADDRESS)
    assert isinstance(error, ServerGoneError)
    assert "check that the server runs" in str(error)


@pytest.mark.parametrize(
    ("code", "gone", "advice"),
    [
        ("57P01", True, "check that the server runs"),
        ("08006", True, "check that the server runs"),
        ("57014", False, "statement_timeout"),
        ("28P01", False, "check the user and password"),
        ("42501", False, "GRANT"),
        ("25006", False, "primary"),
        ("53100", False, "disk space"),
    ],
)
def test_codes_count_whatever_the_language(code, gone, advice):
    said = type("Said", (psycopg2.OperationalError,), {"pgcode": code})("Verbindung abgewürgt")
    error = database_error(said, ADDRESS)
    assert isinstance(error, ServerGoneError) is gone
    assert advice in str(error)
