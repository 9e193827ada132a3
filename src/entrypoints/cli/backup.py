"""`flask backup` and `flask restore`: one file that holds the whole database; they know no table."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from entrypoints.cli.talk import Wrong
from entrypoints.config import load

if TYPE_CHECKING:
    import psycopg

IN_POSTGRES = "select count(*) from information_schema.tables where table_schema = 'public'"
TRIGRAMS = """
    select 1 from pg_extension join pg_namespace on pg_namespace.oid = extnamespace
    where extname = 'pg_trgm' and nspname = %s
"""
IN_SQLITE = "select count(*) from sqlite_master where type = 'table'"
VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "options": "PGOPTIONS",
}


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write the whole database into FILE, while everything runs. Example: flask backup enginebay.backup"""
    url = load().database_url
    with _written_whole(file) as part:
        _dump_sqlite(_path(url), part) if url.startswith("sqlite") else _dump_postgres(url, part)
    click.echo(
        f"Wrote {file} ({file.stat().st_size:,} bytes). It holds personal data and password hashes: keep it safe."
    )


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Replace what the database holds now.")
def restore(file: Path, *, yes: bool) -> None:
    """Replace the database by what FILE holds. Stop web, workers and scheduler first. Example: flask restore FILE"""
    url = load().database_url
    _load_sqlite(file, _path(url), yes) if url.startswith("sqlite") else _load_postgres(file, url, yes)
    click.echo(f"Restored {file}. Next: flask db upgrade (the file may be older than this version), then start again.")


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///").partition("?")[0])


@contextmanager
def _written_whole(file: Path) -> Iterator[Path]:
    """A file beside the wanted one, readable by its owner only, that takes its name once it is complete."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.absolute().parent)
    except OSError as wrong:
        raise Wrong(f"{file} cannot be written: {wrong.strerror}. Choose another folder.") from None
    os.close(handle)
    part = Path(name)
    try:
        yield part
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def _dump_sqlite(database: Path, part: Path) -> None:
    if not database.exists():
        raise Wrong(f"There is no database at {database} yet. Make it: flask db upgrade")
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(part)) as copy:
        source.backup(copy)
        copy.execute("pragma journal_mode=delete")
        _check_sqlite(copy, database)


def _check_sqlite(connection: sqlite3.Connection, file: Path) -> None:
    try:
        found = connection.execute("pragma integrity_check").fetchone()[0]
        tables = connection.execute("select 1 from sqlite_master where name = 'alembic_version'").fetchone()
    except sqlite3.DatabaseError:
        raise Wrong(f"{file} is not a SQLite database. Take another file.") from None
    if found != "ok":
        raise Wrong(f"{file} is damaged ({found}). Take another backup.")
    if tables is None:
        raise Wrong(f"{file} holds no tables of Enginebay. Make them (flask db upgrade), or take another file.")


def _load_sqlite(file: Path, database: Path, yes: bool) -> None:
    database.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as source:
        _check_sqlite(source, file)
        with closing(sqlite3.connect(database, timeout=10)) as target:
            _refuse_to_overwrite(target.execute(IN_SQLITE).fetchone()[0], yes)
            try:
                source.backup(target)
            except sqlite3.OperationalError as wrong:
                raise click.ClickException(
                    f"The database is in use ({wrong}). Stop everything, then try again."
                ) from None


def _refuse_to_overwrite(tables: int, yes: bool) -> None:
    if tables and not yes:
        raise Wrong("The database is not empty, and restoring replaces all of it. If so: add --yes")


def _dump_postgres(url: str, part: Path) -> None:
    env = _environment(url)
    _check_version("pg_dump", url)
    _run(["pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--schema=public", f"--file={part}"], env)


def _load_postgres(file: Path, url: str, yes: bool) -> None:
    """The tables of now step aside and come back if the restore fails: there is no moment without either."""
    env = _environment(url)
    _check_version("pg_restore", url)
    contents = _run(["pg_restore", "--list", str(file)], env)
    with _connected(url) as connection, tempfile.NamedTemporaryFile("w", suffix=".list") as chosen:
        chosen.write(re.sub(r"(?m)^.* SCHEMA - public .*$", "", contents))  # ours is there already, with the extension
        chosen.flush()
        row = connection.execute(IN_POSTGRES).fetchone()
        _refuse_to_overwrite(row[0] if row else 0, yes)
        with connection.transaction():
            connection.execute("alter schema public rename to before_restore")
            connection.execute("create schema public")
        _provide_trigrams(connection)
        try:
            options = ["--no-owner", "--no-privileges", "--exit-on-error", f"--use-list={chosen.name}"]
            _run(["pg_restore", *options, "--single-transaction", f"--dbname={env['PGDATABASE']}", str(file)], env)
        except BaseException:  # Ctrl+C too: the tables of now must not stay aside
            with connection.transaction():
                _move_trigrams(connection, "public", "before_restore")
                connection.execute("drop schema if exists public cascade")
                connection.execute("alter schema before_restore rename to public")
            raise
        connection.execute("drop schema before_restore cascade")


def _provide_trigrams(connection: psycopg.Connection[Any]) -> None:
    """Search indexes need the extension pg_trgm, which is in no dump of a schema; it moves with the tables."""
    import psycopg

    _move_trigrams(connection, "before_restore", "public")
    with suppress(psycopg.Error):
        connection.execute("create extension if not exists pg_trgm")


def _move_trigrams(connection: psycopg.Connection[Any], source: str, target: str) -> None:
    if connection.execute(TRIGRAMS, [source]).fetchone():
        connection.execute(f"alter extension pg_trgm set schema {target}")


def _connected(url: str) -> psycopg.Connection[Any]:
    import psycopg

    try:
        return psycopg.connect(_plain(url), autocommit=True)
    except psycopg.OperationalError as away:
        said = str(away).strip().partition("\n")[0]
        raise click.ClickException(f"The database does not answer ({said}). Start it, then try again.") from None


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def _environment(url: str) -> dict[str, str]:
    """The connection as libpq's variables: a password in the arguments could be read by everyone on the machine."""
    from psycopg.conninfo import conninfo_to_dict

    parts = conninfo_to_dict(_plain(url))
    given = {VARIABLES[name]: str(value) for name, value in parts.items() if name in VARIABLES}
    return {**os.environ, "PGDATABASE": parts.get("dbname") or "postgres", **given}


def _check_version(tool: str, url: str) -> None:
    if shutil.which(tool) is None:
        raise click.ClickException(f"{tool} is not installed. Install PostgreSQL's client tools (postgresql-client).")
    said = subprocess.run([tool, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"(\d+)(?:\.|\s|$)", said)
    with _connected(url) as connection:
        server = connection.info.server_version // 10_000
    if found is None or int(found[1]) < server:
        raise click.ClickException(
            f"{said.strip()} is older than the server, PostgreSQL {server}. Install postgresql-client-{server}."
        )


def _run(command: list[str], env: dict[str, str]) -> str:
    ran = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if ran.returncode:
        said = ran.stderr.strip().splitlines()
        raise click.ClickException(f"{command[0]} did not finish: {said[-1] if said else 'it gave no reason'}.")
    return ran.stdout
