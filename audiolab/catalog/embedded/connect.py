"""Asking the server whether it is there."""

from contextlib import closing
from enum import Enum

import psycopg2
from psycopg2.extensions import connection as Connection

from audiolab.catalog.embedded.cluster import DATABASE, PORT, ROLE, Cluster
from audiolab.catalog.embedded.messages import explain
from audiolab.errors import DatabaseError

APPLICATION = "audiolab supervisor"
PATIENCE_SECONDS = 5  # for one answer


class Answer(Enum):
    """What came back from the socket."""

    READY = "ready"
    NO_DATABASE = "the server runs, but has no database of ours yet"
    NOT_YET = "starting, recovering, stopping or too busy to answer"
    ABSENT = "nobody listens"


# libpq tells these apart by their texts only; lc_messages is C in our servers.
_MEANINGS = (
    (f'database "{DATABASE}" does not exist', Answer.NO_DATABASE),
    ("too many clients", Answer.READY),
    ("connection slots are reserved", Answer.READY),
    ("No such file or directory", Answer.ABSENT),
    ("Connection refused", Answer.ABSENT),
)


def connect(cluster: Cluster, database: str = DATABASE) -> Connection:
    """A connection for supervising, told from the users' ones by its application name.

    Raises
    ------
    psycopg2.OperationalError
        If the server does not answer or refuses.
    """
    cluster.check_socket_dir()
    connection = psycopg2.connect(
        host=str(cluster.socket_dir),
        port=PORT,
        user=ROLE,
        dbname=database,
        application_name=APPLICATION,
        connect_timeout=PATIENCE_SECONDS,
        options="",  # not the caller's PGOPTIONS
    )
    connection.autocommit = True
    return connection


def probe(cluster: Cluster) -> Answer:
    """Connect to be sure: nothing else proves that a server works.

    Raises
    ------
    DatabaseError
        If a server answers that is not one of ours.
    """
    try:
        connect(cluster).close()
    except FileNotFoundError:
        return Answer.ABSENT
    except psycopg2.OperationalError as error:
        return _meaning(str(error), cluster)
    return Answer.READY


def _meaning(text: str, cluster: Cluster) -> Answer:
    if f'role "{ROLE}" does not exist' in text:
        raise DatabaseError(
            f"{cluster.pgdata} holds a database that audiolab did not make: "
            "set AUDIOLAB_DATA_DIR to another folder"
        )
    return next((answer for part, answer in _MEANINGS if part in text), Answer.NOT_YET)


def create_database(cluster: Cluster) -> None:
    """Make the database that the catalog lives in.

    Raises
    ------
    DatabaseError
        If the server refuses, for want of space for example.
    """
    try:
        with closing(connect(cluster, "postgres")) as connection:
            connection.cursor().execute(f'CREATE DATABASE "{DATABASE}"')
    except psycopg2.Error as error:
        raise DatabaseError(
            explain(f"the server in {cluster.pgdata} cannot make a database", str(error))
        ) from error


def count_clients(cluster: Cluster) -> int:
    """How many connections there are beside our own."""
    with closing(connect(cluster)) as connection:
        cursor = connection.cursor()
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE backend_type = 'client backend' AND application_name <> %s",
            (APPLICATION,),
        )
        row = cursor.fetchone()
        return int(row[0]) if row else 0
