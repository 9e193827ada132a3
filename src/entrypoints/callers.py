"""Which network address a request comes from, and who shows a token in it; pages and the panel take none.

A token counts on /api/ only. One that is shown there is what counts, whatever cookie comes along, and one that is not
good refuses the request: nobody is anonymous by mistake.
"""

from __future__ import annotations

from flask import request

from core.domain.accounts import Bearer, Keeper
from core.domain.kernel.addresses import network
from core.domain.kernel.errors import BadToken, TooMany
from entrypoints.container import App

SCHEMES = ("bearer", "token")
"""RFC 6750, and what clients of RealWorld write."""


def sender() -> str:
    """The network address to count requests under: an IPv6 customer holds a whole /64, so that is one sender."""
    return network(request.remote_addr or "")


def shown_token() -> str | None:
    """Return the token that this request shows, or None where it shows none: "Try it" in the docs sends the header with
    nothing in it until somebody types a token there."""
    scheme, _, text = request.headers.get("Authorization", "").strip().partition(" ")
    return text.strip() or None if scheme.lower() in SCHEMES and request.path.startswith("/api/") else None


def bearer(app: App, limit: str = "token") -> Bearer | None:
    """Return who shows a token in this request, or None where nobody does.

    Raises `BadToken`, and `TooMany` where too many bad ones, which are counted as `limit`, come from one address; good
    ones are never held up by that.
    """
    text = shown_token()
    if text is None:
        return None
    try:
        return _recognised(app, text)
    except BadToken:
        verdict = app.limiter.hit(limit, sender())
        if not verdict.allowed:
            raise TooMany(
                f"Too many tokens from here were not good. Wait {verdict.reset} seconds, and check the one you send.",
                verdict.reset,
            ) from None
        raise


def _recognised(app: App, text: str) -> Bearer:
    keeper: Keeper = app.passes
    for prefix, name in app.bearers.items():
        keeper = getattr(app, name) if text.startswith(prefix) else keeper
    with app.uow.reading():
        found = keeper.recognise(text)
    if found.unnoted:
        with app.uow.transaction():
            keeper.touch(found, request.remote_addr or "")
    return found
