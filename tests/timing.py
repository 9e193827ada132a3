"""How long the same question takes for an address that has an account and for one that has none."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable
from typing import Any

from entrypoints.web import make_web

MOST_APART = 0.005
"""Seconds between the medians: promise 7, same body, status and time."""
ROUNDS = 3
"""A difference that the code makes is there in every round; one that the machine makes is not."""


class Stopwatch:
    """Asks as a program does, alternately about known and unknown addresses, each from a network address of its own."""

    def __init__(self, app: Any, tries: int, clock: Callable[[], float]) -> None:
        self._client, self._tries, self._asked = make_web(app).test_client(), tries, 0
        self._app, self._round, self._clock = app, 0, clock
        self._token = re.search(r'name="csrf_token" value="([^"]+)"', self._client.get("/login").text).group(1)  # type: ignore[union-attr]

    def apart(self, question: str) -> float:
        """Seconds between the two medians, in the best of three rounds."""
        found = []
        while len(found) < ROUNDS and not any(one < MOST_APART for one in found):
            found.append(self._round_of(question))
        return min(found)

    def _round_of(self, question: str) -> float:
        self._round += 1
        self._make_accounts()
        took: dict[str, list[float]] = {"known": [], "unknown": []}
        answers = set()
        for number in range(self._tries):
            for kind in ("known", "unknown") if number % 2 else ("unknown", "known"):
                began = self._clock()
                answer = getattr(self, question)(kind, number)
                took[kind].append(self._clock() - began)
                answers.add((answer.status_code, answer.get_data() if answer.is_json else b""))
        assert len(answers) == 1, answers
        return abs(statistics.median(took["known"]) - statistics.median(took["unknown"]))

    def sign_in(self, kind: str, number: int) -> Any:
        """Try to sign in with a wrong password."""
        typed = {"email": self._address(kind, number), "password": "a wrong password", "csrf_token": self._token}
        return self._client.post("/login", data=typed, environ_base=self._from_elsewhere())

    def sign_up(self, kind: str, number: int) -> Any:
        """Ask for an account."""
        name = f"{kind}-{self._round}-{number}-new"
        body = {"email": self._address(kind, number), "username": name, "name": "Ada", "password": "four quiet looms"}
        return self._client.post("/api/v1/users", json=body, environ_base=self._from_elsewhere())

    def reset(self, kind: str, number: int) -> Any:
        """Ask for a new password."""
        body = {"email": self._address(kind, number)}
        return self._client.post("/api/v1/password-resets", json=body, environ_base=self._from_elsewhere())

    def _make_accounts(self) -> None:
        encoded = self._app.secrets.hash("correct horse battery")
        with self._app.uow.transaction():
            for number in range(self._tries):
                named = f"known-{self._round}-{number}"
                self._app.accounts.join(self._address("known", number), "Ada", named, encoded)

    def _address(self, kind: str, number: int) -> str:
        return f"{kind}-{self._round}-{number}@example.com"

    def _from_elsewhere(self) -> dict[str, str]:
        self._asked += 1
        return {"REMOTE_ADDR": f"10.{self._asked >> 16 & 255}.{self._asked >> 8 & 255}.{self._asked & 255}"}
