"""When and where a process began, as proof that it has ended; where there is no proof it says so, and judges nobody."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from core.ports.queue import LifeSign

BOOT = Path("/proc/sys/kernel/random/boot_id")
STATE, THREADS, STARTED = 0, 17, 19
"""Where they stand in /proc/PID/stat behind the command's name (proc(5): fields 3, 20 and 22)."""


def certificate() -> str:
    """This process's birth: the boot, the pid namespace and the tick it started at; empty where /proc tells no pid.

    A host name would prove nothing: containers share one, and clones of a machine too.
    """
    here, fields = _place(), _stat(os.getpid())
    return f"{here} {fields[STARTED]}" if here and fields else ""


def has_ended(sign: LifeSign) -> bool:
    """Whether it is certain that this process has ended: it began where we are, and its pid is nobody's or another's.

    A process of another machine, of another pid namespace or without a certificate is never certain.
    """
    place, _, started = sign.birth.rpartition(" ")
    if not place or place != _place():
        return False
    if _is_nobodys(sign.pid):
        return True
    fields = _stat(sign.pid)
    return fields is not None and (fields[STARTED] != started or _is_a_zombie(fields))


def _place() -> str:
    """This boot and this pid namespace; empty where /proc belongs to another namespace, or is not there."""
    try:
        if os.readlink("/proc/self") != str(os.getpid()):
            return ""
        return f"{BOOT.read_text().strip()} {Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        return ""


def _is_nobodys(pid: int) -> bool:
    """Asked of the kernel, because /proc may be mounted to hide the processes of other users."""
    with suppress(PermissionError):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
    return False


def _stat(pid: int) -> list[str] | None:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def _is_a_zombie(fields: list[str]) -> bool:
    """Ended but not yet waited for; one whose first thread alone has ended still works."""
    return fields[STATE] in "ZX" and int(fields[THREADS]) <= 1
