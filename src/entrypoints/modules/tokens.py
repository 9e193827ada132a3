"""Access tokens, plugged in: where they are kept, who makes and who recognises them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.db.tokens import ENTITIES, SqlTokens
from core.domain.kernel.personal import Held
from core.domain.tokens import MESSAGES, PREFIX, Books, TokenDesk, TokenGate, TokenLetters

if TYPE_CHECKING:
    from entrypoints.container import App

__all__ = ["BEARERS", "ENTITIES", "MARKED", "MESSAGES", "PARTS", "PERSONAL", "SCOPES"]


def _desk(app: App) -> TokenDesk:
    return TokenDesk(app.access_tokens, app.scopes, Books(app.audit, app.outbox), app.clock)


PARTS = {
    "access_tokens": lambda app: SqlTokens(app.uow),
    "token_desk": _desk,
    "token_gate": lambda app: TokenGate(app.access_tokens, app.users, app.clock),
    "token_letters": lambda app: TokenLetters(app.users, app.post),
}
MARKED = {"token_desk": TokenDesk, "token_letters": TokenLetters}
BEARERS = {PREFIX: "token_gate"}
SCOPES = {"tokens": "Make and revoke access tokens, none that does more than this one"}
PERSONAL = (Held(table="access_tokens", about="Your access tokens", ids=("user_id",), secret=("fingerprint",)),)
