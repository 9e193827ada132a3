"""The loop that watches the processes of one run; one thread, no polling of a live child, knows nothing of the app."""

from __future__ import annotations

import os
import selectors
import signal
import socket
import time
from collections.abc import Mapping

from entrypoints.supervise.children import Child, Register
from entrypoints.supervise.crew import fork_together
from entrypoints.supervise.say import Terminal
from entrypoints.supervise.surroundings import CannotStart
from entrypoints.supervise.valkey import EmbeddedValkey

PATIENCE = {"web": 10.0, "rest": 15.0}
TICK = 0.25
SLOW_START = 60.0


class Household:
    """Starts, watches and ends: Valkey first and last, web first to go so that nothing new is accepted."""

    def __init__(self, *, terminal: Terminal, register: Register, valkey: EmbeddedValkey | None) -> None:
        self.terminal, self.register, self.valkey = terminal, register, valkey
        self.children: list[Child] = []
        self.adopted: int | None = None
        self.asked_to_stop = 0
        self.selector = selectors.DefaultSelector()

    def listen(self) -> None:
        """From here on Ctrl+C and SIGTERM are requests to stop in order; the second one is a request to hurry."""
        self.wake, wake_end = os.pipe()
        os.set_blocking(wake_end, False)
        os.set_blocking(self.wake, False)
        signal.set_wakeup_fd(wake_end, warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.selector.register(self.wake, selectors.EVENT_READ)

    def _asked(self, *_: object) -> None:
        self.asked_to_stop += 1
        if self.asked_to_stop == 2:
            for child in self.children:
                if not child.orphan:
                    child.signal(signal.SIGKILL)

    def open(self, *, valkey_env: Mapping[str, str]) -> None:
        """Start or adopt the embedded Valkey, if one is wanted, and wait until it answers."""
        if self.valkey is None:
            return
        self.adopted = self.valkey.adopt()
        if self.adopted is None:
            child = Child(name="valkey", command=self.valkey.command(), env=valkey_env, orphan=True)
            self._begin(child)
            self._await_valkey(child)

    def _await_valkey(self, child: Child) -> None:
        assert self.valkey is not None
        deadline = time.monotonic() + 20
        while not self.valkey.answers(0.2):
            self._pass_on(child)
            if child.ended() is not None or time.monotonic() > deadline:
                raise CannotStart(
                    f"The embedded Valkey did not start; {self.valkey.folder}/valkey.log says why. Mend that first."
                )
            time.sleep(0.01)

    def start(self, children: list[Child]) -> None:
        for child in children:
            if not self.asked_to_stop:
                self._begin(child)

    def start_together(self, children: list[Child]) -> None:
        """As `start`, but with the app loaded once for all of them where that can be."""
        forked = [] if self.asked_to_stop else fork_together(children)
        for child, process in zip(children, forked, strict=False):
            child.live(process)
            self._keep(child)
        self.start([child for child in children if child.process is None])

    def _begin(self, child: Child) -> None:
        child.start()
        self._keep(child)

    def _keep(self, child: Child) -> None:
        if child not in self.children:
            self.children.append(child)
        assert child.process is not None
        self.selector.register(child.process.stdout, selectors.EVENT_READ, child)  # type: ignore[arg-type]
        self._note()

    def _note(self) -> None:
        self.register.write([child.process.pid for child in self.children if child.process and not child.orphan])

    def watch(self, *, site: str, served: tuple[str, int], began: float) -> None:
        """Until asked to stop: pass on what is said, bury and restart what dies, say `ready` once."""
        ready, slow = False, False
        while not self.asked_to_stop and not self.terminal.gone:
            self._turn(TICK if ready else 0.03)
            self._revive()
            if not ready and (ready := _answers_ready(served)):
                self.terminal.say(f"ready  {site}  ({time.monotonic() - began:.1f} s)")
            if not ready and not slow and time.monotonic() - began > SLOW_START:
                slow = True
                self.terminal.say("The site is not ready after 60 s. The lines above say why; it is tried on.")

    def _turn(self, seconds: float) -> None:
        for key, _ in self.selector.select(seconds):
            if key.fileobj == self.wake:
                os.read(self.wake, 4096)
            else:
                self._pass_on(key.data)
        for child in self.children:
            if child.ended() is not None:
                self._mourn(child)

    def _pass_on(self, child: Child) -> None:
        for line in child.lines():
            self.terminal.line(child.name, line)
        # A pipe at its end stays readable for ever and would keep the loop spinning.
        if child.silent or child.ended() is not None:
            self._forget(child)

    def _forget(self, child: Child) -> None:
        out = child.process.stdout if child.process else None
        if out is not None and not out.closed and out in self.selector.get_map():
            self.selector.unregister(out)

    def _mourn(self, child: Child) -> None:
        self._pass_on(child)
        said = child.bury()
        if not self.asked_to_stop:
            self.terminal.line(child.name, said)

    def _revive(self) -> None:
        now = time.monotonic()
        for child in self.children:
            if child.due_at is not None and now >= child.due_at:
                self._begin(child)
        if self.valkey is not None and self.adopted is not None and self.valkey.pid() != self.adopted:
            self.adopted = None
            self.terminal.line("valkey", "The Valkey of the earlier run has ended; a new one is started.")
            self._begin(Child(name="valkey", command=self.valkey.command(), env=os.environ, orphan=True))

    def close(self) -> None:
        """Web, then workers and scheduler, then Valkey; nothing stays behind."""
        self.asked_to_stop = max(self.asked_to_stop, 1)
        ours = [child for child in self.children if not child.orphan]
        if ours:
            self.terminal.say("Stopping: the site first, then what is running. Ctrl+C once more hurries.")
        self._end([child for child in ours if child.name.startswith("web")], PATIENCE["web"])
        self._end([child for child in ours if not child.name.startswith("web")], PATIENCE["rest"])
        self._close_valkey()
        self.register.write([])
        if ours:
            self.terminal.say("Stopped. Everything is kept; `make run` starts it again.")

    def _end(self, children: list[Child], seconds: float) -> None:
        for child in children:
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + seconds
        while any(child.process for child in children):
            if time.monotonic() > deadline or self.asked_to_stop > 1:
                for child in children:
                    child.signal(signal.SIGKILL)
            self._turn(0.05)

    def _close_valkey(self) -> None:
        started = [child.process.pid for child in self.children if child.orphan and child.process]
        for pid in started or ([self.adopted] if self.adopted else []):
            assert self.valkey is not None
            self.valkey.stop(pid)


def _answers_ready(served: tuple[str, int]) -> bool:
    try:
        with socket.create_connection(served, timeout=1.0) as client:
            client.sendall(f"GET /readyz HTTP/1.0\r\nHost: {served[0]}:{served[1]}\r\n\r\n".encode())
            return b" 200 " in client.recv(64)
    except OSError:
        return False
