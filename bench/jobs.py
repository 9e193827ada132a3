"""What every peer's task does, written once so that all are measured at the same work; knows no queue.

Engines and counters are made at first use, so each forked child has its own.
"""

from __future__ import annotations

import os
import smtplib
import threading
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from sqlalchemy import Column, Engine, Integer, MetaData, String, Table, create_engine, insert

from bench.tally import Stamps, Tally

LINES = Table(
    "bench_lines",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("number", Integer),
    Column("note", String),
)
NOTE = "one line of a quite ordinary length, as a task writes it"
WAIT = 0.001
T = TypeVar("T")


def once(make: Callable[[], T]) -> Callable[[], T]:
    """Make a thing at its first use, once among all threads (`functools.cache` would let two of them make it)."""
    made: list[T] = []
    making = threading.Lock()

    def get() -> T:
        if not made:
            with making:
                if not made:
                    made.append(make())
        return made[0]

    return get


@once
def tally() -> Tally:
    return Tally(Path(os.environ["BENCH_FOLDER"]))


@once
def stamps() -> Stamps:
    return Stamps(Path(os.environ["BENCH_FOLDER"]))


@once
def engine() -> Engine:
    return create_engine(os.environ["DATABASE_URL"], pool_size=8)


def noop() -> None:
    """Nothing but the queue itself."""
    tally().add()


def pause() -> None:
    """The 1 ms that a task waits before it writes."""
    time.sleep(WAIT)


def line(number: int) -> None:
    """Wait 1 ms, insert one row, commit."""
    pause()
    with engine().begin() as connection:
        connection.execute(insert(LINES), {"number": number, "note": NOTE})
    tally().add()


def mail(number: int) -> None:
    """Send one small mail over SMTP, as the standard library does it."""
    letter = EmailMessage()
    letter["From"], letter["To"] = "bench@example.org", "sink@example.org"
    letter["Subject"] = f"Letter {number}"
    letter.set_content(NOTE)
    address = urlsplit(os.environ["ENGINEBAY_SMTP__URL"])
    with smtplib.SMTP(address.hostname or "127.0.0.1", address.port or 25, timeout=10) as server:
        server.send_message(letter)
    tally().add()


def stamp(begun: int) -> None:
    """Write down how long ago, in nanoseconds, the task was asked for."""
    stamps().add(time.time_ns() - begun)
    tally().add()


ALL = (noop, line, mail, stamp)
