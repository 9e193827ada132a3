"""Posts, plugged in: where they and their comments are kept, who writes and who reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from adapters.db.content import (
    ENTITIES,
    SqlAttachments,
    SqlAuthors,
    SqlComments,
    SqlFavourites,
    SqlFollows,
    SqlPosts,
    SqlReading,
    SqlTags,
    SqlTallies,
)
from adapters.keepers import AttachmentKeeper
from core.domain.content import (
    MESSAGES,
    Absences,
    AttachmentDesk,
    CommentDesk,
    PostDesk,
    PostNotes,
    PostReader,
    ReportedContent,
    Room,
    TagDesk,
    Tallying,
    Ties,
)
from core.domain.kernel.personal import Fate, Held, Impersonal
from core.ports.files import Files
from core.ports.markup import Markup

if TYPE_CHECKING:
    from entrypoints.container import App

__all__ = ["ENTITIES", "KEEPERS", "MARKED", "MESSAGES", "PARTS", "PERSONAL", "REPORTABLE", "SCOPES", "Settings"]


class Settings(BaseModel):
    """How many megabytes of files one person may keep with their posts, how many files with one of them, and how many
    people one may follow."""

    attachment_quota: int = Field(100, ge=0, le=1_000_000)
    attachments_most: int = Field(50, ge=0, le=10_000)
    follows_most: int = Field(5_000, ge=0, le=1_000_000)


def _attachment_files(app: App) -> Files:
    from entrypoints.carriers import shelf

    return shelf(app.settings, "attachments")


def _markup(app: App) -> Markup:
    """Only pages read Markdown, so nobody else loads what does."""
    from adapters.markup import MarkdownMarkup

    return MarkdownMarkup(app.settings.base_url)


def _attachment_desk(app: App) -> AttachmentDesk:
    room = Room(quota=app.settings.attachment_quota * 1_000_000, most=app.settings.attachments_most)
    return AttachmentDesk(app.attachments, app.attachment_files, app.post_desk, app.uow, app.clock, room)


PARTS = {
    "posts": lambda app: SqlPosts(app.uow),
    "comments": lambda app: SqlComments(app.uow),
    "follows": lambda app: SqlFollows(app.uow),
    "favourites": lambda app: SqlFavourites(app.uow),
    "authors": lambda app: SqlAuthors(app.uow),
    "absences": lambda app: Absences(app.authors, app.outbox, app.clock),
    "attachments": lambda app: SqlAttachments(app.uow),
    "attachment_files": _attachment_files,
    "attachment_desk": _attachment_desk,
    "attachment_keeper": lambda app: AttachmentKeeper(app.attachments, app.attachment_files),
    "reported_content": lambda app: ReportedContent(app.posts, app.comments, app.post_desk, app.comment_desk),
    "markup": _markup,
    "post_reading": lambda app: SqlReading(app.uow),
    "tags": lambda app: SqlTags(app.uow),
    "tag_desk": lambda app: TagDesk(app.tags, app.posts, app.outbox, app.audit),
    "tallies": lambda app: SqlTallies(app.uow),
    "post_desk": lambda app: PostDesk(app.uow, app.posts, app.follows, app.authors, app.outbox, app.audit, app.clock),
    "comment_desk": lambda app: CommentDesk(app.comments, app.authors, app.outbox, app.audit, app.clock),
    "ties": lambda app: Ties(app.follows, app.favourites, app.clock, app.settings.follows_most),
    "post_reader": lambda app: PostReader(app.post_reading),
    "post_notes": lambda app: PostNotes(app.post_reader, app.follows, app.post, app.outbox),
    "tallying": lambda app: Tallying(app.tallies),
}
MARKED = {
    "absences": Absences,
    "post_notes": PostNotes,
    "tallying": Tallying,
    "attachment_desk": AttachmentDesk,
    "reported_content": ReportedContent,
    "tag_desk": TagDesk,
}
REPORTABLE = {"posts": "reported_content", "comments": "reported_content"}
KEEPERS = ("attachment_keeper",)
SCOPES = {"posts": "Write, change and delete your posts and comments, follow people and like posts"}
ON_RECORD = "What was done and decided here must stay on record; what you wrote is taken out of it."
YOURS = ("posts", "comments", "attachments")
PERSONAL = (
    Held(table="posts", about="Posts of yours", ids=("author_id",)),
    Held(table="comments", about="Comments of yours", ids=("author_id",)),
    Held(table="follows", about="Whom you follow, and who follows you", ids=("follower_id", "followee_id")),
    Held(table="favourites", about="Posts that you like", ids=("user_id",)),
    Held(table="attachments", about="Files of your posts", ids=("owner_id",)),
    Held(table="audit_entries", name="audit_entries-about_your_posts", about="What was done to what you wrote",
         through=(*(("record_id", table, "id") for table in YOURS), ("record_id", "deleted_records", "record_id")),
         fate=Fate.BLANK, blank=("label", "changes"), why=ON_RECORD,
         stays="id at actor_id actor_name address request_id action kind record_id",
         secret=("actor_id", "actor_name", "address", "request_id")),
    Held(table="reports", name="reports-about_your_posts", about="Reports about what you wrote",
         through=tuple(("about_id", table, "id") for table in YOURS), fate=Fate.BLANK, blank=("label", "context"),
         stays="id about_kind about_id reporter_id reason words state note decided_by decided_at created_at updated_at",
         secret=("reporter_id", "words", "context", "note", "decided_by"), why=ON_RECORD),
    Impersonal(table="post_tags", columns="tag published_at post_id"),
    Impersonal(table="tags", columns="name about created_at"),
    Impersonal(table="tallies", columns="scope number"),
    Impersonal(table="tally_changes", columns="scope change"),
)  # fmt: skip
