"""A real SMTP server on loopback (aiosmtpd) that remembers what it took and can be told to misbehave."""

from __future__ import annotations

import socket
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Sink:
    """Takes letters; `answer` is what RCPT and DATA say instead of 250, `drop` hangs up after DATA."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.connections = 0
        self.recipient_answer: str | None = None
        self.data_answer: str | None = None
        self.drop = False
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        self._controller = Controller(self, hostname="127.0.0.1", port=self._port)
        self._controller.factory = self._server  # type: ignore[method-assign]

    def _server(self) -> SMTP:
        self.connections += 1
        return SMTP(self, enable_SMTPUTF8=True)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.recipient_answer:
            return self.recipient_answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.data_answer:
            return self.data_answer
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        letter: Any = message_from_bytes(content, policy=policy.SMTP)
        self.letters.append(letter)
        if self.drop:
            assert server.transport is not None
            server.transport.abort()
        return "250 taken"

    def __enter__(self) -> Sink:
        self._controller.start()
        self.connections = 0  # the controller knocked once to see that it is open
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    @property
    def url(self) -> str:
        """Where it listens, as a setting."""
        return f"smtp://127.0.0.1:{self._port}"
