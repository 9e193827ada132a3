"""/api/openapi.json: the RealWorld API as a program reads it (OpenAPI 3.1), written by hand after the contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response

from core.domain.accounts import PASSWORD_MOST
from core.domain.content.comment import BODY_MOST as COMMENT_MOST
from core.domain.content.post import BODY_MOST, DESCRIPTION_MOST, TAG_MOST, TAGS_MOST, TITLE_MOST
from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.conduit.routes import Doors, on
from entrypoints.web.conduit.shapes import shaped

JSON, MAYBE = "application/json", ["string", "null"]
STATUSES = {
    401: "No token, or one that is not good; at sign-in, that e-mail address and password do not fit.",
    403: "It is somebody else's, or the token does not allow it.", 404: "There is no such thing.",
    409: "It is taken already, or does not fit the present state.", 413: "More than 256 KiB.",
    422: "Fields that need another look.", 429: "Too many requests; Retry-After says how long to wait.",
    503: "The database is away; Retry-After says how long to wait.",
}  # fmt: skip
ALWAYS, BODILY = (429, 503), (413, 422)
PARTS: Mapping[str, tuple[str, int]] = {"article": ("slug", 100), "username": ("username", 39), "comment": ("id", 18)}


def add_description(pages: Blueprint, app: App, doors: Doors) -> None:
    """Put the route on the API."""

    @on(pages, "GET", "/openapi.json")
    @policies.anyone(limit=doors.all, heeds_tokens=False)
    def describe_all() -> Response:
        return shaped(description())


def description() -> dict[str, Any]:
    """Return the OpenAPI document."""
    paths: dict[str, dict[str, Any]] = {}
    for name, (method, path, status, shape, *more) in OPERATIONS.items():
        paths.setdefault(path, {})[method] = _operation(name, path, status, shape, *more)
    return {
        "openapi": "3.1.0",
        "info": {"title": "RealWorld API", "version": "2.0.0", "description": "Conduit, served by Enginebay."},
        "servers": [{"url": "/api"}], "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"Token": {"type": "apiKey", "in": "header", "name": "Authorization",
                                          "description": "`Token <token>` or `Bearer <token>`"}},
        },
    }  # fmt: skip


def _operation(
    name: str, path: str, status: int, shape: str, who: str, problems: tuple[int, ...] = (), takes: str = "",
    asks: tuple[Any, ...] = (),
) -> dict[str, Any]:  # fmt: skip
    problems = (*problems, *ALWAYS, *(BODILY if takes else ()), *((401,) if who else ()))
    parts = [_part(part, *PARTS[part]) for part in PARTS if f"{{{part}}}" in path]
    answers = {str(status): {"description": "It is done.", **(_json(shape) if shape else {})}}
    wrong = {str(one): {"description": STATUSES[one], **_json("Errors")} for one in sorted({*problems})}
    told: dict[str, Any] = {"operationId": name, "parameters": [*parts, *asks], "responses": answers | wrong}
    if takes:
        told["requestBody"] = {"required": True, **_json(takes)}
    if who:
        told["security"] = [{"Token": []}, *([{}] if who == "maybe" else [])]
    return told


def _json(shape: str) -> dict[str, Any]:
    return {"content": {JSON: {"schema": {"$ref": f"#/components/schemas/{shape}"}}}}


def _part(part: str, about: str, most: int) -> dict[str, Any]:
    schema = {"type": "string", "minLength": 1, "maxLength": most}
    return {"name": part, "in": "path", "required": True, "description": about, "schema": schema}


def _asked(name: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema}


def _object(required: tuple[str, ...] | None = None, **properties: Any) -> dict[str, Any]:
    wanted = list(properties) if required is None else list(required)
    return {"type": "object", "properties": properties, **({"required": wanted} if wanted else {})}


def _text(most: int, least: int = 1, kind: Any = "string", **further: Any) -> dict[str, Any]:
    return {"type": kind, "minLength": least, "maxLength": most, **further}


def _list(of: Any, **further: Any) -> dict[str, Any]:
    return {"type": "array", "items": of, **further}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


TEXT, TIME = {"type": "string"}, {"type": "string", "format": "date-time"}
PASSWORD, EMAIL, USERNAME = _text(PASSWORD_MOST, 8), _text(254, format="email"), _text(39, 2)
TAGS = _list(_text(TAG_MOST), maxItems=TAGS_MOST)
PROFILE = _object(username=TEXT, bio={"type": MAYBE}, image={"type": MAYBE}, following={"type": "boolean"})
USER = _object(email=TEXT, token=TEXT, username=TEXT, bio={"type": MAYBE}, image={"type": MAYBE})
LISTED: dict[str, Any] = {
    "slug": TEXT, "title": TEXT, "description": TEXT, "tagList": _list(TEXT), "createdAt": TIME, "updatedAt": TIME,
    "favorited": {"type": "boolean"}, "favoritesCount": {"type": "integer"}, "author": PROFILE,
}  # fmt: skip
COMMENT = _object(id={"type": "integer"}, createdAt=TIME, updatedAt=TIME, body=TEXT, author=PROFILE)
WORDS = {"title": _text(TITLE_MOST), "description": _text(DESCRIPTION_MOST), "body": _text(BODY_MOST)}
SCHEMAS = {
    "NewUser": _object(user=_object(username=USERNAME, email=EMAIL, password=PASSWORD)),
    "Login": _object(user=_object(email=_text(254), password=_text(PASSWORD_MOST))),
    "UserChange": _object(user=_object(
        (), email=EMAIL, username=USERNAME, password={**PASSWORD, "minLength": 0, "type": MAYBE},
        bio=_text(2000, 0, MAYBE), image=_text(500, 0, MAYBE),
    )),
    "NewArticle": _object(article=_object(tuple(WORDS), **WORDS, tagList=TAGS)),
    "ArticleChange": _object(article=_object((), **WORDS, tagList=TAGS)),
    "NewComment": _object(comment=_object(body=_text(COMMENT_MOST))),
    "User": _object(user=USER),
    "Profile": _object(profile=PROFILE),
    "Article": _object(article=_object(**LISTED, body=TEXT)),
    "Articles": _object(articles=_list(_object(**LISTED)), articlesCount={"type": "integer"}),
    "Comment": _object(comment=COMMENT),
    "Comments": _object(comments=_list(COMMENT)),
    "Tags": _object(tags=_list(TEXT)),
    "Errors": _object(errors={"type": "object", "additionalProperties": _list(TEXT, minItems=1), "minProperties": 1}),
}  # fmt: skip
PAGES = (
    _asked("limit", type="integer", minimum=1, maximum=10**9, default=20),
    _asked("offset", type="integer", minimum=0, maximum=10**9, default=0),
)
FILTERS = (_asked("tag", type="string"), _asked("author", type="string"), _asked("favorited", type="string"))
LIKED, BELOW, SLUG = "/articles/{article}/favorite", "/articles/{article}/comments", "/articles/{article}"
FOLLOW = "/profiles/{username}/follow"
OPERATIONS: Mapping[str, tuple[Any, ...]] = {
    "register": ("post", "/users", 201, "User", "", (409,), "NewUser"),
    "log_in": ("post", "/users/login", 200, "User", "", (401, 403), "Login"),
    "show_user": ("get", "/user", 200, "User", "must", (403,)),
    "change_user": ("put", "/user", 200, "User", "must", (403, 409), "UserChange"),
    "show_profile": ("get", "/profiles/{username}", 200, "Profile", "maybe", (404,)),
    "follow": ("post", FOLLOW, 200, "Profile", "must", (403, 404, 422)),
    "unfollow": ("delete", FOLLOW, 200, "Profile", "must", (403, 404)),
    "list_articles": ("get", "/articles", 200, "Articles", "maybe", (422,), "", (*FILTERS, *PAGES)),
    "feed": ("get", "/articles/feed", 200, "Articles", "must", (403, 422), "", PAGES),
    "show_article": ("get", SLUG, 200, "Article", "maybe", (404,)),
    "write_article": ("post", "/articles", 201, "Article", "must", (403,), "NewArticle"),
    "change_article": ("put", SLUG, 200, "Article", "must", (403, 404), "ArticleChange"),
    "delete_article": ("delete", SLUG, 204, "", "must", (403, 404)),
    "favorite": ("post", LIKED, 200, "Article", "must", (403, 404)),
    "unfavorite": ("delete", LIKED, 200, "Article", "must", (403, 404)),
    "list_comments": ("get", BELOW, 200, "Comments", "maybe", (404,)),
    "write_comment": ("post", BELOW, 201, "Comment", "must", (403, 404, 409), "NewComment"),
    "delete_comment": ("delete", f"{BELOW}/{{comment}}", 204, "", "must", (403, 404)),
    "list_tags": ("get", "/tags", 200, "Tags", ""),
}
"""Method, address, status and shape of the answer, who (nobody, maybe or must show a token), what else can be answered,
the shape it takes, what it may be asked."""
