"""Children forked from one process that loads the app and then ends: what they share, they hold once (decision 5)."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO

from entrypoints.supervise.children import Child, die_with

PR_SET_CHILD_SUBREAPER = 36
PATIENCE = 60.0


class Forked:
    """What `subprocess.Popen` is for the others: a process that became our child when its own parent ended."""

    def __init__(self, pid: int, stdout: IO[bytes]) -> None:
        self.pid, self.stdout = pid, stdout
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code once it has ended, negative for a signal."""
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode


def fork_together(children: Sequence[Child]) -> list[Forked]:
    """Start these from one process, `worker.py together`; none where that cannot be, and each starts by itself then."""
    if sys.platform != "linux":
        return []
    outs = [os.pipe() for _ in children]
    pids = _pids(children, [writing for _, writing in outs])
    for reading, writing in outs:
        os.close(writing)
        if not pids:
            os.close(reading)
    return [Forked(pid, os.fdopen(reading, "rb", buffering=0)) for pid, (reading, _) in zip(pids, outs, strict=False)]


def _pids(children: Sequence[Child], outs: Sequence[int]) -> list[int]:
    """What a failure says is lost here: the same one is said by those who then start by themselves."""
    places = [f"{out}:{' '.join(child.command[2:])}" for child, out in zip(children, outs, strict=True)]
    command = [*children[0].command[:2], "together", *places]
    with suppress(OSError, ValueError, subprocess.SubprocessError), _inheriting():
        ran = subprocess.run(  # noqa: S603
            command, env=dict(children[0].env), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, pass_fds=outs, start_new_session=True, preexec_fn=die_with(os.getpid()),
            timeout=PATIENCE, check=True,
        )  # fmt: skip
        return [int(pid) for pid in ran.stdout.split()]
    return []


@contextmanager
def _inheriting() -> Iterator[None]:
    """For a moment, whoever loses its parent below us becomes our child."""
    prctl = ctypes.CDLL(None).prctl
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    try:
        yield
    finally:
        prctl(PR_SET_CHILD_SUBREAPER, 0)
