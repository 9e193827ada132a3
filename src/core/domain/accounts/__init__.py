"""People who may sign in, how they do, and what slows down who guesses; it knows no cookie and no hash algorithm."""

from core.domain.accounts.bearers import Bearer, Keeper, speaking_for
from core.domain.accounts.factors import Factor, FactorDesk
from core.domain.accounts.guard import Caller, Guard, Try
from core.domain.accounts.passes import Passes
from core.domain.accounts.passwords import PASSWORD_MOST, Passwords, check_password
from core.domain.accounts.people import Accounts, User, proven
from core.domain.accounts.pictures import Album, Pictures, picture_path
from core.domain.accounts.profiles import Profiles
from core.domain.accounts.proofs import Proof, ProofDesk
from core.domain.accounts.recovery import RecoveryCode, RecoveryDesk
from core.domain.accounts.role_desk import Move, RoleDesk
from core.domain.accounts.roles import Change, Grants, Roles
from core.domain.accounts.scopes import APART, SCOPES, of_passes
from core.domain.accounts.sessions import Session, SessionDesk
from core.domain.accounts.sign_in import SignIn, Visit
from core.domain.kernel.roles import ROLES

__all__ = [
    "APART", "PASSWORD_MOST", "ROLES", "SCOPES", "Accounts", "Album", "Bearer", "Caller", "Change", "Factor",
    "FactorDesk", "Grants", "Guard", "Keeper", "Move", "Passes", "Passwords", "Pictures", "Profiles", "Proof",
    "ProofDesk", "RecoveryCode", "RecoveryDesk", "RoleDesk", "Roles", "Session", "SessionDesk", "SignIn", "Try", "User",
    "Visit", "check_password", "of_passes", "picture_path", "proven", "speaking_for",
]  # fmt: skip
