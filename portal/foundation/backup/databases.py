"""Both databases into members and back, each as it was at one moment, without a superuser.

SQLite: its own backup interface. PostgreSQL: COPY of every table in one repeatable-read
transaction, and back in one transaction, as Django's foreign keys wait for its end."""

import sqlite3
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

from portal.foundation.backup.archive import CHUNK, BadBackup, Writer

SQLITE_MEMBER = "database/db.sqlite3"


def vendor() -> str:
    """`sqlite` or `postgresql`."""
    return connection.vendor


def migrations() -> list[list[str]]:
    """Applied migrations, sorted."""
    return sorted([app, name] for app, name in MigrationRecorder(connection).applied_migrations())


def dump(writer: Writer, scratch: Path) -> dict[str, Any]:
    """Write the database into the archive; what `load` has to know comes back."""
    if vendor() == "sqlite":
        _dump_sqlite(writer, scratch)
        return {}
    return {"tables": _dump_postgres(writer)}


def load(folder: Path, facts: dict[str, Any]) -> None:
    """Put what `dump` wrote, unpacked in `folder`, in place of what is there: all or nothing.

    Raises BadBackup."""
    if vendor() == "sqlite":
        _load_sqlite(folder / SQLITE_MEMBER)
    else:
        _load_postgres(folder, facts["tables"])


def _dump_sqlite(writer: Writer, scratch: Path) -> None:
    connection.ensure_connection()
    copy = scratch / "db.sqlite3"
    target = sqlite3.connect(copy)
    try:
        # In one go: readers and, with a write-ahead log, writers go on meanwhile.
        connection.connection.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
    finally:
        target.close()
    writer.file(SQLITE_MEMBER, copy)
    copy.unlink()


def _load_sqlite(path: Path) -> None:
    source = sqlite3.connect(path)
    try:
        try:
            (verdict,) = source.execute("PRAGMA integrity_check").fetchone()
        except sqlite3.DatabaseError as error:
            raise BadBackup(f"its database cannot be read: {error}") from None
        if verdict != "ok":
            raise BadBackup(f"its database is damaged: {verdict}")
        connection.ensure_connection()
        # One transaction of the database that is written to.
        source.backup(connection.connection)
    finally:
        source.close()


def _dump_postgres(writer: Writer) -> dict[str, list[str]]:
    tables: dict[str, list[str]] = {}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for table in _tables(cursor):
            tables[table] = _columns(cursor, table)
            statement = sql.SQL("COPY {} ({}) TO STDOUT").format(
                sql.Identifier(table), _names(tables[table])
            )
            with (
                writer.member(_member(table)) as sink,
                cursor.cursor.copy(statement) as rows,
            ):
                for block in rows:
                    sink.write(block)
    return tables


def _load_postgres(folder: Path, tables: dict[str, list[str]]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        here = _tables(cursor)
        if set(here) != set(tables):
            raise BadBackup("its tables are not those of this installation")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        every = sql.SQL(", ").join(map(sql.Identifier, here))
        cursor.execute(sql.SQL("TRUNCATE {}").format(every))
        for table, columns in tables.items():
            statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
                sql.Identifier(table), _names(columns)
            )
            with (
                (folder / _member(table)).open("rb") as source,
                cursor.cursor.copy(statement) as rows,
            ):
                while block := source.read(CHUNK):
                    rows.write(block)
        for table in here:
            _set_sequences(cursor, table)


def _tables(cursor: Any) -> list[str]:
    return sorted(
        row.name for row in connection.introspection.get_table_list(cursor) if row.type == "t"
    )


def _columns(cursor: Any, table: str) -> list[str]:
    """Columns that can be written: not those the database works out."""
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = "
        "current_schema() AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [table],
    )
    return [name for (name,) in cursor.fetchall()]


def _set_sequences(cursor: Any, table: str) -> None:
    for sequence in connection.introspection.get_sequences(cursor, table):
        cursor.execute(
            sql.SQL(
                "SELECT setval(pg_get_serial_sequence({quoted}, {column}), "
                "coalesce(max({name}), 1), max({name}) IS NOT NULL) FROM {table}"
            ).format(
                quoted=sql.Literal(f'"{table}"'),
                column=sql.Literal(sequence["column"]),
                name=sql.Identifier(sequence["column"]),
                table=sql.Identifier(table),
            )
        )


def _names(columns: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def _member(table: str) -> str:
    return f"database/{table}.copy"
