"""Posts, their tags and comments, who follows whom and likes what; it knows no page, no Markdown and no SQL."""

from core.domain.content.absence import Absences
from core.domain.content.attachments import Attachment, AttachmentDesk, Room
from core.domain.content.comment import Comment, CommentDesk
from core.domain.content.desk import PostDesk
from core.domain.content.moderation import ReportedContent
from core.domain.content.notes import MESSAGES, PostNotes
from core.domain.content.post import Post, State
from core.domain.content.reading import PostReader
from core.domain.content.tag import Tag, TagDesk
from core.domain.content.tallies import Tallying
from core.domain.content.ties import Favourite, Follow, Ties

__all__ = [
    "MESSAGES", "Absences", "Attachment", "AttachmentDesk", "Comment", "CommentDesk", "Favourite", "Follow", "Post",
    "PostDesk", "PostNotes", "PostReader", "ReportedContent", "Room", "State", "Tag", "TagDesk", "Tallying", "Ties",
]  # fmt: skip
