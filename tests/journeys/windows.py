"""Browser windows, borrowed by one test after the other: starting one costs as much as six pages in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SIZE = {"width": 1280, "height": 720}
FORGET = "localStorage.clear(); sessionStorage.clear()"


class Windows:
    """The windows of one browser on one site, by how they were opened.

    Whoever borrows one finds it as new: signed in nowhere, nothing kept, nothing granted, the usual size and colours.
    Only what the network keeps (scripts, styles, pictures) stays, as in a browser that was here before.
    """

    def __init__(self, browser: Any, address: str) -> None:
        self._browser, self._address = browser, address
        self._idle: dict[str, list[Any]] = defaultdict(list)

    @contextmanager
    def lend(self, **options: Any) -> Iterator[Any]:
        """Lend a window, opened with these options of `new_context`, and take it back."""
        idle = self._idle[repr(sorted(options.items()))]
        window = idle.pop() if idle else self._browser.new_context(base_url=self._address, **options).new_page()
        yield window
        if window.is_closed():
            window.context.close()
            return
        self._clean(window, options.get("viewport", SIZE))
        idle.append(window)

    def _clean(self, window: Any, size: dict[str, int]) -> None:
        """It waits on a page without scripts, which would go on asking; elsewhere it would need another process."""
        window.goto(f"{self._address}/healthz")
        window.evaluate(FORGET)
        window.context.clear_cookies()
        window.context.clear_permissions()
        tools = window.context.new_cdp_session(window)
        tools.send("Storage.clearDataForOrigin", {"origin": self._address, "storageTypes": "all"})
        tools.detach()
        window.set_viewport_size(size)
        window.emulate_media(color_scheme="light")
