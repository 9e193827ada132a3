"""A letter as the Internet writes it down (RFC 5322, MIME); it knows nothing of connections.

Written by hand where `email.message.EmailMessage` takes a millisecond a letter: headers are one line each unless they
are long or not ASCII (then `email.header` folds and encodes them), bodies are always quoted-printable, which is 7-bit,
has short lines, and cannot contain the boundary.
"""

import binascii
import hashlib
import re
from email.header import Header
from email.utils import formataddr, formatdate, parseaddr
from functools import lru_cache

from core.domain.kernel.errors import Rejected
from core.domain.kernel.rules import CONTROL, LINE_BREAK
from core.ports.mail import Letter

BOUNDARY = "=_enginebay_parts"
"""No quoted-printable text contains `=_` (RFC 2045 6.7), so no letter can end a part early."""
FIELD = re.compile(r"[!-9;-~]{1,60}")
OURS = {"from", "sender", "to", "cc", "bcc", "subject", "date", "message-id", "reply-to", "mime-version"}
PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
LONGEST_KEY = 120
LONGEST_LINE = 76
ANY_BREAK = re.compile(r"\r\n|[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def check(letter: Letter) -> None:
    """Raise `Rejected` if a header value holds a line break or control character, or a header is not theirs to set."""
    for name, value in (("To", letter.to), ("Subject", letter.subject), ("Reply-To", letter.reply_to or "")):
        _one_line(name, value)
    for name, value in letter.headers.items():
        if not FIELD.fullmatch(name) or name.lower() in OURS or name.lower().startswith("content-"):
            raise Rejected(f"A letter may not set the header {name[:60]!r}. Leave it out, and the mail can go.")
        _one_line(name, value)
    if "@" not in address(letter.to):
        raise Rejected(f"{letter.to[:254]!r} is not an e-mail address, so nothing was sent. Correct the address.")


def message_id(key: str, sender: str) -> str:
    """The Message-ID of a letter, `<key@domain of the sender>`: the same for the same key, for ever."""
    if not PLAIN_KEY.fullmatch(key) or len(key) > LONGEST_KEY:
        key = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    return f"<{key}@{domain(sender)}>"


@lru_cache(maxsize=1024)
def address(mailbox: str) -> str:
    """The bare address of `Ada <ada@example.com>`, its domain in ASCII; empty if there is none."""
    local, at, host = parseaddr(mailbox)[1].rpartition("@")
    return local + at + _ascii_domain(host)


def domain(mailbox: str) -> str:
    """The domain of a mailbox, in ASCII; `localhost` if there is none."""
    return address(mailbox).rpartition("@")[2] or "localhost"


def headers(letter: Letter, key: str, sender: str) -> dict[str, str]:
    """Every header of the letter but MIME's, in order, as people read them (not yet encoded)."""
    listed = {"From": sender, "To": letter.to, "Subject": letter.subject}
    if letter.reply_to:
        listed["Reply-To"] = letter.reply_to
    return listed | {"Date": formatdate(), "Message-ID": message_id(key, sender)} | letter.headers


def written(letter: Letter, key: str, sender: str) -> bytes:
    """The whole letter as bytes with CRLF line ends. Raises `Rejected` for what `check` refuses.

    Addresses outside ASCII are written as UTF-8 (RFC 6532).
    """
    check(letter)
    lines = [_field(name, value) for name, value in headers(letter, key, sender).items()]
    head = "\r\n".join([*lines, "MIME-Version: 1.0", ""]).encode()
    return head + (_alternatives(letter) if letter.html else _part("plain", letter.text))


def _one_line(name: str, value: str) -> None:
    if LINE_BREAK.search(value) or CONTROL.search(value):
        raise Rejected(f"The header {name} holds a line break or control character, so nothing was sent. Take it out.")


def _ascii_domain(host: str) -> str:
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return ""


def _field(name: str, value: str) -> str:
    if name in ("From", "To", "Reply-To"):
        return f"{name}: {_mailbox(value)}"
    if value.isascii() and len(name) + len(value) + 2 <= LONGEST_LINE and "=?" not in value:
        return f"{name}: {value}"
    return f"{name}: {Header(value, 'utf-8', LONGEST_LINE, name).encode(linesep=chr(13) + chr(10))}"


@lru_cache(maxsize=1000)
def _mailbox(value: str) -> str:
    """A name and its address; nearly every letter has the same sender, and taking an address apart is slow."""
    return formataddr((parseaddr(value)[0], address(value))) if address(value).isascii() else address(value)


def _alternatives(letter: Letter) -> bytes:
    opening, closing = f"--{BOUNDARY}\r\n".encode(), f"--{BOUNDARY}--\r\n".encode()
    head = f'Content-Type: multipart/alternative; boundary="{BOUNDARY}"\r\n\r\n'.encode()
    return head + opening + _part("plain", letter.text) + opening + _part("html", letter.html) + closing


def _part(kind: str, text: str) -> bytes:
    head = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n".encode()
    crlf = ANY_BREAK.sub("\r\n", text).encode("utf-8", "replace")
    body = binascii.b2a_qp(crlf, istext=True)
    return head + body + (b"" if body.endswith(b"\r\n") else b"\r\n")
