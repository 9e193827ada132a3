"""The sign-in bench: how many sign-ins a second beside what the machine can hash at most.

Ours: two web processes on one port, `POST /login` with right passwords, many accounts and addresses, wide limits.
Beside it: the same hashes compared by argon2 itself, in as many threads as there are cores. The two go in turns, or
a machine whose speed changes from one moment to the next would be measured, not we.
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
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from statistics import median
from urllib.parse import urlencode

from argon2 import PasswordHasher

from bench.contact import site
from bench.contestants import OURS
from bench.ground import Ground
from bench.processes import ROOT
from bench.results import Row, more_is_better
from bench.tasks import Say

PEOPLE, CONNECTIONS, TURNS = 300, 8, 5
PASSWORD = "weave-algebraic-patterns"
FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]


def compare_sign_ins(ground: Ground, bench: str, scale: float, say: Say) -> list[Row]:
    """The row of the sign-in bench."""
    seconds = max(2.0, 6.0 * scale)
    with site(ground, OURS, ENGINEBAY_TRUSTED_PROXIES="1") as port:
        emails = _people(ground)
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


def _sign_ins(port: int, emails: list[str], seconds: float) -> float:
    """Sign-ins a second over so many connections. Raises `RuntimeError` when one is refused."""
    until, turn = time.perf_counter() + seconds, count()
    cookie, token = _form(port)
    typed = [urlencode({"csrf_token": token, "email": email, "password": PASSWORD}) for email in emails]
    head = (
        f"POST /login HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
    )

    def knock() -> int:
        """Bare sockets and prepared bytes: what the client takes of two cores, the server cannot have."""
        with socket.create_connection(("127.0.0.1", port), timeout=30) as link:
            done = 0
            while time.perf_counter() < until:
                number = next(turn)
                sender, body = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}", typed[number % len(typed)]
                link.sendall(f"{head}X-Forwarded-For: {sender}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
                _let_in(link)
                done += 1
        return done

    begun = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        done = sum(one.result() for one in [pool.submit(knock) for _ in range(CONNECTIONS)])
    return done / (time.perf_counter() - begun)


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
    encoded, threads = hasher.hash(PASSWORD), os.cpu_count() or 2
    until = time.perf_counter() + seconds

    def compare() -> int:
        done = 0
        while time.perf_counter() < until:
            hasher.verify(encoded, PASSWORD)
            done += 1
        return done

    with ThreadPoolExecutor(threads) as pool:
        return sum(one.result() for one in [pool.submit(compare) for _ in range(threads)]) / seconds
