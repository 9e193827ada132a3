"""Signing up: somebody asks for an account, and it is made when they show that the address is theirs; no page here."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.domain.accounts.letters import Witness
from core.domain.accounts.passwords import Passwords
from core.domain.accounts.people import Accounts, User, username
from core.domain.accounts.proofs import SIGN_UP, VERIFY, ProofDesk
from core.domain.kernel import rules
from core.domain.kernel.errors import Conflict, Invalid, Taken

TAKEN = "Somebody has this username already. Take another one."
KNOWN = "This address has an account already, so nothing was made. Sign in, or set a new password."

RESERVED = frozenset((
    "abuse", "account", "admin", "administrator", "anonymous", "api", "billing", "contact", "help", "host",
    "hostmaster", "info", "login", "logout", "mail", "me", "moderator", "nobody", "noreply", "no-reply", "null",
    "official", "owner", "postmaster", "root", "security", "settings", "signup", "staff", "status", "super-admin",
    "superuser", "support", "sysadmin", "system", "team", "undefined", "user", "users", "webmaster", "www",
))  # fmt: skip
"""Usernames that would pass for the site itself."""


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """Who wants an account: fields that were cleaned, a password that was hashed, or what is `wrong` with them."""

    email: str
    username: str
    name: str
    password_hash: str = ""
    wrong: dict[str, str] = field(default_factory=dict)


class SignUp:
    """Takes newcomers in. No account is made before the mailbox has answered.

    So it makes no difference, to who asks, whether the address has an account: not now, and not by signing in with the
    new password afterwards. And nobody finds an account of theirs that a stranger made with the stranger's password.
    """

    def __init__(self, accounts: Accounts, proofs: ProofDesk, passwords: Passwords, witness: Witness) -> None:
        self._accounts, self._proofs, self._passwords, self._witness = accounts, proofs, passwords, witness

    def prepare(self, *, email: str, username: str, name: str, password: str) -> Newcomer:
        """Look at what was typed, and hash the password. Slow: hold no transaction. What is wrong is told by `ask`."""
        listed = rules.Checklist()
        cleaned = {
            "email": listed.take("email", rules.email, email, "Your e-mail address") or "",
            "username": listed.take("username", chosen_username, username) or "",
            "name": listed.take("name", rules.one_line, name, "Your name", 100) or "",
        }
        password_hash = ""
        try:
            self._passwords.check(password, said_of(email, username, name))
            password_hash = "" if listed.fields else self._passwords.made(password, said_of(email, username, name))
        except Invalid as weak:
            listed.fields.update(weak.fields)
        return Newcomer(**cleaned, password_hash=password_hash, wrong=listed.fields)

    def ask(self, newcomer: Newcomer) -> None:
        """Have the link mailed that opens the account. Raises `Invalid` naming each bad field, or a username that is
        taken; whether the address has an account makes no difference here."""
        wrong = dict(newcomer.wrong)
        if newcomer.username and self.is_taken(newcomer.username, newcomer.email):
            wrong["username"] = TAKEN
        if wrong:
            raise Invalid(wrong)
        self._proofs.ask(
            SIGN_UP, newcomer.email, username=newcomer.username, name=newcomer.name,
            password_hash=newcomer.password_hash,
        )  # fmt: skip

    def is_taken(self, username: str, email: str = "") -> bool:
        """Whether somebody has this username, or has asked for it with another address."""
        return self._accounts.named(username) is not None or self._proofs.reserves(username, email)

    def complete(self, token: str) -> User:
        """Make the account that a link opens. A username that was given away meanwhile is replaced by a free one.

        Raises `Invalid` when the link does not work, `Conflict` when the address has an account by now.
        """
        proof = self._proofs.take(token, SIGN_UP)
        if self._accounts.with_address(proof.address) is not None:
            raise Conflict(KNOWN)
        user = self._accounts.join(proof.address, proof.name, proof.username, proof.password_hash)
        proof.password_hash = None
        self._witness.note("signed up", user, None, by_owner=True, after={"email": user.email})
        return user

    def admit(self, newcomer: Newcomer) -> User:
        """Make an account at once, whose address nobody has shown to be theirs yet; the link that does is mailed.

        For contracts that want it so: whether an address has an account can be seen by asking (decision 18). Raises
        `Invalid` naming each bad field, and `Taken`.
        """
        if newcomer.wrong:
            raise Invalid(newcomer.wrong)
        taken = {"username": TAKEN} if self.is_taken(newcomer.username, newcomer.email) else {}
        taken |= {"email": KNOWN} if self._accounts.with_address(newcomer.email) is not None else {}
        if taken:
            raise Taken(taken)
        user = self._accounts.join(newcomer.email, newcomer.name, newcomer.username, newcomer.password_hash)
        user.verified_at = None
        self._proofs.ask(VERIFY, user.email, user_id=user.id)
        self._witness.note("signed up", user, None, by_owner=True, after={"email": user.email})
        return user


def chosen_username(value: object) -> str:
    """A username that people may take for themselves."""
    text = username(value)
    if text.lower() in RESERVED:
        raise ValueError("This username is kept for the site itself. Take another one.")
    return text


def said_of(email: str, username: str, name: str) -> tuple[str, ...]:
    """What a person is called, for a password not to be made of."""
    return tuple(str(one) for one in (email, str(email).partition("@")[0], username, name))
