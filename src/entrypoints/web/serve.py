"""One web process: granian inside it, no second process above it; several share one port (docs/decisions/0003)."""

from __future__ import annotations

import asyncio
import atexit
import gc
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any, NoReturn

import structlog
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

CONNECTIONS = 4096
HEADER_MS = 10_000
log = structlog.get_logger("web")


def run(host: str | None = None, port: str | None = None) -> NoReturn:
    """Serve until told to stop; the process ends here.

    It ends without taking the interpreter down first: one of granian's threads that asks for the interpreter at that
    moment would abort the process (seen in 3 of 8 stops under load: exit code -6 after everything was answered).
    """
    asyncio.run(serve(host, port))
    atexit._run_exitfuncs()  # what others want done at the end: calls of vendors written down, logs closed
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def listening(rsgi: Any, host: str, port: int) -> Server:
    """A server of this process for an RSGI application, not started yet."""
    return Server(
        rsgi,
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        websockets=False,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MS),
        backlog=1024,
        backpressure=CONNECTIONS,
        log_enabled=False,
    )


def refuse_taken(host: str, port: int) -> None:
    """Exit with 2 and a sentence where nobody can listen: granian would end with a page of its own inside.

    Web processes share their port; another program does not.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            probe.bind((host, port))
            return
        except OSError as refused:
            why = refused.strerror
    sys.stderr.write(
        f"The site cannot listen on {host}, port {port}: {why}. "
        "Stop the program that holds it, or set another PORT or ENGINEBAY_HOST.\n"
    )
    raise SystemExit(2)


async def serve(host: str | None = None, port: str | None = None) -> None:
    """Serve `wsgi:rsgi` until SIGTERM or SIGINT, then finish what is in flight; the settings say where by default."""
    sys.path.insert(0, str(Path.cwd()))
    from wsgi import rsgi, settings

    gc.collect()
    gc.freeze()  # what is loaded by now stays: the collector need not walk over it every few hundred requests
    host, number = host or settings.host, int(port or settings.port)
    refuse_taken(host, number)
    server = listening(rsgi, host, number)
    loop = asyncio.get_running_loop()
    for asked in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(asked, server.stop)
    log.info("started", host=host, port=number)
    await server.serve()
    log.info("stopping", host=host, port=number)


if __name__ == "__main__":
    run(*sys.argv[1:])
