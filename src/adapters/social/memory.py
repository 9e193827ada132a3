"""A provider in memory, for tests: it knows whom it is told, and fails when it is told to."""

from __future__ import annotations

from urllib.parse import urlencode

from core.domain.kernel.errors import Rejected
from core.ports.social import Claims, Trip


class MemoryProvider:
    """`core.ports.social.Provider`. `sent` are the ways it was asked for, newest last."""

    def __init__(self) -> None:
        self.sent: list[Trip] = []
        self.fail_with: Exception | None = None
        self._codes: dict[str, tuple[Claims, Trip]] = {}

    def send(self, trip: Trip) -> str:
        self._fail()
        self.sent.append(trip)
        return "https://provider.example/authorize?" + urlencode({"state": trip.state})

    def agree(self, claims: Claims) -> str:
        """Somebody signs in there, for the question that was asked last; returns the code they go back with."""
        code = f"code-{len(self._codes)}-{len(self.sent)}"
        self._codes[code] = claims, self.sent[-1]
        return code

    def meet(self, code: str, trip: Trip) -> Claims:
        self._fail()
        claims, asked = self._codes.pop(code, (None, None))
        if claims is None or asked is None or (asked.nonce, asked.verifier) != (trip.nonce, trip.verifier):
            raise Rejected("This answer was meant for another question, or was used before.")
        return claims

    def _fail(self) -> None:
        if self.fail_with is not None:
            raise self.fail_with
