"""The post room's books in memory, for tests that must be instant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from adapters.memory.store import MemoryUnitOfWork, find
from core.domain.post import Dispatch, Slip, Suppression
from core.ports.delivery import Delivery, News


@dataclass(kw_only=True)
class Heard:
    """News that was kept; `waits`: for its message."""

    news: News
    at: datetime
    waits: bool

    def is_of(self, carrier: str, message_id: str) -> bool:
        """Whether it tells of this message."""
        return (self.news.carrier, self.news.message_id) == (carrier, message_id)


class MemoryDeliveries:
    """`core.ports.deliveries.Deliveries`."""

    def __init__(self, store: MemoryUnitOfWork) -> None:
        self._store = store

    @property
    def _rows(self) -> dict[str, Dispatch]:
        return self._store.shelf("dispatch")

    @property
    def _events(self) -> dict[tuple[str, str], Heard]:
        return self._store.shelf("delivery event")

    @property
    def _closed(self) -> dict[str, Suppression]:
        return self._store.shelf("suppression")

    def keep(self, slips: Sequence[Slip]) -> None:
        for one in slips:
            known: Slip = next((row for row in self._rows.values() if row.key == one.key), one)
            told = {each.name: getattr(one, each.name) for each in fields(Slip)}
            self._rows[known.id] = Dispatch(**{**told, "id": known.id, "created_at": known.created_at})
            if one.state == Delivery.BOUNCED:
                self.suppress(Suppression.of(one.channel, one.recipient, one.detail, one.changed_at))

    def of_message(self, key: str) -> list[Dispatch]:
        found = [row for row in self._rows.values() if row.key == key or row.key.startswith(f"{key}.")]
        return sorted(found, key=lambda row: str(row.key))

    def get(self, dispatch_id: str) -> Dispatch:
        return find(self._rows, dispatch_id, "delivery")

    def lock(self, dispatch_id: str) -> Dispatch:
        return self.get(dispatch_id)

    def carried(self, carrier: str, message_id: str) -> Dispatch | None:
        named = (row for row in self._rows.values() if (row.carrier, row.message_id) == (carrier, message_id))
        return next(named, None)

    def silent(self, carriers: Iterable[str], since: datetime, until: datetime, most: int) -> list[Dispatch]:
        asked = tuple(carriers)
        mine = [row for row in self._rows.values() if row.carrier in asked and since <= row.created_at < until]
        sent = [row for row in mine if row.state == Delivery.SENT]
        return sorted(sent, key=lambda row: (row.asked_at or datetime.min.replace(tzinfo=until.tzinfo), row.id))[:most]

    def note(self, news: News, now: datetime, *, waits: bool) -> bool:
        place = (news.carrier, news.event_id)
        if place in self._events:
            return False
        self._events[place] = Heard(news=news, at=now, waits=waits)
        return True

    def waiting(self, carrier: str, message_id: str) -> list[News]:
        mine = [one for one in self._events.values() if one.waits and one.is_of(carrier, message_id)]
        for one in mine:
            one.waits = False
        return [one.news for one in mine]

    def suppressed(self, ways: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
        asked = set(ways)
        kept = {(one.channel, one.address): one.reason for one in self._closed.values()}
        return {way: reason for way, reason in kept.items() if way in asked}

    def suppress(self, suppression: Suppression) -> None:
        if not self.suppressed([(suppression.channel, suppression.address)]):
            self._closed[suppression.id] = suppression

    def lift(self, suppression_id: str) -> Suppression:
        found: Suppression = find(self._closed, suppression_id, "suppression")
        del self._closed[suppression_id]
        return found

    def figures(self, since: datetime) -> list[tuple[str, str, int]]:
        counted = Counter((row.channel, row.state) for row in self._rows.values() if row.created_at >= since)
        return [(channel, state, number) for (channel, state), number in counted.items()]

    def prune(self, before: datetime, most: int) -> int:
        for place in [place for place, one in self._events.items() if one.at < before][:most]:
            del self._events[place]
        old = sorted(row.id for row in self._rows.values() if row.created_at < before)[:most]
        for gone in old:
            del self._rows[gone]
        return len(old)


PARTS = {"deliveries": MemoryDeliveries, "journal": lambda store: None}
