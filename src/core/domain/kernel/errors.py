"""What can go wrong, in the words of the domain; it knows nothing of HTTP, SQL or any vendor.

Every sentence says what happened, why, and what to do next. The entrypoints translate the kind.
"""

from collections.abc import Mapping
from typing import Any

LOOK = "Some fields need another look:"


class Failure(Exception):
    """The root of every error a person may read."""

    sentence = "Something went wrong. Try again."

    def __init__(self, sentence: str | None = None) -> None:
        self.sentence = sentence or self.sentence
        super().__init__(self.sentence)


class Invalid(Failure):
    """Input that breaks a rule. `fields` maps a field's name to a sentence about it.

    `by_name` is the sentence for a program, which sent fields by their names and read no labels.
    """

    def __init__(self, fields: Mapping[str, str], sentence: str | None = None) -> None:
        self.fields = dict(fields)
        named = "; ".join(f"{name}: {told}" for name, told in self.fields.items())
        self.by_name = sentence or f"{LOOK} {named}"
        super().__init__(sentence or f"{LOOK} {'; '.join(self.fields.values())}")


class Taken(Invalid):
    """What has to be nobody else's is somebody's already; `fields` names it."""


class NotFound(Failure):
    sentence = "There is nothing here. It may have been removed, or the address is not complete."


class Forbidden(Failure):
    sentence = "You are signed in, but not allowed to do this. Ask an administrator for the permission."


class OutOfScope(Forbidden):
    """A token is good, and does not allow this (RFC 6750 3.1: insufficient_scope). `scope` is what would."""

    def __init__(self, sentence: str, scope: str) -> None:
        self.scope = scope
        super().__init__(sentence)


class Unauthenticated(Failure):
    sentence = "Sign in first, then try again."


class BadToken(Unauthenticated):
    """A token was shown that lets nobody in: made up, expired, or ended (RFC 6750 3.1: invalid_token)."""

    sentence = "This token is not valid. Make a new one in your account, under Access tokens."


class FormlessToken(BadToken):
    """What was shown has not even the form of a token: no token of ours, ended or not, can have been meant."""


class ExpiredToken(BadToken):
    """A token was good once, and its time is over."""

    sentence = "This token has expired. Sign in again to get a new one."


class Conflict(Failure):
    """`about` is the field of which there can be no second one alike, where that is what was hit."""

    sentence = "Someone was faster: this has changed meanwhile. Read it again, then repeat your change."

    def __init__(self, sentence: str | None = None, about: str = "") -> None:
        self.about = about
        super().__init__(sentence)


class Stale(Conflict):
    """It was changed since it was read. `current` is what it is now, `sent` what it was to become, as JSON values."""

    def __init__(self, sentence: str, current: Mapping[str, Any], sent: Mapping[str, Any]) -> None:
        self.versions = {"current": dict(current), "sent": dict(sent)}
        super().__init__(sentence)


class Unavailable(Failure):
    """Something outside does not answer. `retry_after` is in seconds; another try may succeed."""

    sentence = "A service this needs does not answer. Try again in a moment."

    def __init__(self, sentence: str | None = None, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(sentence)


class Unanswered(Unavailable):
    """The other side was asked and did not say whether it did it; another try may do it twice (promise 4: in doubt)."""


class Postponed(Failure):
    """It is not the time for it: its task goes on after so many seconds, however old it is by then."""

    def __init__(self, sentence: str, after: float) -> None:
        self.after = after
        super().__init__(sentence)


class TooMany(Failure):
    """More requests than one sender may make. `retry_after` is in seconds."""

    def __init__(self, sentence: str, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(sentence)


class Rejected(Failure):
    """A vendor refuses this very thing (a bad number, a closed mailbox): another try cannot succeed."""


class Gone(Rejected):
    """The address will never take anything again (a device signed off, a mailbox closed): forget it."""


class TooDear(Rejected):
    """Nobody was asked: it would cost more than may be spent, or goes where nothing may be sent (fraud)."""


class Unwritten(Failure):
    """An outside call was made, but what follows from it could not be written: making it again would double it."""


class Fenced(Exception):
    """The claim on a running task was taken over: whatever this thread did must be rolled back. Never shown."""


PERMANENT = (Invalid, NotFound, Forbidden, Conflict, Rejected, Unwritten)
"""Failures that another try cannot mend: a task ends dead at once (design: retry)."""
