"""Reports in memory, for tests that must be instant."""

from adapters.memory.repositories import Shelf
from core.domain.moderation import Report, State


class MemoryReports(Shelf):
    """`core.ports.moderation.Reports`."""

    kind = "report"

    def hold_open(self, report: Report) -> Report:
        about = (report.about_kind, report.about_id, report.reporter_id)
        for row in self._rows.values():
            if row.state == State.OPEN and (row.about_kind, row.about_id, row.reporter_id) == about:
                found: Report = row
                return found
        self._rows[report.id] = report
        return report

    def find(self, report_id: str) -> Report | None:
        return self._rows.get(report_id)

    def lock(self, report_id: str) -> Report | None:
        return self.find(report_id)

    def number_open(self, kind: str, key: str) -> int:
        rows = self._rows.values()
        return sum((row.about_kind, row.about_id, row.state) == (kind, key, State.OPEN) for row in rows)


PARTS = {"reports": MemoryReports}
