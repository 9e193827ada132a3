"""The processes of one run: started in groups of their own, read line by line, started again when they die."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Protocol

FIRST_DELAY, LONGEST_DELAY, SETTLED = 0.5, 30.0, 60.0
PR_SET_PDEATHSIG = 1
PYTHON_ERRORS = ("ModuleNotFoundError:", "ImportError:", "SyntaxError:", "IndentationError:")


class Process(Protocol):
    """As much of `subprocess.Popen` as is asked here."""

    pid: int
    stdout: IO[bytes] | None
    returncode: int | Any

    def poll(self) -> int | None: ...


@dataclass(eq=False, kw_only=True)
class Child:
    """One process that should be running. Where the system cannot end it with the supervisor, the next start does:
    an `orphan` is adopted, all others are ended by the register."""

    name: str
    command: list[str]
    env: Mapping[str, str]
    orphan: bool = False
    process: Process | None = None
    started_at: float = 0.0
    delay: float = FIRST_DELAY
    due_at: float | None = None
    rest: bytes = b""
    silent: bool = False
    last: str = field(default="", repr=False)

    def start(self) -> None:
        self.live(
            subprocess.Popen(  # noqa: S603
                self.command,
                env=dict(self.env),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with(os.getpid()),
            )
        )

    def live(self, process: Process) -> None:
        """Be this process from now on."""
        self.started_at, self.due_at = time.monotonic(), None
        self.rest, self.last, self.silent = b"", "", False
        self.process = process
        assert process.stdout is not None
        os.set_blocking(process.stdout.fileno(), False)

    def lines(self) -> list[str]:
        """The whole lines written since the last call; the end of a line may still be on its way."""
        if self.process is None or self.process.stdout is None or self.process.stdout.closed:
            return []
        with contextlib.suppress(BlockingIOError):
            while chunk := os.read(self.process.stdout.fileno(), 65_536):
                self.rest += chunk
            self.silent = True
        *whole, self.rest = self.rest.split(b"\n")
        said = [line.decode(errors="replace").rstrip() for line in whole]
        self.last = next((line for line in reversed(said) if line), self.last)
        return said

    def ended(self) -> int | None:
        """The exit code once it has ended."""
        return self.process.poll() if self.process else None

    def bury(self) -> str:
        """After its end: end what it left in its group, set the next start, and say what happened."""
        assert self.process is not None
        code, lived = self.process.returncode, time.monotonic() - self.started_at
        self.signal(signal.SIGKILL)
        if self.process.stdout:
            self.process.stdout.close()
        self.process = None
        if lived > SETTLED:
            self.delay = FIRST_DELAY
        said = f"{_cause(code, self.last)} It starts again in {self.delay:g} s."
        self.due_at = time.monotonic() + self.delay
        self.delay = min(self.delay * 2, LONGEST_DELAY)
        return said

    def signal(self, number: signal.Signals) -> None:
        """To the whole group, so that nothing it started stays behind."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)


def _cause(code: int, last: str) -> str:
    if last.startswith(PYTHON_ERRORS):
        return f"It could not be imported: {last} The file and line are above."
    if code < 0:
        return f"It was ended by {signal.Signals(-code).name}."
    return f"It ended with exit code {code}."


def die_with(parent: int) -> Callable[[], None] | None:
    """Before exec on Linux: be sent SIGTERM when the supervisor dies. Elsewhere the next start ends what is left."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def leash() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return leash


class Register:
    """The groups of this run on disk, so that the next start can end what a killed supervisor left."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, pids: list[int]) -> None:
        self.path.write_text(json.dumps([[pid, _born(pid)] for pid in pids]))

    def end_leftovers(self, seconds: float = 5.0) -> int:
        """End what is still there of the last run; return how many there were."""
        left = [pid for pid, born in self._read() if born and _born(pid) == born]
        for number, patience in ((signal.SIGTERM, seconds), (signal.SIGKILL, 2.0)):
            for pid in left:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(pid, number)
            deadline = time.monotonic() + patience
            while time.monotonic() < deadline and any(_born(pid) for pid in left):
                time.sleep(0.05)
        return len(left)

    def _read(self) -> list[tuple[int, str]]:
        try:
            return [(int(pid), str(born)) for pid, born in json.loads(self.path.read_text())]
        except (OSError, ValueError):
            return []


def _born(pid: int) -> str:
    """When a process started, as its system says it; empty when there is none. A pid alone could be someone else's."""
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        if sys.platform == "linux":
            return ""
        asked = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S603, S607
        return asked.stdout.strip()
    return "" if state == "Z" else fields[18]
