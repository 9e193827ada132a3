"""What a token's text looks like: `eb_`, 30 random letters and digits, and 6 that check the rest (CRC-32 in base 62).

A scanner of secrets finds one by `eb_[0-9A-Za-z]{36}` and can tell it from chance by its last six characters, without
asking us; so can we, without asking the database. The shape is GitHub's
(https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/).
"""

import hashlib
import re
import secrets
import string
from zlib import crc32

PREFIX = "eb_"
LETTERS = string.digits + string.ascii_uppercase + string.ascii_lowercase
RANDOM, CHECK = 30, 6
SHAPE = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{RANDOM + CHECK}}}")
HINT = len(PREFIX) + 4


def mint() -> str:
    """Return the text of a new token: 178 random bits."""
    body = PREFIX + "".join(secrets.choice(LETTERS) for _ in range(RANDOM))
    return body + checksum(body)


def is_whole(text: str) -> bool:
    """Whether a text is a token as it was made, with nothing cut off or mistyped; it need not exist."""
    return SHAPE.fullmatch(text) is not None and checksum(text[:-CHECK]) == text[-CHECK:]


def checksum(body: str) -> str:
    """The last six characters of a token: the CRC-32 of all before them, in base 62 with zeros in front."""
    rest, digits = crc32(body.encode()), ""
    for _ in range(CHECK):
        rest, digit = divmod(rest, len(LETTERS))
        digits = LETTERS[digit] + digits
    return digits


def fingerprint(text: str) -> str:
    """What is stored of a token. It is random enough that a slow hash would only slow us down."""
    return hashlib.sha256(text.encode()).hexdigest()


def hint(text: str) -> str:
    """The beginning, by which people tell their tokens apart; what stays secret has 154 bits."""
    return text[:HINT]
