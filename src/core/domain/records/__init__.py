"""Records as an administrator sees them: declared in a few lines, then listed, made, changed and deleted by rule."""

from core.domain.records.actions import Action, Related
from core.domain.records.bin import DeletedRecord, RecycleBin
from core.domain.records.bulk import BulkDesk, Deed, Tally
from core.domain.records.desk import RecordDesk, Shown
from core.domain.records.errands import Errands
from core.domain.records.exports import Export, ExportDesk
from core.domain.records.family import Child, Children, Family, Line
from core.domain.records.fields import Field, Kind
from core.domain.records.kinds import Kinds
from core.domain.records.merge import Merge, Overtaken
from core.domain.records.record import Record
from core.domain.records.references import TooMany
from core.domain.records.surroundings import Around, Surroundings
from core.domain.records.undoing import UndoDesk
from core.domain.records.views import ListView, ViewDesk

__all__ = [
    "Action", "Around", "BulkDesk", "Child", "Children", "Deed", "DeletedRecord", "Errands", "Export", "ExportDesk",
    "Family", "Field", "Kind", "Kinds", "Line", "ListView", "Merge", "Overtaken", "Record", "RecordDesk", "RecycleBin",
    "Related", "Shown", "Surroundings", "Tally", "TooMany", "UndoDesk",
    "ViewDesk",
]  # fmt: skip
