"""One message on its way over one channel: how far it came, in whatever order its news arrives; it knows no carrier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.domain.kernel.ids import new_id
from core.domain.post.recipient import known
from core.ports.delivery import Delivery, News, Receipt

RANKS = {
    Delivery.QUEUED: 0, Delivery.SENT: 1, Delivery.UNKNOWN: 2, Delivery.FAILED: 3, Delivery.DELIVERED: 4,
    Delivery.BOUNCED: 5,
}  # fmt: skip
"""What outlives what. A mailbox may bounce what its server took (Amazon SES: a Bounce may follow a Delivery), a phone
may report what its network had given up; neither happens the other way round."""
NOT_TAKEN = (Delivery.FAILED, Delivery.BOUNCED)
UNDER_WAY = (Delivery.SENT, Delivery.DELIVERED, Delivery.UNKNOWN)
LONGEST_DETAIL = 500


@dataclass(eq=False, kw_only=True)
class Slip:
    """What became of one message on one channel, as it is filled in while the message leaves; `key` is unique for
    (message, recipient, channel).

    `kind` is the message's class, `about` the id of what it tells of, `units` what the carrier charges for. `onward`
    holds what the next channel needs, while there is one. `changed_at` is when the state came about, by the carrier.
    """

    id: str
    kind: str
    channel: str
    recipient: str
    state: str = Delivery.QUEUED
    carrier: str = ""
    message_id: str = ""
    units: int = 0
    detail: str = ""
    about: str = ""
    task_id: str
    key: str
    created_at: datetime
    changed_at: datetime
    asked_at: datetime | None = None
    onward: dict[str, Any] | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether it left the house, as far as anybody knows: then no other channel is tried."""
        return self.state in UNDER_WAY

    def take(self, receipt: Receipt) -> None:
        """A carrier took it; a carrier that is named with its channel (`sms:twilio`) is the same one without."""
        self.state, self.detail = Delivery.SENT, ""
        self.carrier, self.message_id = receipt.carrier.rpartition(":")[2], receipt.message_id
        self.units = receipt.units

    def end(self, state: Delivery, why: str) -> None:
        """It ends here, by our own doing."""
        self.state, self.detail = state, why[:LONGEST_DETAIL]

    def give_up(self, why: str) -> None:
        """Nobody tries any more what still waited."""
        if self.state == Delivery.QUEUED:
            self.end(Delivery.FAILED, why)


@dataclass(eq=False, kw_only=True)
class Dispatch(Slip):
    """A slip in the books: from now on others tell what becomes of its message."""

    def __str__(self) -> str:
        return f"{self.kind} by {self.channel}"

    def go_on(self) -> bool:
        """Whether the next channel is to be taken now: once, however often it is told that this one failed."""
        if not self.onward or self.onward.get("taken"):
            return False
        self.onward = {**self.onward, "taken": True}
        return True

    def hear(self, news: News) -> bool:
        """Take news in; True when it changed something. The same news in any order leads to the same end."""
        told = (RANKS[news.state], news.at, news.detail[:LONGEST_DETAIL])
        known = (RANKS[Delivery(self.state)], self.changed_at, self.detail)
        if told[0] < known[0] or (told[0] == known[0] and told <= known):
            return False
        self.state, self.changed_at, self.detail = news.state, told[1], told[2]
        return True


@dataclass(eq=False, kw_only=True)
class Suppression:
    """An address to which nothing is sent on a channel any more, why, and since when."""

    id: str
    channel: str
    address: str
    reason: str
    since: datetime

    def __str__(self) -> str:
        return f"{self.address} ({self.channel})"

    @classmethod
    def of(cls, channel: str, address: str, reason: str, since: datetime) -> Suppression:
        """Have nothing sent to an address any more, whatever the case its letters were written in."""
        channel, address = known(channel, address)
        return cls(
            id=new_id("sup", since), channel=channel, address=address, reason=reason[:LONGEST_DETAIL], since=since
        )  # fmt: skip
