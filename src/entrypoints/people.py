"""Accounts, plugged in: what signs people up, proves their addresses and changes what they sign in with.

It is the container's hand in that part of the domain, and as such may import adapters.
"""

from __future__ import annotations

from typing import Any

from adapters.db.proofs import SqlAddressProofs
from adapters.secrets import DerivedTokens
from core.domain.accounts import Accounts, Passwords, Profiles, ProofDesk
from core.domain.accounts.letters import MESSAGES, AccountLetters, Witness
from core.domain.accounts.sign_in_data import AddressDesk, PasswordDesk
from core.domain.accounts.sign_up import SignUp

__all__ = ["MARKED", "MESSAGES", "PARTS"]


def _breached(app: Any) -> Any:
    from adapters.breached import PackagedList

    return PackagedList() if app.settings.password_lists else None


PARTS = {
    "address_proofs": lambda app: SqlAddressProofs(app.uow),
    "proof_tokens": lambda app: DerivedTokens(app.settings.secret_key.get_secret_value()),
    "breached": _breached,
    "passwords": lambda app: Passwords(app.secrets, app.breached, (app.settings.site_name,)),
    "accounts": lambda app: Accounts(app.users, app.passwords, app.session_desk, app.clock),
    "proof_desk": lambda app: ProofDesk(app.address_proofs, app.proof_tokens, app.outbox, app.clock),
    "witness": lambda app: Witness(app.audit, app.outbox),
    "sign_up": lambda app: SignUp(app.accounts, app.proof_desk, app.passwords, app.witness),
    "password_desk": lambda app: PasswordDesk(app.accounts, app.passwords, app.proof_desk, app.witness),
    "address_desk": lambda app: AddressDesk(app.accounts, app.proof_desk, app.sign_up, app.witness),
    "profiles": lambda app: Profiles(app.users, app.address_desk, app.audit, app.clock),
    "account_letters": lambda app: AccountLetters(app.users, app.address_proofs, app.proof_tokens, app.post),
}
MARKED = {"proof_desk": ProofDesk, "account_letters": AccountLetters}
"""The services whose verbs are tasks, by the names they have in the app."""
