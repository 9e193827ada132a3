"""Child processes of the bench: started in a session of their own, counted by CPU, and always ended by their ids."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).parent.parent


class Silence(RuntimeError):
    """Something that was waited for did not happen."""


def until(true: Callable[[], bool], what: str, *, within: float = 60.0, every: float = 0.01) -> None:
    """Poll until the condition holds. Raises `Silence`, naming `what`, after `within` seconds."""
    deadline = time.monotonic() + within
    while not true():
        if time.monotonic() > deadline:
            raise Silence(f"Waited {within:.0f} s for {what}, in vain.")
        time.sleep(every)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether somebody listens on that port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Child:
    """One started command with everything it forked."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str], log: Path) -> None:
        self.command, self.env, self.log = list(command), {**os.environ, **env}, log
        self.begin()

    def begin(self) -> None:
        """Start it, or start it again."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command, env=self.env, cwd=ROOT, stdout=output, stderr=output, start_new_session=True
            )

    def family(self) -> list[psutil.Process]:
        """The process and its descendants that live."""
        with suppress(psutil.NoSuchProcess):
            first = psutil.Process(self.process.pid)
            return [first, *first.children(recursive=True)]
        return []

    def signal(self, number: int) -> None:
        """Send a signal to each of the family."""
        for member in self.family():
            with suppress(psutil.NoSuchProcess):
                member.send_signal(number)

    def cpu(self) -> float:
        """Seconds of CPU, user and system, that the family has used."""
        total = 0.0
        for member in self.family():
            with suppress(psutil.NoSuchProcess):
                times = member.cpu_times()
                total += times.user + times.system
        return total

    def stop(self, patience: float = 10.0) -> None:
        """SIGTERM (to the first, which tells its own), and after `patience` seconds SIGKILL for who is left."""
        family = self.family()
        for member in family:
            with suppress(psutil.NoSuchProcess):
                member.send_signal(signal.SIGCONT)
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(patience)
        for member in family:
            with suppress(psutil.NoSuchProcess):
                member.kill()
        self.process.wait()


@contextmanager
def running(commands: Sequence[Sequence[str]], env: Mapping[str, str], log: Path) -> Iterator[list[Child]]:
    """Run commands while the block lasts."""
    children: list[Child] = []
    try:
        for command in commands:
            children.append(Child(command, env, log))
        yield children
    finally:
        for child in children:
            child.stop()
