"""A real SMTP server on loopback (aiosmtpd) that remembers what it took and can be told to misbehave."""

from __future__ import annotations

import asyncio
import socket
import ssl
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


class Sink:
    """Takes letters; `*_answer` is what a command says instead of 250, `drop` hangs up after DATA, `pipelines` says so.

    `scheme` is how it wants to be spoken to: smtp, smtps (with `tls`), smtp+starttls (with `tls`). With a `password`,
    nobody sends without signing in; `passwords` holds what was tried.
    """

    def __init__(self, scheme: str = "smtp", tls: ssl.SSLContext | None = None, password: str | None = None) -> None:
        self.letters: list[EmailMessage] = []
        self.passwords: list[str] = []
        self.connections = 0
        self.scheme, self._password = scheme, password
        self._starttls = tls if scheme == "smtp+starttls" else None
        self.speaks_utf8, self.pipelines = True, False
        self._open: list[SMTP] = []
        self._farewells: dict[SMTP, str] = {}
        self.recipient_answer: str | None = None
        self.data_answer: str | None = None
        self.drop = False
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        implicit = tls if scheme == "smtps" else None
        self._controller = Controller(self, hostname="127.0.0.1", port=self._port, ssl_context=implicit)
        self._controller.factory = self._server  # type: ignore[method-assign]

    def _server(self) -> SMTP:
        self.connections += 1
        server = SMTP(
            self, enable_SMTPUTF8=self.speaks_utf8, tls_context=self._starttls, require_starttls=bool(self._starttls),
            auth_required=self._password is not None, auth_require_tls=False, authenticator=self._sign_in,
        )  # fmt: skip
        self._open.append(server)
        return server

    def _sign_in(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.passwords.append(given.password.decode())
        return AuthResult(success=self._password == given.password.decode(), handled=False)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], *(["250-PIPELINING"] if self.pipelines else []), responses[-1]]

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if server in self._farewells:
            return self._farewells[server]
        envelope.mail_from = address
        return "250 OK"

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

    def hang_up(self, farewell: str | None = None) -> None:
        """End every open connection: at once without a word, or by a farewell when it is next asked something."""
        if farewell is not None:
            self._farewells = dict.fromkeys(self._open, farewell)
            return

        async def abort() -> None:
            for server in self._open:
                if server.transport is not None:
                    server.transport.abort()

        asyncio.run_coroutine_threadsafe(abort(), self._controller.loop).result(5)

    def __enter__(self) -> Sink:
        self._controller.start()
        self.connections = 0  # the controller knocked once to see that it is open
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    @property
    def url(self) -> str:
        """Where it listens, as a setting."""
        return f"{self.scheme}://127.0.0.1:{self._port}"

    def url_for(self, user: str, password: str, *, scheme: str | None = None, host: str = "127.0.0.1") -> str:
        """The same, for somebody who signs in; `scheme` and `host` as a setting may write them."""
        return f"{scheme or self.scheme}://{user}:{password}@{host}:{self._port}"
