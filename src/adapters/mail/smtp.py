"""Mail over SMTP: open connections are kept and used again; what the server says becomes one of two failures."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
import threading
import time
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from adapters.mail.message import address, is_ascii_mailbox, message_id, written
from core.domain.kernel.errors import Rejected, Unavailable
from core.ports.mail import Letter, Receipt

IDLE_SECONDS = 30.0
LETTERS_A_CONNECTION = 100
PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
TROUBLE = (OSError, smtplib.SMTPException)


@dataclass(eq=False)
class Line:
    """One open connection to the server, and how it has been used."""

    server: smtplib.SMTP
    used_at: float
    letters: int = 0

    @property
    def is_fresh(self) -> bool:
        """Whether another letter may go over it."""
        return self.letters < LETTERS_A_CONNECTION and time.monotonic() - self.used_at < IDLE_SECONDS

    def close(self) -> None:
        """Hang up; what the server thinks of it does not matter any more."""
        with contextlib.suppress(*TROUBLE):
            self.server.quit()


class SmtpMail:
    """`core.ports.mail.Mail` by RFC 5321. The pool holds at most one connection for each thread that sends."""

    def __init__(self, url: str, sender: str, timeout: float = 20.0) -> None:
        self._server, self._sender, self._timeout = urlsplit(url), sender, timeout
        self._idle: list[Line] = []
        self._turn = threading.Lock()

    def send(self, letter: Letter, key: str) -> Receipt:
        """Hand one letter over; see the port."""
        content = written(letter, key, self._sender)
        line = self._addressed(letter)
        try:
            _take_over(line.server, content)
        except TROUBLE as trouble:
            line.close()
            raise _failure(trouble) from trouble
        line.letters, line.used_at = line.letters + 1, time.monotonic()
        with self._turn:
            self._idle.append(line)
        return Receipt(carrier=f"smtp {self._server.hostname}", message_id=message_id(key, self._sender))

    def close(self) -> None:
        """Hang up on every idle connection."""
        with self._turn:
            lines, self._idle = self._idle, []
        for line in lines:
            line.close()

    def _addressed(self, letter: Letter) -> Line:
        """A connection that took sender and recipient. A kept one that went stale is replaced: nothing was sent."""
        while (line := self._kept()) is not None:
            try:
                return self._address(line, letter)
            except (OSError, smtplib.SMTPServerDisconnected):
                line.close()
        return self._address(self._open(), letter)

    def _address(self, line: Line, letter: Letter) -> Line:
        utf8 = [] if is_ascii_mailbox(letter.to) and is_ascii_mailbox(self._sender) else ["SMTPUTF8"]
        try:
            _expect(line.server.mail(address(self._sender), utf8), "sender")
            _expect(line.server.rcpt(address(letter.to)), "recipient")
        except smtplib.SMTPServerDisconnected as gone:
            if line.letters:
                raise
            raise _failure(gone) from gone
        except (Rejected, Unavailable):
            line.close()
            raise
        except OSError as trouble:
            if line.letters:
                raise
            raise _failure(trouble) from trouble
        return line

    def _kept(self) -> Line | None:
        with self._turn:
            while self._idle:
                line = self._idle.pop()
                if line.is_fresh:
                    return line
                line.close()
        return None

    def _open(self) -> Line:
        try:
            return Line(self._connected(self._server), time.monotonic())
        except smtplib.SMTPAuthenticationError as refused:
            raise Unavailable(
                "The mail server refuses our user name or password. Correct ENGINEBAY_SMTP__URL, then restart."
            ) from refused
        except TROUBLE as trouble:
            raise _failure(trouble, while_connecting=True) from trouble

    def _connected(self, url: SplitResult) -> smtplib.SMTP:
        host, port = url.hostname or "localhost", url.port or PORTS[url.scheme]
        if url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port, timeout=self._timeout, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(host, port, timeout=self._timeout)
        server.ehlo_or_helo_if_needed()
        if self._must_start_tls(url) or (url.username and server.has_extn("starttls")):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        return server

    def _must_start_tls(self, url: SplitResult) -> bool:
        return url.scheme == "smtp+starttls" or parse_qs(url.query).get("starttls") == ["1"]


def _take_over(server: smtplib.SMTP, content: bytes) -> None:
    """DATA: once this returns, the server is responsible for the letter."""
    code, said = server.data(content)
    _expect((code, said), "letter")


def _expect(answer: tuple[int, bytes], what: str) -> None:
    code, said = answer
    if 200 <= code < 300:
        return
    words = said.decode("utf-8", "replace")[:300]
    if 500 <= code < 600:
        raise Rejected(f"The mail server refuses the {what} for good: {code} {words}")
    raise Unavailable(f"The mail server does not take the {what} now: {code} {words}")


def _failure(trouble: Exception, *, while_connecting: bool = False) -> Unavailable | Rejected:
    if isinstance(trouble, smtplib.SMTPResponseException):
        words = trouble.smtp_error
        text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
        sentence = f"The mail server answered {trouble.smtp_code} {text[:300]}"
        return Rejected(sentence) if trouble.smtp_code >= 500 and not while_connecting else Unavailable(sentence)
    return Unavailable(f"The mail server does not answer ({type(trouble).__name__}: {trouble}). It is tried again.")
