"""Who changed what, from where, and what it was before; entries are only ever added, and hold no secrets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from core.domain.kernel.ids import new_id
from core.ports.clock import Clock
from core.ports.repositories import AuditTrail

SECRET = ("password", "password_hash", "token", "secret", "key")
"""Fields whose values are never written down, only that they changed."""


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who is acting: a user, or a part of the system by name; `address` is where from."""

    id: str = "system"
    name: str = "system"
    address: str = ""
    request_id: str | None = None


@dataclass(eq=False, kw_only=True)
class AuditEntry:
    """One act. `changes` maps a field to {"before": …, "after": …}; `label` names the record as people do."""

    id: str
    at: datetime
    actor_id: str
    actor_name: str
    address: str
    request_id: str | None
    action: str
    kind: str
    record_id: str
    label: str = ""
    changes: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.actor_name} {self.action}"


class Audit:
    """Writes the trail, in the transaction of the act itself."""

    def __init__(self, trail: AuditTrail, clock: Clock, who: Callable[[], Actor]) -> None:
        self._trail, self._clock, self._who = trail, clock, who
        self._stand_in: ContextVar[Actor | None] = ContextVar("stand-in", default=None)

    @property
    def actor(self) -> Actor:
        """Who acts now."""
        return self._stand_in.get() or self._who()

    @contextmanager
    def acting(self, actor: Actor) -> Iterator[None]:
        """Name `actor` for what is done in this block: a worker does what somebody asked for a while ago."""
        token = self._stand_in.set(actor)
        try:
            yield
        finally:
            self._stand_in.reset(token)

    def note(
        self,
        action: str,
        kind: str,
        record_id: str,
        *,
        label: str = "",
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
        by: tuple[str, str] | None = None,
    ) -> AuditEntry:
        """Write who did `action` to a record; `before` and `after` are its fields as JSON values.

        `by` is the id and the name of who acts, where that is known only now (somebody signs in).
        """
        now, actor = self._clock.now(), self.actor
        if by is not None:
            actor = replace(actor, id=by[0], name=by[1])
        entry = AuditEntry(
            id=new_id("aud", now),
            at=now,
            actor_id=actor.id,
            actor_name=actor.name[:200],
            address=actor.address,
            request_id=actor.request_id,
            action=action,
            kind=kind,
            record_id=record_id,
            label=label[:200],
            changes=differences(before or {}, after or {}),
        )
        self._trail.add(entry)
        return entry


def differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Field by field, what changed; secrets only say that they did."""
    fields = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: _pair(name, before.get(name), after.get(name)) for name in fields}


def _pair(name: str, before: object, after: object) -> dict[str, Any]:
    if name.endswith(SECRET):
        return {"before": "•••" if before else None, "after": "•••" if after else None}
    return {"before": before, "after": after}
