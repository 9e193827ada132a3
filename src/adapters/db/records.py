"""Any mapped entity as a record: keyset pages, search and filters in SQL."""

from adapters.db.engine import Database


class SqlRecords:
    """`core.ports.records.Records`."""

    def __init__(self, database: Database) -> None:
        self._database = database
