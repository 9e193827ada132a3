"""The sign-in bench: how many sign-ins a second beside what the machine can hash at most.

Ours: two web processes on one port, `POST /login` with right passwords, many accounts and addresses, wide limits.
Beside it: the same hashes compared by argon2 itself, in as many threads as there are cores. The two go in turns, or
a machine whose speed changes from one moment to the next would be measured, not we. Both are counted over the same kind
of span: after they have got going and before they come to an end.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, count
from statistics import median
from urllib.parse import urlencode

import psycopg
from argon2 import PasswordHasher

from bench.contact import site
from bench.contestants import OURS
from bench.ground import Ground
from bench.processes import ROOT
from bench.results import Row, more_is_better
from bench.tasks import Say

PEOPLE, CONNECTIONS, TURNS = 300, 8, 20
TRIES, WARM = 20_000, 0.5
"""What a day leaves counted, and the seconds after which both are under way."""
PASSWORD = "weave-algebraic-patterns"
FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]


def compare_sign_ins(ground: Ground, bench: str, scale: float, say: Say) -> list[Row]:
    """The row of the sign-in bench."""
    seconds = max(1.0, 2.0 * scale)
    with site(ground, OURS, ENGINEBAY_TRUSTED_PROXIES="1") as port:
        emails = _people(ground)
        _count_tries(ground)
        _sign_ins(port, emails, 2.0)
        turns = [(_sign_ins(port, emails, seconds), _hashes(seconds)) for _ in range(TURNS)]
    ours, raw = (median(rates) for rates in zip(*turns, strict=True))
    say(f"{bench}: enginebay {ours:.1f} a second, argon2 alone {raw:.1f}")
    return [more_is_better(bench, "sign-ins", "sign-ins/s", ours=ours, peer=raw, peer_name="argon2 alone")]


def _people(ground: Ground) -> list[str]:
    """The addresses of people who may sign in, made up for this run."""
    env = {**os.environ, **OURS.environment(ground, "contact")}
    subprocess.run([*FLASK, "seed", "--people", str(PEOPLE)], cwd=ROOT, env=env, check=True, capture_output=True)
    said = subprocess.run(
        [*FLASK, "users", "list", "--json", "--limit", "1000"], cwd=ROOT, env=env, check=True, capture_output=True
    )
    users = json.loads(said.stdout)
    return [user["email"] for user in users if user["active"] and user["email"].endswith("@example.org")]


def _count_tries(ground: Ground) -> None:
    """A day's tries, and what PostgreSQL learns of them by itself within a minute."""
    with psycopg.connect(ground.conninfo(OURS.database), autocommit=True) as connection:
        connection.execute(
            "INSERT INTO sign_in_tries (key, kind, failures, last_at) "
            "SELECT 'address 198.51.' || number / 256 || '.' || mod(number, 256), 'address', 1, now() "
            "FROM generate_series(1, %s) AS number",
            (TRIES,),
        )
        connection.execute("VACUUM ANALYZE")


def _sign_ins(port: int, emails: list[str], seconds: float) -> float:
    """Sign-ins a second over so many connections. Raises `RuntimeError` when one is refused."""
    turn = count()
    cookie, token = _form(port)
    typed = [urlencode({"csrf_token": token, "email": email, "password": PASSWORD}) for email in emails]
    head = (
        f"POST /login HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
    )

    def knock(until: float) -> Iterator[float]:
        """Bare sockets and prepared bytes: what the client takes of two cores, the server cannot have."""
        with socket.create_connection(("127.0.0.1", port), timeout=30) as link:
            while time.perf_counter() < until:
                number = next(turn)
                sender, body = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}", typed[number % len(typed)]
                link.sendall(f"{head}X-Forwarded-For: {sender}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
                _let_in(link)
                yield time.perf_counter()

    return _rate(knock, CONNECTIONS, seconds)


def _rate(work: Callable[[float], Iterator[float]], threads: int, seconds: float) -> float:
    """How often a second something ends in so many threads. `work` goes on until an instant, and tells of each end."""
    begin = time.perf_counter() + WARM
    until = begin + seconds
    with ThreadPoolExecutor(threads) as pool:
        ended = list(chain.from_iterable(pool.map(lambda _: list(work(until)), range(threads))))
    return sum(begin <= one < until for one in ended) / seconds


def _form(port: int) -> tuple[str, str]:
    """A visitor's cookie, and the token of the form that goes with it."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/login", timeout=30) as page:
        cookie, form = page.headers["Set-Cookie"].partition(";")[0], page.read().decode()
    return cookie, re.search(r'name="csrf_token" value="([^"]+)"', form).group(1)  # type: ignore[union-attr]


def _let_in(link: socket.socket) -> None:
    """Read an answer to its end. Raises `RuntimeError` when it is not that somebody was let in."""
    with link.makefile("rb") as answer:
        status, length = answer.readline(), 0
        while (field := answer.readline().lower()) not in (b"\r\n", b""):
            length = int(field[15:]) if field.startswith(b"content-length:") else length
        answer.read(length)
    if not status.startswith(b"HTTP/1.1 303"):
        raise RuntimeError(f"A sign-in was answered {status.decode()!r}; every one should have been let in.")


def _hashes(seconds: float) -> float:
    """Passwords compared a second by argon2 alone, in as many threads as there are cores."""
    hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
    encoded = hasher.hash(PASSWORD)

    def compare(until: float) -> Iterator[float]:
        while time.perf_counter() < until:
            hasher.verify(encoded, PASSWORD)
            yield time.perf_counter()

    return _rate(compare, os.cpu_count() or 2, seconds)
