"""Where carriers bring news of what they took; it reads no signature itself and decides nothing about messages.

No cookie and no CSRF token: who may speak here is said by the signature over the whole body.
"""

from __future__ import annotations

from flask import Blueprint, Response, request

from core.domain.kernel.errors import Invalid, NotFound
from core.ports.delivery import News
from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.errors import answer_failure

LARGEST = 512 * 1024
"""Bytes. A message of SNS may have 256 KiB (https://docs.aws.amazon.com/sns/latest/dg/sns-publishing.html), in a
JSON string: with every quote escaped."""


def make_hooks(app: App) -> Blueprint:
    """Return the blueprint of `/hooks/…`."""
    pages = Blueprint("hooks", __name__)

    @pages.post("/hooks/<carrier>")
    @policies.key_holder(limit="hook")
    def hear(carrier: str) -> Response:
        request.max_content_length = LARGEST
        try:
            told = _told(app, carrier)
        except Invalid as unreadable:
            answer = answer_failure(unreadable)
            answer.status_code = 400
            return answer
        with app.uow.transaction():
            app.news_desk.hear(told)
        return Response(status=204)

    return pages


def _told(app: App, carrier: str) -> list[News]:
    """The news in this request. A proxy may have changed the address it came to, so that is put together from ours."""
    reader = app.newsreaders.get(carrier)
    if reader is None:
        raise NotFound("Nobody brings news to this address here. Set up the vendor's account first.")
    query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    news: list[News] = reader().read(
        f"{app.settings.base_url}{request.path}{query}", request.headers, request.get_data()
    )
    return news
