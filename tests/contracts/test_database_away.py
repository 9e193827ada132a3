"""PostgreSQL breaks off or refuses: it is said in our words, told to nobody what was written, and over at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from core.domain.kernel.errors import Unavailable
from entrypoints.logs import _without_rows

GONE = "SELECT pg_terminate_backend(pg_backend_pid()), CAST(:subject AS text)"
ALL = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""
AT_ONCE = 6


@pytest.fixture
def away(make_app, postgres_url):
    return make_app(settings={"database_url": postgres_url})


def read(app, together):
    try:
        with app.uow.reading():
            app.uow.rows("SELECT 1", {})
            together.wait(20)  # so that each holds a connection of its own
    except Unavailable:
        together.wait(20)
        return "away"
    return "well"


def read_at_once(app):
    together = Barrier(AT_ONCE)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda _: read(app, together), range(AT_ONCE)))


def test_once_it_is_back_one_reader_finds_out_and_no_other(away, postgres_url):
    assert read_at_once(away) == ["well"] * AT_ONCE
    operator = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with operator.connect() as connection:
        connection.execute(text(ALL))
    operator.dispose()
    with pytest.raises(Unavailable), away.uow.reading():
        away.uow.rows("SELECT 1", {})
    assert read_at_once(away) == ["well"] * AT_ONCE


@pytest.mark.parametrize("block", ["reading", "transaction"])
def test_a_hall_that_is_full_is_no_disk_that_is(away, block):
    with pytest.raises(Unavailable, match="does not answer"), getattr(away.uow, block)():
        away.uow.rows(GONE, {"subject": "our hall and the disk is full"})


@pytest.mark.parametrize("block", ["reading", "transaction"])
def test_what_was_to_be_written_is_in_no_error(away, block):
    asked, given = "SELECT 1 / (length(:given) - 6)", {"given": "secret"}
    with pytest.raises(DBAPIError) as past, getattr(away.uow, block)():
        away.uow.rows(asked, given)
    with pytest.raises(DBAPIError) as through, getattr(away.uow, block)():
        away.uow.connection.execute(text(asked), given)
    for wrong in (past, through):
        assert "division by zero" in str(wrong.value)
        assert "secret" not in str(wrong.value)


def test_a_row_that_is_refused_is_in_no_log():
    said = "NotNullViolation: null value\nDETAIL:  Failing row contains (ada@example.com,\nhash).\n[SQL: INSERT]\nmore"
    told = _without_rows(None, "", {"event": "unexpected", "exception": said})
    assert told["exception"] == "NotNullViolation: null value\nDETAIL: •••\n[SQL: INSERT]\nmore"
    assert _without_rows(None, "", {"event": "request"}) == {"event": "request"}
