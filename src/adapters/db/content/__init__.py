"""Posts and what hangs on them in the database. What follows from a row (a tag's entry, a number) is kept by triggers
(migrations 0028, 0035), so that it holds whatever way a row comes or goes; see decision 17."""

from adapters.db.content.reading import SqlReading
from adapters.db.content.repositories import (
    SqlAttachments,
    SqlAuthors,
    SqlComments,
    SqlFavourites,
    SqlFollows,
    SqlPosts,
    SqlTags,
)
from adapters.db.content.tables import ENTITIES
from adapters.db.content.tallies import SqlTallies

__all__ = [
    "ENTITIES",
    "SqlAttachments",
    "SqlAuthors",
    "SqlComments",
    "SqlFavourites",
    "SqlFollows",
    "SqlPosts",
    "SqlReading",
    "SqlTags",
    "SqlTallies",
]
