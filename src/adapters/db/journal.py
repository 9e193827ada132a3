"""Starts and ends of outside calls, and the slips of their messages, in one statement of PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from sqlalchemy import bindparam, text

from adapters.db.deliveries import GIVEN_POSTGRES, KEEP, rows
from adapters.db.engine import Database
from adapters.db.ledger import beginnings, endings
from adapters.db.ledger_sql import STATEMENTS, postgres
from adapters.db.types import Instant
from core.domain.post import Slip
from core.ports.clock import Clock
from core.ports.queue import Claim, Outcome

OF_ENDED = f"{GIVEN_POSTGRES} JOIN ended ON ended.id = given.task_id"
ENTER = f"""WITH begun AS ({postgres(STATEMENTS["start"]).replace(":given", ":begun")}),
    ended AS ({postgres(STATEMENTS["done"]).replace(":given", ":ended")}),
    kept AS ({KEEP.format(given=OF_ENDED).replace(":given", ":slips")})
    SELECT id FROM begun UNION ALL SELECT id FROM ended"""


class SqlJournal:
    """`core.ports.deliveries.Journal`. On SQLite `WITH` only reads, and there is no round trip to be spared."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._enter = text(ENTER).bindparams(bindparam("now", type_=Instant))

    def enter(self, begun: Sequence[Claim], ended: Sequence[Outcome], slips: Sequence[Slip]) -> set[str]:
        given = {"begun": beginnings(begun), "ended": endings(ended), "slips": rows(slips)}
        bound = {name: orjson.dumps(found).decode() for name, found in given.items()}
        with self._database.apart(durable=True) as connection:
            return {row[0] for row in connection.execute(self._enter, {**bound, "now": self._clock.now()})}
