"""Vendors of SMS for the fault runs: servers that count what they took by key, and the adapter that speaks to them."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

from tests.faults.deadly import replace
from tests.vendors.loopback import Answer, Asked, Loopback

from core.domain.kernel.deadlines import time_left
from core.domain.kernel.errors import Unanswered, Unavailable
from core.ports.delivery import Receipt
from core.ports.phone import TextMessage
from entrypoints.container import App

PATIENCE = 2.0
VENDORS = "TEXT_VENDORS"
NAMES = ("twilio", "sns")


class TextServer(Loopback):
    """Takes texts; `taken` says how often each key came to it in a way that sends an SMS."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        super().__init__()

    def answer(self, asked: Asked) -> Answer:
        """Send it."""
        key = json.loads(asked.body)["key"]
        self.taken[key] += 1
        return Answer(told={"id": key})


class TextVendor:
    """`core.ports.phone.Sms` over one of them: what is not heard after it was sent is in doubt, as with any vendor."""

    def __init__(self, name: str, file: Path) -> None:
        self._name, self._file = name, file

    def send(self, message: TextMessage, key: str) -> Receipt:
        """Hand it over."""
        import requests

        try:
            told = requests.post(
                json.loads(self._file.read_text())[self._name],
                json={"key": key},
                timeout=(PATIENCE, time_left(PATIENCE)),
            )
        except requests.exceptions.ConnectTimeout as away:
            raise Unavailable(f"{self._name} cannot be reached.") from away
        except requests.exceptions.ReadTimeout as silent:
            raise Unanswered(f"{self._name} did not say whether it took the message.") from silent
        except requests.exceptions.ConnectionError as away:
            raise Unavailable(f"{self._name} cannot be reached.") from away
        if told.status_code != 200:
            raise Unavailable(f"{self._name} answered {told.status_code}.", _seconds(told.headers.get("Retry-After")))
        return Receipt(carrier=self._name, message_id=told.json()["id"])


def install(app: App) -> App:
    """Have the app text by the servers that the file of addresses names, read anew for each."""
    from adapters.resilience import in_order

    file = Path(os.environ[VENDORS])
    replace(app, "sms", in_order("sms", [(name, TextVendor(name, file)) for name in NAMES], app.guards))
    return app


def _seconds(told: Any) -> float | None:
    return float(told) if told else None
