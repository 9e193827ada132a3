"""Where the post room keeps its books. Every method acts in the transaction or reading block its thread has open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from core.domain.post import Dispatch, Slip, Suppression
    from core.ports.delivery import News
    from core.ports.queue import Claim, Outcome


class Deliveries(Protocol):
    """What was sent to whom, what was heard of it, and to whom nothing is sent any more."""

    def keep(self, slips: Sequence[Slip]) -> None:
        """Keep slips, in one statement; one whose key is known takes the place of the other and keeps its id.

        The addresses of those that bounced are suppressed.
        """
        ...

    def of_message(self, key: str) -> list[Dispatch]:
        """The dispatches of one message, on whichever channel."""
        ...

    def get(self, dispatch_id: str) -> Dispatch:
        """Return one. Raises `NotFound`."""
        ...

    def lock(self, dispatch_id: str) -> Dispatch:
        """Return one, held until the transaction ends. Raises `NotFound`."""
        ...

    def carried(self, carrier: str, message_id: str) -> Dispatch | None:
        """Return the one that a carrier knows by this number, held until the transaction ends, or None."""
        ...

    def silent(self, carriers: Iterable[str], since: datetime, until: datetime, most: int) -> list[Dispatch]:
        """Up to `most` that these carriers took between two instants and of which nothing was heard, those that were
        never asked after first."""
        ...

    def note(self, news: News, now: datetime, *, waits: bool) -> bool:
        """Keep news; False when that carrier told this very event before. `waits`: its message is not known yet."""
        ...

    def waiting(self, carrier: str, message_id: str) -> list[News]:
        """The news that wait for this message; from now on they do not."""
        ...

    def suppressed(self, ways: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
        """Those of the (channel, address) to which nothing may be sent, with the reason."""
        ...

    def suppress(self, suppression: Suppression) -> None:
        """Have nothing sent there any more; one that is suppressed already stays as it is."""
        ...

    def lift(self, suppression_id: str) -> Suppression:
        """Take a suppression away and return it. Raises `NotFound`."""
        ...

    def figures(self, since: datetime) -> list[tuple[str, str, int]]:
        """Channel, state and number of the dispatches since then."""
        ...

    def prune(self, before: datetime, most: int) -> int:
        """Forget up to `most` dispatches, and as much news, from before then; return how many dispatches."""
        ...


class Journal(Protocol):
    """What `Ledger.start`, `Ledger.settle` and `Deliveries.keep` write, by one statement in a transaction of its own: a
    single round trip, which is what a group of quick calls costs. Not every store has one."""

    def enter(self, begun: Sequence[Claim], ended: Sequence[Outcome], slips: Sequence[Slip]) -> set[str]:
        """Mark calls as begun and tries as ended well (`State.DONE`), and keep the slips of those that ended; return
        the ids whose claims still hold. What is not among them wrote nothing, its slips included.

        None of the slips may have bounced. Raises `Unavailable`; then nothing is known to be written.
        """
        ...
