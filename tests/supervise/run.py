"""One `make run` in a folder of its own: what it says, which processes it has, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PARTS = ("src", "migrations", "worker.py", "wsgi.py")


def checkout(folder: Path) -> Path:
    """A folder that looks like a clone but has no `.env` and no state yet."""
    folder.mkdir()
    for part in PARTS:
        (folder / part).symlink_to(ROOT / part)
    return folder


class MakeRun:
    """The supervisor in a process group of its own, as a terminal gives it; every line it says is kept."""

    def __init__(self, folder: Path, **environment: str) -> None:
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "entrypoints.supervise"],
            cwd=folder, env={**kept, "PYTHONPATH": "src", **environment}, process_group=0,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self.home = folder / environment.get("ENGINEBAY_HOME", "var")
        self.said: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def until_said(self, beginning: str, seconds: float = 60) -> str:
        """Wait for a line, and return it."""
        until(lambda: self._heard(beginning) or self.process.poll() is not None, seconds, f"the line {beginning!r}")
        found = self._heard(beginning)
        assert found, "\n".join(self.said)
        return found

    def until_ready(self) -> str:
        """Wait for the line with the site's address, and return the address."""
        return self.until_said("ready ").split()[1]

    def ended(self, seconds: float = 30) -> int:
        """Wait for its end; return the exit code."""
        code = self.process.wait(seconds)
        self._reader.join(5)
        return code

    def signal_group(self, number: signal.Signals) -> None:
        """What a terminal does at Ctrl+C: the signal goes to the whole foreground group."""
        os.killpg(self.process.pid, number)

    def children(self) -> dict[int, str]:
        """What each process is that it started, by their pids."""
        found = {pid: _command(pid) for pid in _children_of(self.process.pid)}
        return {pid: _role(command) for pid, command in found.items() if command}

    def pid_of(self, role: str) -> int:
        """The first process of this role, 0 when there is none."""
        return next((pid for pid, found in self.children().items() if found == role), 0)

    def weight(self) -> float:
        """MB of everything that runs: pages that several share are counted once (PSS)."""
        rolled = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in (self.process.pid, *self.children())]
        return sum(int(text.partition("\nPss:")[2].split()[0]) for text in rolled) * 1024 / 1e6

    def close(self) -> None:
        """End it, whatever state it is in."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait(5)

    def _heard(self, beginning: str) -> str | None:
        return next((line for line in list(self.said) if line.startswith(beginning)), None)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line.rstrip("\n"))


def until(happened: Callable[[], object], seconds: float, what: str) -> None:
    """Look again and again until it happened; fail with a sentence when it did not."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain for {what}"
        time.sleep(0.02)


def ask(address: str, body: dict[str, Any] | None = None) -> Any:
    """GET, or POST with a body; the JSON of the answer, None while nobody answers."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return json.loads(answer.read())
    except OSError:
        return None


def are_gone(pids: list[int]) -> bool:
    """Whether none of these processes is there any more."""
    return not any(_command(pid) for pid in pids)


def free_port() -> int:
    """A port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _children_of(parent: int) -> list[int]:
    listed = Path(f"/proc/{parent}/task/{parent}/children")
    return [int(pid) for pid in listed.read_text().split()] if listed.exists() else []


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def _role(command: str) -> str:
    signs = (("web.serve", "web"), ("scheduler", "scheduler"), ("worker.py", "worker"), ("valkey", "valkey"))
    return next((role for sign, role in signs if sign in command), command)
