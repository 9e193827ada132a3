"""Records as an administrator sees them: listed, made, changed and deleted by the entity's own rules, with an audit."""

from core.domain.audit import Audit
from core.ports.clock import Clock
from core.ports.records import Records


class RecordDesk:
    """Makes, changes and deletes records of any declared kind."""

    def __init__(self, records: Records, audit: Audit, clock: Clock) -> None:
        self._records, self._audit, self._clock = records, audit, clock
