"""Tells people of the ways into their account: that an account elsewhere was connected or is so no longer, and by which
link one is made."""

from __future__ import annotations

from core.domain.kernel.errors import NotFound
from core.domain.kernel.marks import Effects, on
from core.domain.kernel.messages import Fact, MessageClass
from core.domain.post import Envelope, PostRoom, Recipient
from core.domain.social.connections import Parted, Tied
from core.domain.social.newcomers import JoinAsked
from core.domain.social.trips import Attempt
from core.domain.tasks import Run
from core.ports.repositories import Users
from core.ports.secrets import Links
from core.ports.social import Attempts
from core.ports.stationery import Channel

NAME, PROVIDER = Fact("Whose account it is", "Ada Lovelace"), Fact("Where the other account is", "Google")
FACTS = {"name": NAME, "provider": PROVIDER, "known_as": Fact("How it is called there", "ada@example.com")}


def _letter(name: str, label: str, tells: str, facts: dict[str, Fact]) -> MessageClass:
    return MessageClass(name=name, label=label, tells=tells, facts=facts, channels=(Channel.MAIL,), critical=True)


TIED = _letter(
    "identity_connected", "Account elsewhere connected",
    "That an account elsewhere signs them in from now on, to whose account it is.", FACTS,
)  # fmt: skip
PARTED = _letter(
    "identity_disconnected", "Account elsewhere disconnected",
    "That an account elsewhere signs them in no longer, to whose account it is.", FACTS,
)  # fmt: skip
JOINING = _letter(
    "social_joining", "Confirm an account made with one elsewhere",
    "The link that opens a new account, to who signed up with an account elsewhere that confirms no address.",
    {"name": NAME, "provider": PROVIDER, "username": Fact("The username that was chosen", "ada"),
     "way": Fact("What the link opens", "0f" * 32), "key": Fact("What opens it", "hX3kTq9sV0aB7cLmN2pR4w")},
)  # fmt: skip
KNOWN = _letter(
    "social_known", "You have an account already, to connect",
    "That there is an account already, to who signed up again with an account elsewhere.",
    {"name": NAME, "provider": PROVIDER},
)  # fmt: skip
MESSAGES = (TIED, PARTED, JOINING, KNOWN)


class SocialLetters:
    """Mails people about accounts elsewhere. Links are signed here, at each try anew, and are kept nowhere."""

    def __init__(self, users: Users, attempts: Attempts, links: Links, post: PostRoom) -> None:
        self._users, self._attempts, self._links, self._post = users, attempts, links, post

    @on(Tied, "social.tell-connected", queue="mail", effects=Effects.OUTSIDE, priority=3, attempts=60)
    def tell_connected(self, event: Tied, run: Run) -> None:
        """Say that an account elsewhere was connected: whoever did not do it must hear of it."""
        self._tell(TIED, event, run)

    @on(Parted, "social.tell-disconnected", queue="mail", effects=Effects.OUTSIDE, priority=3, attempts=60)
    def tell_disconnected(self, event: Parted, run: Run) -> None:
        """Say that one was disconnected."""
        self._tell(PARTED, event, run)

    @on(JoinAsked, "social.send-link", queue="mail", effects=Effects.OUTSIDE, priority=2, attempts=60)
    def send_link(self, event: JoinAsked, run: Run) -> None:
        """Mail the link that opens a new account, or that there is one already."""
        with run.start():
            attempt = self._attempts.find(event.attempt_id)
            envelope = self._of_wish(attempt, run) if attempt is not None and attempt.wish is not None else None
        self._send(envelope, run)

    def _tell(self, kind: MessageClass, event: Tied | Parted, run: Run) -> None:
        with run.start():
            envelope = self._of_tie(kind, event, run)
        self._send(envelope, run)

    def _of_tie(self, kind: MessageClass, event: Tied | Parted, run: Run) -> Envelope | None:
        try:
            user = self._users.get(event.user_id)
        except NotFound:  # erased meanwhile: there is nobody to tell
            return None
        facts = {"name": user.name, "provider": event.provider.capitalize(), "known_as": event.known_as}
        return self._post.address(kind.name, Recipient(mail=user.email, user=user.id), facts, run, about=user.id)

    def _of_wish(self, attempt: Attempt, run: Run) -> Envelope:
        wish = attempt.wish or {}
        kind = KNOWN if self._users.by_email(wish["email"]) is not None else JOINING
        known = {
            "name": wish["name"], "provider": attempt.provider.capitalize(), "username": wish["username"],
            "way": attempt.id, "key": self._links.sign(attempt.id),
        }  # fmt: skip
        facts = {name: known[name] for name in kind.facts}
        return self._post.address(kind.name, Recipient(mail=wish["email"]), facts, run)

    def _send(self, envelope: Envelope | None, run: Run) -> None:
        run.settle(self._post.send(envelope, run) if envelope is not None else None)
