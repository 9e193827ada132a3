"""The shapes of JSON that come in and go out; rules about their values live on the entities."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.domain.kernel.errors import Invalid


def _text(most: int, about: str, **further: Any) -> Any:
    """A required text as the description shows it; here it may be missing, so that the entity's sentence is heard."""
    told = {"minLength": 1, "maxLength": most, "default": None, **further}
    return Field("", max_length=most, description=about, json_schema_extra=told)


class ContactMessageIn(BaseModel):
    """A message to whoever runs this site."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "required": ["name", "email", "subject", "message"],
            "example": {
                "name": "Ada Lovelace",
                "email": "ada@example.com",
                "subject": "A question",
                "message": "Does the engine weave algebraic patterns?",
                "notify_me": True,
            },
        },
    )
    name: str = _text(100, "One line.")
    email: str = _text(254, "Where the answer goes.", format="email")
    subject: str = _text(200, "One line.")
    message: str = _text(10_000, "Line breaks are welcome.")
    notify_me: bool = Field(False, description="Mail the sender when the message has been delivered.")


class ProgressOut(BaseModel):
    """How far a task is; `total` 0 means that nobody knows."""

    done: int
    total: int
    message: str


class TaskOut(BaseModel):
    """Accepted work. It ends as `done`, `dead` (given up) or `cancelled`."""

    id: str
    name: str
    state: str = Field(
        description="What it is doing.",
        json_schema_extra={"enum": ["scheduled", "ready", "running", "retry", "done", "dead", "cancelled"]},
    )
    progress: ProgressOut
    attempts: int = Field(description="Tries so far.")
    result: dict[str, Any] | None
    error: str | None = Field(description="The last failure in words; in production its reason is for the owner only.")
    created_at: datetime
    finished_at: datetime | None


class ContactMessageOut(BaseModel):
    """The message is kept; the task delivers it."""

    id: str = Field(description="The message.")
    status_url: str = Field(description="Ask here how the task is; the key in it opens this task and nothing else.")
    page_url: str = Field(description="The same for people.")
    task: TaskOut


class ProblemOut(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: dict[str, str] = Field({}, description="Field by field, a sentence; left out when there is none.")
    request_id: str


class StaleOut(ProblemOut):
    """It was changed since it was read: both versions."""

    current: dict[str, Any] = Field(description="What it is now, with its `etag`.")
    sent: dict[str, Any] = Field(description="What was sent.")


SENTENCES = {
    "missing": "This field is missing. Add it.",
    "extra_forbidden": "There is no such field here. Take it out, or check its spelling.",
    "string_type": "This must be text, in quotation marks.",
    "string_too_long": "This is too long, with the spaces around it. Shorten it.",
    "bool_type": "This must be true or false, without quotation marks.",
    "model_type": "The body must be a JSON object, like {\"name\": \"…\"}.",
}  # fmt: skip


def shape_errors(wrong: ValidationError) -> Invalid:
    """Return what is wrong with a shape in words, field by field; a body that is no object is named `body`."""
    fields: dict[str, str] = {}
    for error in wrong.errors(include_url=False, include_context=False, include_input=False):
        name = ".".join(str(part) for part in error["loc"])[:100] or "body"
        fields[name] = SENTENCES.get(error["type"], f"{error['msg']}.")
    return Invalid(fields)
