"""Mail over SMTP: open connections are kept and used again; what the server says becomes one of two failures."""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from adapters.mail.message import address, message_id, written
from core.domain.kernel.deadlines import time_left
from core.domain.kernel.errors import Rejected, Unanswered, Unavailable
from core.ports.delivery import Receipt
from core.ports.mail import Letter

IDLE_SECONDS = 30.0
LETTERS_A_CONNECTION = 100
PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
OURSELVES = ("localhost", "127.0.0.1", "::1")
TROUBLE = (OSError, smtplib.SMTPException)
DOT = re.compile(rb"^\.", re.MULTILINE)
"""A line that begins with a dot gets another, since a dot alone ends the letter (RFC 5321 4.5.2)."""
CLOSING = 421
"""The server hangs up, whatever was asked (RFC 5321 3.8)."""


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
    """`core.ports.mail.Mail` by RFC 5321. The pool holds at most one connection for each thread that sends.

    A user name and password only go over TLS (RFC 8314), or to this very machine. `timeout` (seconds) bounds each
    wait for the server.
    """

    def __init__(self, url: str, sender: str, timeout: float = 20.0) -> None:
        self._url, self._sender, self._timeout = urlsplit(url), sender, timeout
        self._host = self._url.hostname or "localhost"
        self._idle: list[Line] = []
        self._turn = threading.Lock()

    def send(self, letter: Letter, key: str) -> Receipt:
        """Hand one letter over; see the port."""
        content = written(letter, key, self._sender)
        line = self._addressed(letter)
        try:
            _expect(_hand_over(line.server, content), "letter")  # a 250 makes the server responsible for it
        except (*TROUBLE, Rejected, Unavailable) as trouble:
            line.close()
            raise _handed_over(trouble) from trouble
        line.letters, line.used_at = line.letters + 1, time.monotonic()
        with self._turn:
            self._idle.append(line)
        return Receipt(carrier=f"smtp {self._host}", message_id=message_id(key, self._sender))

    def close(self) -> None:
        """Hang up on every idle connection."""
        with self._turn:
            lines, self._idle = self._idle, []
        for line in lines:
            line.close()

    def _addressed(self, letter: Letter) -> Line:
        """A connection that took sender and recipient. A kept one that went stale is replaced: nothing was sent."""
        while (line := self._kept()) is not None:
            with contextlib.suppress(*TROUBLE):
                return self._address(line, letter)
        try:
            return self._address(self._open(), letter)
        except TROUBLE as trouble:
            raise _failure(trouble) from trouble

    def _kept(self) -> Line | None:
        with self._turn:
            stale = [line for line in self._idle if not line.is_fresh]
            self._idle = [line for line in self._idle if line.is_fresh]
            line = self._idle.pop() if self._idle else None
        for old in stale:
            old.close()
        return line

    def _address(self, line: Line, letter: Letter) -> Line:
        """Name sender and recipient and ask to go on: until then nothing was handed over."""
        try:
            commands = _envelope(line.server, address(self._sender), address(letter.to))
            for what, answer in zip(("sender", "recipient", "letter"), _answers(line.server, commands), strict=True):
                _expect(answer, what)
        except (*TROUBLE, Rejected, Unavailable):
            line.server.close()  # without a QUIT: the server may wait for a letter by now, and take it for one
            raise
        return line

    def _open(self) -> Line:
        try:
            return Line(self._connected(), time.monotonic())
        except TROUBLE as trouble:
            raise _unopened(trouble) from trouble

    def _connected(self) -> smtplib.SMTP:
        """A connection that is encrypted and signed in as the address asks; closed again if it cannot be."""
        with contextlib.ExitStack() as undo:
            server = self._dialled()
            undo.callback(server.close)
            server.ehlo_or_helo_if_needed()
            if self._url.scheme == "smtp+starttls" or (self._url.username and server.has_extn("starttls")):
                server.starttls(context=ssl.create_default_context())
                server.ehlo()
            if self._url.username:
                self._sign_in(server, self._url.username, self._url.password or "")
            undo.pop_all()
        return server

    def _dialled(self) -> smtplib.SMTP:
        port, timeout = self._url.port or PORTS[self._url.scheme], time_left(self._timeout)
        if self._url.scheme == "smtps":
            return smtplib.SMTP_SSL(self._host, port, timeout=timeout, context=ssl.create_default_context())
        return smtplib.SMTP(self._host, port, timeout=timeout)

    def _sign_in(self, server: smtplib.SMTP, user: str, password: str) -> None:
        """A name on plain `smtp://` must not be had by whoever strips STARTTLS from the greeting."""
        if not isinstance(server.sock, ssl.SSLSocket) and self._host not in OURSELVES:
            raise Unavailable(
                "The mail server offers no encryption, so our password was not sent. "
                "Use smtps:// or smtp+starttls:// in ENGINEBAY_SMTP__URL, then restart."
            )
        server.login(unquote(user), unquote(password))


