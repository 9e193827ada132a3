"""`/api/v1/users`, `/verifications`, `/password-resets`: an account begins and is found again, by mail only."""

from __future__ import annotations

from typing import TypeVar

import orjson
from flask import Blueprint, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.domain.accounts.sign_up import Newcomer
from core.domain.idempotency import Answer
from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.answers import json_answer
from entrypoints.web.api.bodies import json_body, read_shape
from entrypoints.web.api.described import describe
from entrypoints.web.api.once import once
from entrypoints.web.api.shapes import shape_errors
from entrypoints.web.sign_up import confirmed, reset_by_link

SENT = "If something is to be done with this address, a mail says so. Its link works once, and for an hour."
KEPT = {202: "A mail is under way; this answer is the same whether or not the address is known."}
OVER = {422: "Fields that need another look; `token`: the link does not work, or not any more."}
PROBLEMS = (400, 413, 415, 422, 429, 503)
Shape = TypeVar("Shape", bound=BaseModel)
STRICT = ConfigDict(extra="forbid", strict=True)


def _needed(most: int, about: str, **further: str) -> str:
    """A field that must be there, as the description shows it; a missing one is for the domain to name."""
    told = {"minLength": 1, "maxLength": most, "default": None, **further}
    field: str = Field("", description=about, json_schema_extra=told)  # type: ignore[arg-type]
    return field


class NewcomerIn(BaseModel):
    """Who wants an account."""

    model_config = STRICT | ConfigDict(json_schema_extra={"required": ["email", "username", "name", "password"]})
    email: str = _needed(254, "Where the link goes that opens the account.", format="email")
    username: str = _needed(39, "For addresses: letters, digits, dots, dashes and underscores.")
    name: str = _needed(100, "As other people read it.")
    password: str = _needed(256, "Eight characters or more; no stolen one, and none made of the names above.")


class TokenIn(BaseModel):
    """What ends the link in a mail."""

    model_config = STRICT | ConfigDict(json_schema_extra={"required": ["token"]})
    token: str = _needed(200, "Of the link `/verify?token=…`.")


class ResetIn(BaseModel):
    """Whose password is to be set anew."""

    model_config = STRICT | ConfigDict(json_schema_extra={"required": ["email"]})
    email: str = _needed(254, "Where the link goes, if it is an account's.", format="email")


class NewPasswordIn(BaseModel):
    """A new password, by the link in a mail."""

    model_config = STRICT | ConfigDict(json_schema_extra={"required": ["token", "password"]})
    token: str = _needed(200, "Of the link `/reset?token=…`.")
    password: str = _needed(256, "Eight characters or more.")


class MailOut(BaseModel):
    """What was done, which is the same for every address."""

    message: str


def add_accounts(api: Blueprint, app: App) -> None:
    """Put the routes on the API."""
    _add_sign_up(api, app)
    _add_verification(api, app)
    _add_resets(api, app)


def _add_sign_up(api: Blueprint, app: App) -> None:
    @api.post("/users")
    @policies.anyone(limit="sign_up")
    @describe(
        takes=NewcomerIn, gives={202: MailOut}, problems=(400, 409, *PROBLEMS[1:]), tag="Accounts", idempotent=True,
        reasons=KEPT,
    )  # fmt: skip
    def sign_up() -> Response:
        """Ask for an account.

        It is made when the link in the mail is opened, and not before. A username that is taken is said to be.
        """
        given = _read(NewcomerIn, json_body())
        newcomer: Newcomer = app.sign_up.prepare(**given.model_dump())
        known = repr((given.email, given.username, given.name, app.links.sign(given.password)))
        return once(app, known.encode("utf-8", "replace"), lambda: _asked(app, newcomer))


def _add_verification(api: Blueprint, app: App) -> None:
    @api.post("/verifications")
    @policies.anyone(limit="verify")
    @describe(
        takes=TokenIn, gives={200: MailOut}, problems=(400, 409, *PROBLEMS[1:]), tag="Accounts",
        reasons=OVER | {409: "The address has an account of its own by now."},
    )  # fmt: skip
    def verify_address() -> Response:
        """Take the link of a mail: an account is opened, or an address confirmed or changed."""
        return json_answer({"message": confirmed(app, _read(TokenIn, json_body()).token)})


def _add_resets(api: Blueprint, app: App) -> None:
    @api.post("/password-resets")
    @policies.anyone(limit="reset")
    @describe(
        takes=ResetIn, gives={202: MailOut}, problems=(400, 409, *PROBLEMS[1:]), tag="Accounts", idempotent=True,
        reasons=KEPT,
    )  # fmt: skip
    def ask_for_new_password() -> Response:
        """Have a link mailed by which a new password is set."""
        body = json_body()
        given = _read(ResetIn, body)
        return once(app, body, lambda: _reset_asked(app, given.email))

    @api.post("/password-resets/complete")
    @policies.anyone(limit="verify")
    @describe(takes=NewPasswordIn, gives={204: None}, problems=PROBLEMS, tag="Accounts", reasons=OVER)
    def set_new_password() -> Response:
        """Set a new password by the link of a mail. Every session and token of the account ends."""
        given = _read(NewPasswordIn, json_body())
        reset_by_link(app, given.token, given.password)
        return Response(status=204)


def _asked(app: App, newcomer: Newcomer) -> Answer:
    app.sign_up.ask(newcomer)
    return _mailed()


def _reset_asked(app: App, email: str) -> Answer:
    app.password_desk.ask_reset(email)
    return _mailed()


def _mailed() -> Answer:
    return Answer(status=202, headers={}, body=orjson.dumps({"message": SENT}).decode())


def _read(shape: type[Shape], body: bytes) -> Shape:
    try:
        return read_shape(shape, body)
    except ValidationError as wrong:
        raise shape_errors(wrong) from None
