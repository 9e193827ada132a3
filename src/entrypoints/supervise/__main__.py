"""`make run`: everything in one terminal, kept alive until Ctrl+C; it serves nothing and imports nothing of the app."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from entrypoints.supervise.children import Child, Register
from entrypoints.supervise.household import Household
from entrypoints.supervise.say import Terminal
from entrypoints.supervise.surroundings import CannotStart, choose_port, lock, read_env, write_env
from entrypoints.supervise.valkey import EmbeddedValkey, embedded_socket

ENV = Path(".env")
HOST = "127.0.0.1"


def main() -> int:
    """Start everything and watch it; 0 after a stop that was asked for, 2 when it cannot start."""
    began, terminal = time.monotonic(), Terminal(sys.stdout)
    try:
        return _run(terminal, began)
    except CannotStart as reason:
        terminal.say(str(reason))
        return 2


def _run(terminal: Terminal, began: float) -> int:
    wrote = [str(ENV)] if write_env(ENV) else []
    given = read_env(ENV) | {name: value for name, value in os.environ.items() if value}
    home = Path(given.get("ENGINEBAY_HOME", "var")).absolute()
    fresh = not home.exists()
    held = lock(home)
    register = Register(home / "run.json")
    if register.end_leftovers():
        terminal.say("An earlier run was killed; what was left of it has been ended. Nothing is lost.")
    port, moved = choose_port(given.get("ENGINEBAY_HOST", HOST), given.get("PORT"))
    if moved:
        terminal.say(moved)
    env = _environment(given, home, port)
    valkey = None if given.get("REDIS_URL") else EmbeddedValkey(home)
    household = Household(terminal=terminal, register=register, valkey=valkey)
    household.listen()
    try:
        made = _first_start(env, household)
        if made is None:
            return 0
        household.open(valkey_env=env)
        terminal.block(_welcome(wrote + ([f"{home}/"] if fresh else []), made))
        household.start(_web(given, env, port))
        household.start_together(_crew(given, env))
        household.watch(site=made["site"], served=(given.get("ENGINEBAY_HOST", HOST), port), began=began)
    finally:
        household.close()
        held.close()
    return 0


def _environment(given: dict[str, str], home: Path, port: int) -> dict[str, str]:
    ours = {"PORT": str(port), "ENGINEBAY_HOME": str(home), "PYTHONPATH": "src", "PYTHONUNBUFFERED": "1"}
    ours["REDIS_URL"] = given.get("REDIS_URL") or f"unix://{embedded_socket(home)}"  # production goes by no default
    # Fewer malloc arenas: threads that wait cost less memory.
    return {**given, **ours, "MALLOC_ARENA_MAX": given.get("MALLOC_ARENA_MAX", "2")}


def _first_start(env: dict[str, str], household: Household) -> dict[str, Any] | None:
    """In a child that ends: the app is never loaded into this process. Its sentences are passed on, and its failure.

    It checks the settings too, so it comes before everything else: a wrong one leaves nothing half started.
    """
    command = [sys.executable, "-m", "entrypoints.first_start"]
    # A group of its own: Ctrl+C must not strike it in the middle of a migration.
    made = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=False, start_new_session=True)  # noqa: S603
    if household.asked_to_stop:
        return None
    if made.returncode != 0:
        raise CannotStart("Nothing was started; the reason is above.")
    return dict(json.loads(made.stdout))


def _web(given: dict[str, str], env: dict[str, str], port: int) -> list[Child]:
    """SQLite has one writer, so one web process; PostgreSQL gets two. They share the port."""
    count = 2 if given.get("DATABASE_URL", "").startswith("postgres") else 1
    serve = [sys.executable, "-m", "entrypoints.web.serve", given.get("ENGINEBAY_HOST", HOST), str(port)]
    return [Child(name=_numbered("web", n, count), command=serve, env=env) for n in range(1, count + 1)]


def _crew(given: dict[str, str], env: dict[str, str]) -> list[Child]:
    count = int(given.get("ENGINEBAY_WORKERS", "2"))
    work = [sys.executable, "worker.py"]
    return [
        *(Child(name=_numbered("worker", n, count), command=work, env=env) for n in range(1, count + 1)),
        Child(name="scheduler", command=[*work, "scheduler"], env=env),
    ]


def _numbered(name: str, number: int, count: int) -> str:
    return name if count == 1 else f"{name}-{number}"


def _welcome(wrote: list[str], made: dict[str, Any]) -> list[str]:
    site, secret, up = made["site"], made["one_time_password"], made.get("made_up")
    lines = [
        f"wrote      {', '.join(wrote)}" if wrote else "wrote      nothing new",
        f"site       {site}",
        f"admin      {site}/admin",
        f"API docs   {site}/docs",
        f"inbox      {site}/dev/inbox",
        f"sign in    {made['admin_email']}",
        f"password   {secret}   (once; you choose your own at the first sign-in)" if secret else "",
        f"made up    {up['people']} people and {up['posts']} posts; the password of each: {up['password']}"
        if up
        else "",
        f"sandboxed  {', '.join(made['sandboxed'])} (nothing leaves this machine)" if made["sandboxed"] else "",
        "Ctrl+C stops all.",
    ]
    return [line for line in lines if line]


if __name__ == "__main__":
    sys.exit(main())
