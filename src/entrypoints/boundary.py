"""What surrounds every call from outside: who acts, under which request; the domain asks for it through callables."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from core.domain.audit import Actor

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The id of the request or task being served; it goes into every log line, task and audit entry."""
NOBODY = ("visitor", "anonymous", "system")
"""The ids of actors who are no user."""
actor: ContextVar[Actor | None] = ContextVar("actor", default=None)


def current_actor() -> Actor:
    """Who is acting now; the system itself when nobody signed in."""
    return actor.get() or Actor(request_id=request_id.get())


@contextmanager
def serving(request: str | None) -> Iterator[None]:
    """Act under this request's id while the block lasts."""
    token = request_id.set(request)
    try:
        yield
    finally:
        request_id.reset(token)
