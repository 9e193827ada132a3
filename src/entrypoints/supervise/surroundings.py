"""What a start finds around it: `.env`, the folder of the state, the port; it starts nothing."""

from __future__ import annotations

import fcntl
import os
import secrets
import socket
from pathlib import Path
from typing import IO

DEFAULT_PORT = 8000
PORTS_TRIED = 100
TEMPLATE = """\
# Written by the first `make run`. Everything here may be changed; docs/operations.md lists what else there is.
ENGINEBAY_SECRET_KEY={key}
"""


class CannotStart(Exception):
    """The start ends here, with a sentence and exit code 2."""


def write_env(path: Path) -> bool:
    """Write `.env` with a random key unless it is there; True when written. Only its owner may read it."""
    try:
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    except OSError as refused:
        raise CannotStart(
            f"{path.absolute()} cannot be written: {refused.strerror}. Make its folder writable."
        ) from None
    with os.fdopen(opened, "w") as file:
        file.write(TEMPLATE.format(key=secrets.token_hex(32)))
    return True


def read_env(path: Path) -> dict[str, str]:
    """The names and values of `.env`; the environment wins over them, and an empty value is none."""
    pairs = {}
    for line in path.read_text().splitlines():
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and value.strip() and not name.startswith("#"):
            pairs[name.strip()] = _unquoted(value.strip())
    return pairs


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value.partition(" #")[0].rstrip()


def lock(home: Path) -> IO[str]:
    """Hold the folder for this process; the lock ends with the process, however it ends."""
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        held = (home / "run.lock").open("a+")
    except OSError as refused:
        raise CannotStart(
            f"The state cannot be kept in {home}: {refused.strerror}. "
            "Give it another folder: ENGINEBAY_HOME=other make run"
        ) from None
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise CannotStart(
            f"Enginebay already runs on {home}. Stop it with Ctrl+C where it runs, "
            "or give this one another folder: ENGINEBAY_HOME=other make run"
        ) from None
    return held


def choose_port(host: str, asked: str | None) -> tuple[int, str | None]:
    """The port to serve on, and what to say if it is not the default one. An asked port that is taken is an error."""
    if asked is not None:
        port = _number(asked)
        if not _free(host, port):
            raise CannotStart(f"Port {port} is taken by another program. Stop that one, or: PORT={port + 1} make run")
        return port, None
    for port in range(DEFAULT_PORT, DEFAULT_PORT + PORTS_TRIED):
        if _free(host, port):
            said = f"Port {DEFAULT_PORT} is taken by another program, so {port} is used."
            return port, None if port == DEFAULT_PORT else said
    raise CannotStart(f"No port from {DEFAULT_PORT} on is free. Choose one: PORT=9000 make run")


def _number(asked: str) -> int:
    if asked.isdigit() and 0 < int(asked) < 65536:
        return int(asked)
    raise CannotStart(f"PORT must be a number from 1 to 65535. It is {asked!r}. Set it in the environment or in .env.")


def _free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except socket.gaierror:
            return True  # a name: the first start, which reads the settings, says that it must be an address
        except OSError:
            return False
        return True
