"""People who may sign in, how they do, and what slows down who guesses; it knows no cookie and no hash algorithm."""

from core.domain.accounts.guard import Guard, Try
from core.domain.accounts.people import ROLES, Accounts, User, check_password
from core.domain.accounts.sessions import Session, SessionDesk
from core.domain.accounts.sign_in import SignIn

__all__ = ["ROLES", "Accounts", "Guard", "Session", "SessionDesk", "SignIn", "Try", "User", "check_password"]
