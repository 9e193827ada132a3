"""The articles bench: RealWorld's articles as we serve them, beside the same answers by hand (peers/bare_articles).

Two processes each, behind the same server and bridge, on the same PostgreSQL; `wrk` with 2 threads and 32 connections
for 10 seconds, ours and the floor in turns, three times: the median of each.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import psycopg

from bench.contestants import OURS, PROCESSES
from bench.ground import Ground
from bench.peers import bare_articles
from bench.processes import ROOT, answers, free_port, running, until
from bench.results import Row, more_is_better
from bench.tasks import Say

FEW, MANY, TURNS, SLUGS = 1_000, 100_000, 3, 500
BARE = "flask + core by hand"
NO_WRK = "wrk is not installed, so articles are not measured. Install it (apt-get install wrk), then try again."
FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]
SCRIPT = """
local paths, headers, body = {%(paths)s}, {%(headers)s}, %(body)s
local threads, turn = 0, 0
function setup(thread) thread:set("me", threads); threads = threads + 1 end
function request()
  turn = turn + 1
  return wrk.format("%(method)s", paths[turn %% #paths + 1], headers, body and string.format(body, %(run)d, me, turn))
end
"""


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What is asked of both. `theirs` is the floor's own address for it, where that is another one."""

    name: str
    paths: tuple[str, ...]
    theirs: tuple[str, ...] = ()
    method: str = "GET"
    body: str = ""


@dataclass(frozen=True, kw_only=True)
class Server:
    """Who is asked: where, by which token, and where it writes what went wrong."""

    name: str
    port: int
    token: str
    log: Path


def compare_articles(ground: Ground, bench: str, scale: float, say: Say) -> list[Row]:
    """Rows of the articles bench; with `--quick` a fifth of the posts and of the time."""
    if shutil.which("wrk") is None:
        say(NO_WRK)
        return []
    seconds, rows = max(2, round(10 * scale)), []
    OURS.prepare(ground)
    for number in (FEW, int(MANY * scale)):
        _fill(ground, number)
        with _site(ground, "ours") as ours, _site(ground, "bare") as bare:
            for ask in _asks(ground, number):
                rows.append(_row(f"{bench} {number:,}", ask, _rates(ground, ask, (ours, bare), seconds)))
                say(f"{rows[-1].bench}: {ask.name} {rows[-1].ours:,} a second, by hand {rows[-1].peer:,}")
    return rows


def _row(bench: str, ask: Ask, rates: dict[str, float]) -> Row:
    return more_is_better(bench, ask.name, "requests/s", ours=rates["ours"], peer=rates["bare"], peer_name=BARE)


def _asks(ground: Ground, number: int) -> Iterator[Ask]:
    lists = ("/api/articles?limit=20",)
    with psycopg.connect(ground.conninfo(OURS.database)) as connection:
        found = connection.execute(
            "SELECT slug FROM posts WHERE state = 'published' AND hidden_at IS NULL ORDER BY md5(slug) LIMIT %s",
            (SLUGS,),
        ).fetchall()
    yield Ask(name="list", paths=lists)
    yield Ask(name="by slug", paths=tuple(f"/api/articles/{slug}" for (slug,) in found))
    yield Ask(name="native list", paths=("/api/v1/posts?limit=20",), theirs=lists)
    yield Ask(name="tags", paths=("/api/tags",))
    article = {"title": "Title %d %d %d", "description": "About it", "body": "Words. " * 60, "tagList": ["a", "b"]}
    yield Ask(name="write", paths=("/api/articles",), method="POST", body=json.dumps({"article": article}))


def _rates(ground: Ground, ask: Ask, servers: tuple[Server, Server], seconds: int) -> dict[str, float]:
    """Requests a second of each, the median of some turns. Raises `RuntimeError` when anything was refused."""
    took: dict[str, list[float]] = {server.name: [] for server in servers}
    for turn in range(TURNS + 1):
        for server in servers:
            own = replace(ask, paths=ask.theirs) if ask.theirs and server.name == "bare" else ask
            rate = _wrk(ground.folder / "ask.lua", own, server, seconds if turn else 1)
            took[server.name] += [rate] if turn else []  # the first one warms up
    return {name: median(rates) for name, rates in took.items()}


def _wrk(script: Path, ask: Ask, server: Server, seconds: int) -> float:
    headers = {"Content-Type": "application/json", "Authorization": f"Token {server.token}"} if ask.body else {}
    script.write_text(SCRIPT % {
        "paths": ", ".join(map(json.dumps, ask.paths)), "method": ask.method,
        "headers": ", ".join(f"[{json.dumps(name)}] = {json.dumps(value)}" for name, value in headers.items()),
        "body": json.dumps(ask.body) if ask.body else "nil",
        "run": random.randrange(2**31),  # each title is a new one, or its slug would be another's
    })  # fmt: skip
    command = ["wrk", "-t2", "-c32", f"-d{seconds}s", "-s", str(script), f"http://127.0.0.1:{server.port}"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    if refused:
        raise RuntimeError(
            f"{server.name} refused {refused[1]} requests ({ask.name}); none should have been. It said: "
            + "\n".join(server.log.read_text().splitlines()[-5:])
        )
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])  # type: ignore[index]


def _fill(ground: Ground, number: int) -> None:
    """Have so many posts in both."""
    env = {**os.environ, **OURS.environment(ground, "articles")}
    subprocess.run([*FLASK, "seed", "--posts", str(number)], cwd=ROOT, env=env, check=True, capture_output=True)
    bare_articles.fill(ground.database(OURS.database))
    with psycopg.connect(ground.conninfo(OURS.database), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


@contextmanager
def _site(ground: Ground, name: str) -> Iterator[Server]:
    """Its web processes on one port."""
    port, env = free_port(), {**OURS.environment(ground, "articles"), "ENGINEBAY_CONDUIT__RULES": "open"}
    ours = [sys.executable, "-m", "entrypoints.web.serve", "127.0.0.1", str(port)]
    command = ours if name == "ours" else [sys.executable, "-m", "bench.peers.bare_articles", str(port)]
    log = ground.folder / f"{name}-articles.log"
    with running([command] * PROCESSES, env, log):
        until(lambda: answers(port), f"{name} to listen", within=30)
        yield Server(name=name, port=port, token=_joined(port) if name == "ours" else _theirs(ground), log=log)


def _joined(port: int) -> str:
    name = f"writer_{os.urandom(4).hex()}"
    given = {"user": {"username": name, "email": f"{name}@example.com", "password": "weave-patterns"}}
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/api/users", json.dumps(given).encode())
    with urllib.request.urlopen(asked) as answer:
        return str(json.load(answer)["user"]["token"])


def _theirs(ground: Ground) -> str:
    with psycopg.connect(ground.conninfo(OURS.database)) as connection:
        (user,) = connection.execute("SELECT id FROM users ORDER BY id DESC LIMIT 1").fetchone()  # type: ignore[misc]
    return bare_articles.token(user)
