"""Which passwords are taken, and what follows when one is set; it knows no hash algorithm and no list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from core.domain.kernel.errors import Invalid
from core.ports.secrets import Breached, Secrets

PASSWORD_LEAST, PASSWORD_MOST = 8, 256
LEAST_SURPRISES, LEAST_DIFFERENT, LEAST_UNIT = 5, 4, 4
LONGEST_DECORATION = 4
"""So many digits and signs behind a known password make no new one."""
WALKS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "qwertzuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm")
PARTS = re.compile(r"[\W_]+")
DECORATION = re.compile(r"[\W\d_]+$")
REGULAR = "This password is too easy to guess. Take a longer, less regular one."
PERSONAL = "This password is made of your name, your address or the name of this site. Take another one."
STOLEN = "This password is in lists of stolen ones, which guessers try first. Take another one."


def check_length(password: str) -> None:
    """Raise `Invalid` unless it has 8 to 256 characters, of whatever kind (NIST SP 800-63B-4, 3.1.1.2)."""
    if not PASSWORD_LEAST <= len(password) <= PASSWORD_MOST:
        raise Invalid({"password": f"The password must have {PASSWORD_LEAST} to {PASSWORD_MOST} characters."})


def check_password(password: str, context: Iterable[str] = ()) -> None:
    """Raise `Invalid` for one of a wrong length, for one that goes on as it began, and for the person's own names."""
    check_length(password)
    if _is_regular(password.lower()):
        raise Invalid({"password": REGULAR})
    if _is_made_of(password.lower(), _words(context)):
        raise Invalid({"password": PERSONAL})


class Passwords:
    """Checks, hashes and compares passwords. Without lists (a conformance profile) only their length counts."""

    def __init__(self, secrets: Secrets, lists: Breached | None, house: Sequence[str]) -> None:
        self._secrets, self._lists, self._house = secrets, lists, tuple(house)

    def check(self, password: str, context: Iterable[str] = ()) -> None:
        """Raise `Invalid` naming `password` for one that guessers would try; `context` is what the person is called."""
        if self._lists is None:
            check_length(password)
            return
        check_password(password, (*self._house, *context))
        if any(self._lists.holds(one) for one in _plain(password)):
            raise Invalid({"password": STOLEN})

    def made(self, password: str, context: Iterable[str] = ()) -> str:
        """Return the hash of a password that passes the check. Raises `Invalid`. Slow: hold no transaction."""
        self.check(password, context)
        return self._secrets.hash(password)

    def fits(self, encoded: str | None, password: str) -> bool:
        """Whether this is the password; takes the same time when there is none."""
        return self._secrets.verify(encoded, password[:PASSWORD_MOST])

    def one_time(self) -> str:
        """Make up a password of 96 bits."""
        return self._secrets.new_token()[:16]


def _words(context: Iterable[str]) -> set[str]:
    """What the person and the house are called: whole, without what lies between, and each part of three and more."""
    said = [one.lower() for one in context if one]
    parts = [part for one in said for part in PARTS.split(one)]
    return {word for word in (*said, *(PARTS.sub("", one) for one in said), *parts) if len(word) > 2}


def _is_made_of(password: str, words: set[str]) -> bool:
    """Whether hardly anything but digits and signs remains without these words."""
    rest = password
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != password and len(re.sub(r"[\W\d_]", "", rest)) < LEAST_UNIT


def _is_regular(password: str) -> bool:
    """Whether it has few different characters, is a short piece again and again, or walks along a row of keys."""
    piece = (password * 2).find(password, 1)
    expected = sum(_goes_on(password[at : at + 3]) for at in range(len(password) - 2))
    return len(set(password)) < LEAST_DIFFERENT or piece < LEAST_UNIT or len(password) - expected < LEAST_SURPRISES


def _goes_on(three: str) -> bool:
    """Whether three characters are the same, or follow one another in a row, either way."""
    return len(set(three)) == 1 or any(three in walk or three[::-1] in walk for walk in WALKS)


def _plain(password: str) -> set[str]:
    """The password, and what is left without a few digits and signs at its end."""
    bare = DECORATION.sub("", password)
    is_decorated = 0 < len(password) - len(bare) <= LONGEST_DECORATION
    return {password, bare} if is_decorated else {password}