def _envelope(server: smtplib.SMTP, sender: str, recipient: str) -> list[bytes]:
    utf8 = "" if (sender + recipient).isascii() else " SMTPUTF8"
    if utf8 and not server.has_extn("smtputf8"):
        raise smtplib.SMTPNotSupportedError("SMTPUTF8")
    return [f"MAIL FROM:<{sender}>{utf8}\r\n".encode(), f"RCPT TO:<{recipient}>\r\n".encode(), b"DATA\r\n"]


def _answers(server: smtplib.SMTP, commands: list[bytes]) -> Iterator[tuple[int, bytes]]:
    """Answers in order; where the server takes several commands at once (RFC 2920), after a single round trip."""
    together = server.has_extn("pipelining")
    if together:
        server.send(b"".join(commands))
    for command in commands:
        if not together:
            server.send(command)
        yield server.getreply()


def _hand_over(server: smtplib.SMTP, content: bytes) -> tuple[int, bytes]:
    server.send(DOT.sub(b"..", content) + b".\r\n")
    return server.getreply()


def _expect(answer: tuple[int, bytes], what: str) -> None:
    code, said = answer
    if 200 <= code < 400:
        return
    if code == CLOSING:
        raise smtplib.SMTPServerDisconnected(f"{code} {_words(said)}")
    if 500 <= code < 600:
        raise Rejected(f"The mail server refuses the {what} for good: {code} {_words(said)}")
    raise Unavailable(f"The mail server does not take the {what} now: {code} {_words(said)}")


def _unopened(trouble: Exception) -> Unavailable:
    """Why there is no connection: always worth another try, but an operator may have to do something first."""
    if isinstance(trouble, smtplib.SMTPAuthenticationError):
        said = f"{trouble.smtp_code} {_words(trouble.smtp_error)}"
        return _to_mend(f"The mail server refuses our user name or password ({said}). Correct them")
    if isinstance(trouble, smtplib.SMTPNotSupportedError):
        return _to_mend(f"The mail server cannot do what we ask ({trouble}), so nothing was sent. Change the address")
    if isinstance(trouble, ssl.SSLCertVerificationError):
        return _to_mend(
            f"The mail server's certificate is not trusted ({trouble.verify_message}), so nothing was sent. "
            "Name the file with your own CA in SSL_CERT_FILE, or correct the host"
        )
    if isinstance(trouble, smtplib.SMTPResponseException):
        return Unavailable(f"The mail server answered {trouble.smtp_code} {_words(trouble.smtp_error)}")
    return _silent(trouble)


def _to_mend(sentence: str) -> Unavailable:
    return Unavailable(f"{sentence} in ENGINEBAY_SMTP__URL, then restart.")


def _handed_over(trouble: Exception) -> Exception:
    """What became of a letter that was being handed over: refused in words, or nobody knows."""
    if isinstance(trouble, Rejected | Unavailable | smtplib.SMTPResponseException):
        return _failure(trouble)
    return Unanswered(_silent(trouble).sentence)


def _failure(trouble: Exception) -> Exception:
    if isinstance(trouble, Rejected | Unavailable):
        return trouble
    if isinstance(trouble, smtplib.SMTPNotSupportedError):
        return Rejected("The mail server takes no address outside ASCII (SMTPUTF8), so nothing was sent.")
    if isinstance(trouble, smtplib.SMTPResponseException):
        kind = Rejected if trouble.smtp_code >= 500 else Unavailable
        return kind(f"The mail server answered {trouble.smtp_code} {_words(trouble.smtp_error)}")
    return _silent(trouble)


def _silent(trouble: Exception) -> Unavailable:
    return Unavailable(f"The mail server does not answer ({type(trouble).__name__}: {trouble}).")


def _words(said: bytes | str) -> str:
    return (said.decode("utf-8", "replace") if isinstance(said, bytes) else said)[:300]
