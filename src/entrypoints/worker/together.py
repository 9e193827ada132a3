"""One process that loaded the app becomes several: how `make run` starts workers and scheduler (decision 5)."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from entrypoints.supervise.children import die_with

ARGUMENTS = slice(45, 47)
"""Where /proc/PID/stat says where they lie, counted behind the command's name (proc(5): fields 48 and 49)."""


def become(places: Sequence[str]) -> list[str]:
    """Fork for each place, "5:scheduler": the descriptor that its output goes to, and its words.

    Returns in each child with its words. The process itself says their pids, once each stands on its own feet, and
    ends: nothing may be open yet that two must not share, no connection and no thread.
    """
    supervisor, here, born = os.getppid(), os.getpid(), []
    outs = [int(place.partition(":")[0]) for place in places]
    standing, stands = os.pipe()
    gc.collect()
    gc.freeze()  # a collection in one child would write to what all share, and have it copied
    for out, place in zip(outs, places, strict=True):
        if (pid := _fork(born)) == 0:
            words = place.partition(":")[2].split()
            _stand_up(words, out, [*outs, standing, stands])
            _leave_home(here, supervisor)
            return words
        born.append(pid)
    os.close(stands)
    os.read(standing, 1)  # the end of it, when the last child has closed it
    print(*born, flush=True)  # noqa: T201 – the supervisor reads it
    os._exit(0)


def _fork(born: Sequence[int]) -> int:
    """All or none: who was born before a fork that failed is ended."""
    try:
        return os.fork()
    except OSError:
        for pid in born:
            os.kill(pid, signal.SIGKILL)
        raise


def _stand_up(words: Sequence[str], out: int, inherited: Sequence[int]) -> None:
    """A session, a name and an output of its own."""
    os.setsid()
    _be_called([*sys.orig_argv[:2], *words])
    os.dup2(out, 1)
    os.dup2(out, 2)
    for each in inherited:
        os.close(each)


def _leave_home(parent: int, supervisor: int) -> None:
    """Once the parent has ended, which takes it no time, the supervisor is our parent: end with that one."""
    while os.getppid() == parent:
        time.sleep(0.001)
    if leash := die_with(supervisor):
        leash()


def _be_called(words: Sequence[str]) -> None:
    """Write over our own arguments, so that `ps` shows what this process has become."""
    start, end = map(int, Path("/proc/self/stat").read_text().rpartition(")")[2].split()[ARGUMENTS])
    room = end - start
    ctypes.memmove(start, "\0".join([*words, ""]).encode()[:room].ljust(room, b"\0"), room)
