"""Real processes for the fault runs: started in groups of their own, ended by their ids; it knows no fault."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]
PYTHON = sys.executable


def until(what: Callable[[], object], meaning: str, within: float = 30.0, pause: float = 0.05) -> float:
    """Wait until `what` is true; return the seconds it took. Fails with `meaning` after `within` seconds."""
    began = time.monotonic()
    while not what():
        if time.monotonic() - began > within:
            raise AssertionError(f"Waited {within:.0f} s for {meaning}, in vain.")
        time.sleep(pause)
    return time.monotonic() - began


def free_port() -> int:
    """A port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether somebody listens on this port of the loopback."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def listens(pid: int, port: int) -> bool:
    """Whether this very process listens there; others may share the port."""
    sockets = {line.split()[9] for line in Path("/proc/net/tcp").read_text().splitlines()[1:] if _is_open(line, port)}
    with suppress(FileNotFoundError):
        held = [os.readlink(entry) for entry in Path(f"/proc/{pid}/fd").iterdir() if entry.is_symlink()]
        return any(f"socket:[{inode}]" in held for inode in sockets)
    return False


def _is_open(line: str, port: int) -> bool:
    """A line of /proc/net/tcp that stands for a listening socket (state 0A) on this port."""
    _, local, _, state, *_ = line.split()
    return state == "0A" and int(local.partition(":")[2], 16) == port


class Child:
    """One started process with its group; what it says goes to a file."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str], log: Path) -> None:
        self.command, self.env, self.log = list(command), dict(env), log
        self.begin()

    def begin(self) -> None:
        """Start it, or start it again."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.env, stdout=output, stderr=output, start_new_session=True
            )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self.process.poll() is None

    def send(self, number: signal.Signals) -> None:
        """Send a signal to this process alone."""
        with suppress(ProcessLookupError):
            os.kill(self.process.pid, number)

    def kill(self) -> None:
        """SIGKILL to it and to what it started, and see it gone."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def stop(self, within: float = 30.0) -> int:
        """SIGTERM, as a deployment does; return the exit code."""
        self.send(signal.SIGTERM)
        return self.process.wait(within)

    def end(self) -> None:
        """Leave nothing behind, whatever state it is in."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGCONT)
        if self.is_alive:
            self.send(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(3)
        self.kill()

    def said(self) -> str:
        """Everything it wrote."""
        return self.log.read_text(errors="replace")
