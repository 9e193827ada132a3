"""Accounts, plugged in: what signs people up, proves their addresses, asks for second factors and changes all that.

It is the container's hand in that part of the domain, and as such may import adapters.
"""

from __future__ import annotations

from typing import Any

from adapters.db.factors import SqlFactors, SqlRecoveryCodes
from adapters.db.proofs import SqlAddressProofs
from adapters.second_factors import AesVault, AppCodes
from adapters.secrets import DerivedTokens
from core.domain.accounts import (
    Accounts,
    Album,
    FactorDesk,
    Passwords,
    Pictures,
    Profiles,
    ProofDesk,
    RecoveryDesk,
    SignIn,
)
from core.domain.accounts.caretaker import MESSAGES as OF_CARETAKER
from core.domain.accounts.caretaker import Caretaker
from core.domain.accounts.factors import APP
from core.domain.accounts.letters import MESSAGES as OF_LETTERS
from core.domain.accounts.letters import AccountLetters, Witness
from core.domain.accounts.sign_in_data import AddressDesk, PasswordDesk
from core.domain.accounts.sign_up import SignUp
from core.domain.accounts.two_factors import MESSAGES as OF_TWO_FACTORS
from core.domain.accounts.two_factors import SecondStep, TwoFactors
from entrypoints import carriers

__all__ = ["MARKED", "MESSAGES", "PARTS"]


def _breached(app: Any) -> Any:
    from adapters.breached import PackagedList

    return PackagedList() if app.settings.password_lists else None


def _portraits() -> Any:
    from adapters.portraits import PillowPortraits

    return PillowPortraits()


PARTS = {
    "address_proofs": lambda app: SqlAddressProofs(app.uow),
    "proof_tokens": lambda app: DerivedTokens(app.settings.secret_key.get_secret_value()),
    "breached": _breached,
    "passwords": lambda app: Passwords(app.secrets, app.breached, (app.settings.site_name,)),
    "accounts": lambda app: Accounts(app.users, app.passwords, app.session_desk, app.clock),
    "avatar_files": lambda app: carriers.shelf(app.settings, "avatars"),
    "portraits": lambda app: _portraits(),
    "album": lambda app: Album(app.avatar_files, app.portraits, app.clock),
    "pictures": lambda app: Pictures(app.users, app.album, app.audit, app.uow),
    "proof_desk": lambda app: ProofDesk(app.address_proofs, app.proof_tokens, app.outbox, app.clock),
    "witness": lambda app: Witness(app.audit, app.outbox),
    "sign_up": lambda app: SignUp(app.accounts, app.proof_desk, app.passwords, app.witness),
    "password_desk": lambda app: PasswordDesk(app.accounts, app.passwords, app.proof_desk, app.witness),
    "address_desk": lambda app: AddressDesk(app.accounts, app.proof_desk, app.sign_up, app.witness),
    "profiles": lambda app: Profiles(app.users, app.address_desk, app.audit, app.clock),
    "factors": lambda app: SqlFactors(app.uow),
    "recovery_codes": lambda app: SqlRecoveryCodes(app.uow),
    "vault": lambda app: AesVault(app.settings.secret_key.get_secret_value()),
    "factor_desk": lambda app: FactorDesk(app.factors, {APP: AppCodes()}, app.vault, app.clock),
    "sign_in": lambda app: SignIn(app.uow, app.users, app.guard, app.session_desk, app.factor_desk),
    "recovery_desk": lambda app: RecoveryDesk(app.recovery_codes, app.secrets, app.clock),
    "caretaker": lambda app: Caretaker(app.accounts, app.session_desk, app.proof_desk, app.witness),
    "two_factors": lambda app: TwoFactors(app.factor_desk, app.recovery_desk, app.session_desk, app.witness),
    "second_step": lambda app: SecondStep(app.uow, app.users, app.guard, app.two_factors),
    "account_letters": lambda app: AccountLetters(app.users, app.address_proofs, app.proof_tokens, app.post),
}
MESSAGES = (*OF_LETTERS, *OF_TWO_FACTORS, *OF_CARETAKER)
MARKED = {
    "proof_desk": ProofDesk, "account_letters": AccountLetters, "pictures": Pictures, "caretaker": Caretaker,
}  # fmt: skip
"""The services whose verbs are tasks, by the names they have in the app."""
