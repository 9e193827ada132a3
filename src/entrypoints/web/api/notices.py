"""`/api/v1/notices` and `/api/v1/preferences`: what rang somebody's bell, and how they want to be told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request
from flask_login import current_user
from pydantic import BaseModel, ConfigDict, Field

from core.domain.kernel.errors import Invalid
from core.domain.kernel.ids import is_id
from core.domain.notices import Notice
from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.answers import json_answer
from entrypoints.web.api.bodies import json_body, read_fields
from entrypoints.web.api.described import describe

MOST = 100
NO_NOTICE = {404: "You have no such notification."}
ASKS = {
    "cursor": "Where to go on: the `next` of the page before.", "unread": "true: only those that were not read.",
    "limit": "1 to 100; 20 if left out.",
}  # fmt: skip
TOLD = ("id", "kind", "title", "text", "link", "created_at", "read_at")


class NoticeOut(BaseModel):
    """Something that you were told of on the site."""

    id: str
    kind: str = Field(description="The class of message, like task_done.")
    title: str
    text: str
    link: str = Field(description="A page of this site, or empty.")
    created_at: datetime
    read_at: datetime | None


class NoticesOut(BaseModel):
    """Your notifications, newest first."""

    notices: list[NoticeOut]
    next: str | None = Field(description="Give it back as `cursor` for those that are older; null at the end.")


class UnreadOut(BaseModel):
    """How many wait for you."""

    unread: int = Field(description="100 stands for as many and more.")


class ReadIn(BaseModel):
    """Whether it was read."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"required": ["read"], "example": {"read": True}}
    )
    read: bool = Field(True, description="false makes it unread again.")


class QuietShape(BaseModel):
    """From when until when, by the clock in your time zone."""

    model_config = ConfigDict(extra="forbid", strict=True)
    starts: str = Field(description="Like 22:00.", max_length=10)
    ends: str = Field(description="Like 07:00; over midnight where it is the earlier time.", max_length=10)


class WayOut(BaseModel):
    """A class of message and how you are told of it."""

    kind: str
    label: str
    offered: list[str] = Field(description="The ways it has.")
    chosen: list[str] = Field(description="The ways you want.")
    always: bool = Field(description="It is sent whatever you choose.")


class PreferencesOut(BaseModel):
    """How you are told of what."""

    channels: list[WayOut]
    reachable: list[str] = Field(description="The ways by which you can be reached now.")
    quiet_hours: QuietShape | None
    zone: str = Field(description="By whose clock the quiet hours are.")
    phone: str = Field(description="The number that you have confirmed, or empty.")


class PreferencesIn(BaseModel):
    """What is to be changed; what is left out stays as it is."""

    model_config = ConfigDict(
        extra="forbid", strict=True,
        json_schema_extra={
            "example": {
                "channels": {"task_done": ["bell", "mail"]}, "quiet_hours": {"starts": "22:00", "ends": "07:00"},
            }
        },
    )  # fmt: skip
    channels: dict[str, list[str]] = Field({}, description="The ways you want, by class of message.")
    quiet_hours: QuietShape | None = Field(None, description="null: none.")


def add_routes(api: Blueprint, app: App) -> None:
    """Put the routes on the API."""
    _add_list(api, app)
    _add_reading(api, app)
    _add_preferences(api, app)


def _add_list(api: Blueprint, app: App) -> None:
    @api.get("/notices")
    @policies.signed_in(scope="notices")
    @describe(gives={200: NoticesOut}, problems=(422, 429, 503), tag="Notifications", asks=ASKS)
    def list_notices() -> Response:
        """List your notifications."""
        asked = _asked()
        with app.uow.reading():
            shown = app.notice_desk.page(current_user.user.id, **asked)
        return json_answer({"notices": [_shown(one) for one in shown.notices], "next": shown.after or None})

    @api.get("/notices/count")
    @policies.signed_in(scope="notices")
    @describe(gives={200: UnreadOut}, problems=(429, 503), tag="Notifications")
    def count_notices() -> Response:
        """Count those that you have not read."""
        with app.uow.reading():
            return json_answer({"unread": app.notice_desk.unread(current_user.user.id)})


