"""Records as CSV: the same bytes from memory, SQLite and PostgreSQL."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import psycopg
import pytest

from adapters.db.extracts import taken
from core.domain.contact import ContactMessage
from core.domain.rates import ExchangeRate
from core.domain.tasks import Task
from core.ports.records import Condition, Question

SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def lines(kept, entity, fields, question):
    """The whole text, and how many rows were said to be in it."""
    parts = []
    kept.extracts.csv(entity, fields, question, lambda text, rows: parts.append((text, rows)))
    return b"".join(text for text, _ in parts).decode(), sum(rows for _, rows in parts)


@pytest.fixture
def message(kept):
    """Keep a message as it is, whatever the rules would say."""

    def make(key, **fields):
        words = {"name": "Ada", "email": "a@example.com", "subject": "Engines", "message": "Hello", **fields}
        with kept.uow.transaction():
            kept.record_store.add(ContactMessage(id=key, created_at=words.pop("created_at", NOON), **words))

    return make


def test_cells_are_the_same_everywhere(kept, message):
    message("msg_1", subject='a "b", c', message="x\r\ny", notify_me=True)
    message("msg_2", name="", delivered_at=NOON.replace(microsecond=50_000), created_at=NOON.replace(microsecond=1))
    fields = ("id", "name", "subject", "message", "notify_me", "created_at", "delivered_at")
    assert lines(kept, ContactMessage, fields, Question(order="id")) == (
        'msg_1,Ada,"a ""b"", c","x\r\ny",yes,2026-11-24T12:00:00+00:00,\r\n'
        "msg_2,,Engines,Hello,no,2026-11-24T12:00:00.000001+00:00,2026-11-24T12:00:00.05+00:00\r\n",
        2,
    )


def test_text_that_a_spreadsheet_would_run_has_a_quote_in_front(kept, message):
    for number, sign in enumerate(SIGNS):
        message(f"msg_{number:02}", name=f"{sign}1+1", subject=f"1{sign}")
    text, _ = lines(kept, ContactMessage, ("name", "subject"), Question(order="id"))
    cells = list(csv.reader(io.StringIO(text, newline="")))
    assert cells == [[f"'{sign}1+1", f"1{sign}"] for sign in SIGNS]


def test_decimal_numbers_are_exact_and_days_plain(kept):
    exact = ["1.05", "160", "0.00000001", "-0.5", "92233720368.54775807", "0"]
    with kept.uow.transaction():
        for number, rate in enumerate(exact):
            kept.record_store.add(
                ExchangeRate(id=f"2026-11-24-{number}", day=date(2026, 11, 24), currency=str(number), source="x",
                             rate=Decimal(rate), fetched_at=NOON)
            )  # fmt: skip
    text, _ = lines(kept, ExchangeRate, ("day", "rate"), Question(order="id"))
    assert text.split() == [f"2026-11-24,{rate}" for rate in exact]


def test_json_is_compact_and_numbers_are_plain(kept):
    with kept.uow.transaction():
        kept.outbox.enqueue("rates.fetch", {"of": "über", "list": [1, None]})
    text, _ = lines(kept, Task, ("payload", "priority", "result", "due_at"), Question(order="id"))
    assert text == '"{""of"":""über"",""list"":[1,null]}",5,,\r\n'


def test_only_what_was_asked_for_is_told_in_its_order(kept, message):
    for number in range(5):
        message(f"msg_{number}", name=f"Name {4 - number}", subject="100%" if number % 2 else "Looms")
    asked = Question(order="name", descending=True, words=("looms",), among=("name", "subject"),
                     conditions=(Condition(field="created_at", test="from", value=NOON),
                                 Condition(field="notify_me", test="is", value=False),
                                 Condition(field="subject", test="one of", value=("Looms", "Cards")),
                                 Condition(field="name", test="contains", value="Name")))  # fmt: skip
    assert lines(kept, ContactMessage, ("id",), asked) == ("msg_0\r\nmsg_2\r\nmsg_4\r\n", 3)
    percent = Question(order="id", conditions=(Condition(field="subject", test="contains", value="%"),))
    assert lines(kept, ContactMessage, ("id",), percent)[1] == 2


def test_veil_says_what_of_a_row_is_told(kept, message):
    message("msg_1", name="=1", delivered_at=NOON)
    message("msg_2", name="Bea")

    def veil(row):
        return row | ({"delivered_at": None} if row["name"] == "Bea" else {"notify_me": {"a": ["ü"]}})

    parts, fields = [], ("name", "notify_me", "created_at", "delivered_at")
    kept.extracts.csv(ContactMessage, fields, Question(order="id"), lambda *part: parts.append(part), veil)
    noon = "2026-11-24T12:00:00+00:00"
    assert parts == [(f'\'=1,"{{""a"":[""ü""]}}",{noon},{noon}\r\nBea,no,{noon},\r\n'.encode(), 2)]


def test_what_fails_on_the_server_after_the_first_lines_is_an_error_and_no_short_file(migrated_url):
    with psycopg.connect(migrated_url.replace("+psycopg", "")) as connection, connection.cursor() as cursor:
        failing = "COPY (SELECT 6 / (4 - n) FROM generate_series(1, 9) n) TO STDOUT"
        read = []
        with pytest.raises(psycopg.errors.DivisionByZero), cursor.copy(failing) as copied:
            read.extend(bytes(line) for line in taken(copied, connection.pgconn))
        assert read == [b"2\n", b"3\n", b"6\n"]


def test_lines_that_are_waited_for_come_in_their_order(migrated_url):
    with psycopg.connect(migrated_url.replace("+psycopg", "")) as connection, connection.cursor() as cursor:
        slow = "COPY (SELECT n, repeat('x', 9000), pg_sleep(0.01) FROM generate_series(1, 9) n) TO STDOUT"
        with cursor.copy(slow) as copied:
            read = [bytes(line)[:1] for line in taken(copied, connection.pgconn)]
        assert read == [b"%d" % number for number in range(1, 10)]
        assert cursor.execute("SELECT 1").fetchone() == (1,)


def test_nothing_that_fits_is_no_line(kept):
    assert lines(kept, ContactMessage, ("id",), Question(order="id")) == ("", 0)


def test_many_are_told_in_parts(kept):
    with kept.uow.transaction():
        for number in range(4500):
            words = {"name": str(number), "email": "a@example.com", "subject": "x", "message": "y"}
            kept.messages.add(ContactMessage(id=f"msg_{number:05}", created_at=NOON, **words))
    text, rows = lines(kept, ContactMessage, ("name",), Question(order="id"))
    assert (text.split(), rows) == ([str(number) for number in range(4500)], 4500)