def _add_reading(api: Blueprint, app: App) -> None:
    @api.patch("/notices/<notice_id>")
    @policies.signed_in(scope="notices")
    @describe(
        takes=ReadIn, gives={200: NoticeOut}, problems=(400, 404, 413, 415, 422, 429, 503), tag="Notifications",
        reasons=NO_NOTICE,
    )  # fmt: skip
    def read_notice(notice_id: str) -> Response:
        """Mark one as read, or as unread again."""
        with app.uow.reading():
            app.notice_desk.show(current_user.user.id, notice_id)
        is_read = ReadIn(**read_fields(ReadIn, json_body())).read
        with app.uow.transaction():
            found = app.notice_desk.read(current_user.user.id, notice_id, is_read=is_read)
        return json_answer(_shown(found))

    @api.patch("/notices")
    @policies.signed_in(scope="notices")
    @describe(takes=ReadIn, gives={200: UnreadOut}, problems=(400, 413, 415, 422, 429, 503), tag="Notifications")
    def read_notices() -> Response:
        """Mark all of them as read."""
        if not ReadIn(**read_fields(ReadIn, json_body())).read:
            raise Invalid({"read": "All at once can only be marked as read. Mark one by one as unread."})
        with app.uow.transaction():
            app.notice_desk.read_all(current_user.user.id)
            return json_answer({"unread": app.notice_desk.unread(current_user.user.id)})


def _add_preferences(api: Blueprint, app: App) -> None:
    @api.get("/preferences")
    @policies.signed_in(scope="notices")
    @describe(gives={200: PreferencesOut}, problems=(429, 503), tag="Notifications")
    def show_preferences() -> Response:
        """Read how you are told of what."""
        with app.uow.reading():
            return json_answer(_preferences(app))

    @api.put("/preferences")
    @policies.signed_in(scope="notices")
    @describe(
        takes=PreferencesIn, gives={200: PreferencesOut}, problems=(400, 413, 415, 422, 429, 503), tag="Notifications"
    )
    def change_preferences() -> Response:
        """Choose how you are told.

        A class that is named has these ways and no others from now on; those that are not named stay as they are.
        """
        given = read_fields(PreferencesIn, json_body())
        with app.uow.transaction():
            app.preference_desk.choose(current_user.user, given.get("channels", {}))
            if "quiet_hours" in given:
                hours = given["quiet_hours"] or {"starts": "", "ends": ""}
                app.preference_desk.be_quiet(current_user.user, **hours)
        with app.uow.reading():
            return json_answer(_preferences(app))


def _asked() -> dict[str, Any]:
    cursor, limit = request.args.get("cursor", ""), request.args.get("limit", "20")
    wrong = {}
    if cursor and not is_id(cursor, "ntc"):
        wrong["cursor"] = "This is no cursor. Give back the `next` of the page before."
    if not limit.isdecimal() or not limit.isascii() or len(limit) > 3 or not 1 <= int(limit) <= MOST:
        wrong["limit"] = f"The limit is a whole number from 1 to {MOST}."
    if wrong:
        raise Invalid(wrong)
    return {"after": cursor, "most": int(limit), "unread": request.args.get("unread", "").lower() == "true"}


def _shown(notice: Notice) -> dict[str, Any]:
    return {name: getattr(notice, name) for name in TOLD}


def _preferences(app: App) -> dict[str, Any]:
    user, desk = current_user.user, app.preference_desk
    reach = desk.reach(user)
    return {
        "channels": [
            {"kind": one.kind.name, "label": one.kind.label, "offered": list(one.offered),
             "chosen": [way for way in one.offered if one.kind.critical or way in one.chosen],
             "always": one.kind.critical} for one in desk.choices(user)
        ],
        "reachable": sorted(desk.reachable(user)),
        "quiet_hours": {"starts": reach.quiet_from, "ends": reach.quiet_until} if reach.quiet_from else None,
        "zone": user.zone or "UTC", "phone": reach.phone,
    }  # fmt: skip
