"""What people sign in with, changed: password, address and username; every change is in the audit and told by mail."""

from __future__ import annotations

from core.domain.accounts.letters import ADDRESS_CHANGED, CHANGE_ASKED, PASSWORD_CHANGED, Witness
from core.domain.accounts.passwords import Passwords
from core.domain.accounts.people import Accounts, User
from core.domain.accounts.proofs import CHANGE, RESET, UNKNOWN, VERIFY, Proof, ProofDesk
from core.domain.accounts.sign_up import TAKEN, SignUp, chosen_username, said_of
from core.domain.kernel import rules
from core.domain.kernel.errors import Conflict, Invalid, Taken

NOT_YOURS = "This is not your current password. Type it again."
THE_SAME = "This is the password you have already. Choose another one."
HELD = "Somebody has this address already. Take another one."
NONE_YET = "Your account has no password yet. Have a link mailed to you that sets one."


class PasswordDesk:
    """Changes passwords. Each change ends every session and every open link of the account."""

    def __init__(self, accounts: Accounts, passwords: Passwords, proofs: ProofDesk, witness: Witness) -> None:
        self._accounts, self._passwords, self._proofs, self._witness = accounts, passwords, proofs, witness

    def ask_reset(self, email: str) -> None:
        """Have a link to a new password mailed, whether or not there is such an account. Raises `Invalid`."""
        listed = rules.Checklist()
        address = listed.take("email", rules.email, email, "Your e-mail address") or ""
        listed.close()
        self._proofs.ask(RESET, address)

    def prepare(self, user: User, old: str, new: str) -> str:
        """Return the hash of a new password for who knows the old one. Slow: hold no transaction. Raises `Invalid`."""
        if user.password_hash is None:
            raise Invalid({"old": NONE_YET})
        if not self._passwords.fits(user.password_hash, old):
            raise Invalid({"old": NOT_YOURS})
        if new == old:
            raise Invalid({"password": THE_SAME})
        return self._passwords.made(new, known_as(user))

    def change(self, user: User, password_hash: str) -> User:
        """Set a prepared password, unless another was set since `user` was read. Raises `Invalid`."""
        present = self._accounts.get(user.id)
        if present.password_hash != user.password_hash:
            raise Invalid({"old": NOT_YOURS})
        return self._set(present, password_hash, "changed the password")

    def of_link(self, token: str) -> User:
        """Return whose password a link may set; it still works afterwards. Raises `Invalid`."""
        return self._owner(self._proofs.show(token, RESET))

    def reset(self, token: str, password_hash: str) -> User:
        """Set a password by a link, which also proves the address. Raises `Invalid`."""
        user = self._owner(self._proofs.take(token, RESET))
        user.verified_at = user.verified_at or self._accounts.now()
        return self._set(user, password_hash, "set a new password by a link", by_owner=True)

    def give_one_time(self, user_id: str, by: User) -> str:
        """Give a user a one-time password that they must change, and return it. Raises `Forbidden`, `NotFound`."""
        user = self._accounts.get(user_id)
        self._accounts.acting(user, by)
        one_time = self._passwords.one_time()
        self._set(user, self._passwords.made(one_time), "gave a one-time password", must_change=True)
        return one_time

    def _set(
        self, user: User, password_hash: str, action: str, *, must_change: bool = False, by_owner: bool = False
    ) -> User:
        self._accounts.put_password(user, password_hash, must_change=must_change)
        self._proofs.forget(user.id, user.email)
        self._witness.note(action, user, PASSWORD_CHANGED, by_owner=by_owner)
        return user

    def _owner(self, proof: Proof) -> User:
        user = self._accounts.with_address(proof.address)
        if user is None or not user.active:
            raise Invalid({"token": UNKNOWN})
        return user


class AddressDesk:
    """Proves and changes addresses, and changes usernames."""

    def __init__(self, accounts: Accounts, proofs: ProofDesk, sign_up: SignUp, witness: Witness) -> None:
        self._accounts, self._proofs, self._sign_up, self._witness = accounts, proofs, sign_up, witness

    def ask_proof(self, user: User) -> None:
        """Have the link mailed that proves a user's address, unless it is proven."""
        if user.verified_at is None:
            self._proofs.ask(VERIFY, user.email, user_id=user.id)

    def ask_change(self, user_id: str, email: str) -> str:
        """Have a link mailed to a new address, which then takes the place of the old one, and tell the old one.

        Returns the new address; whether it has an account already makes no difference here. Raises `Invalid`.
        """
        user, listed = self._accounts.get(user_id), rules.Checklist()
        address = listed.take("email", rules.email, email, "The new address") or ""
        listed.close()
        if address.lower() == user.email.lower():
            raise Invalid({"email": "This is your address already. Type the new one."})
        asked = self._proofs.ask(CHANGE, address, user_id=user.id, former=user.email)
        if asked is not None:
            self._witness.note(
                "asked for a new e-mail address", user, CHANGE_ASKED, proof=asked, after={"email": address}
            )
        return address

    def replace(self, user_id: str, email: str) -> None:
        """Give a user another address: at once where theirs was never proven, else by the link of `ask_change`.

        So nobody can put an account that others may come into (by two factors, or from elsewhere) in front of a
        mailbox that is not theirs. Raises `Invalid`, `Taken`.
        """
        user, listed = self._accounts.get(user_id), rules.Checklist()
        address = listed.take("email", rules.email, email, "The new address") or ""
        listed.close()
        if address.lower() == user.email.lower():
            return
        if user.verified_at is not None:
            self.ask_change(user_id, address)
            return
        if self._accounts.with_address(address) is not None:
            raise Taken({"email": HELD})
        self._proofs.forget(user.id, user.email)
        before, user.email, user.updated_at = user.email, address, self._accounts.now()
        self.ask_proof(user)
        self._witness.note("changed the e-mail address", user, None, before={"email": before}, after={"email": address})

    def prove(self, token: str) -> User:
        """Take a link: the address is proven, and becomes the account's. Raises `Invalid`, `Conflict`."""
        proof = self._proofs.take(token, VERIFY, CHANGE)
        user = self._accounts.get(proof.user_id or "")
        if proof.kind == CHANGE:
            self._move(user, proof)
        elif user.email.lower() != proof.address.lower():
            raise Invalid({"token": UNKNOWN})
        user.verified_at = user.updated_at = self._accounts.now()
        return user

    def rename(self, user_id: str, username: str) -> User:
        """Give a user another username; the old one is free for anybody from then on. Raises `Invalid`, `Taken`."""
        user, listed = self._accounts.get(user_id), rules.Checklist()
        wanted = listed.take("username", chosen_username, username) or ""
        listed.close()
        holder = self._accounts.named(wanted)
        if (holder is not None and holder.id != user.id) or (not holder and self._sign_up.is_taken(wanted)):
            raise Taken({"username": TAKEN})
        before, user.username, user.updated_at = user.username, wanted, self._accounts.now()
        self._witness.note("changed the username", user, None, before={"username": before}, after={"username": wanted})
        return user

    def _move(self, user: User, proof: Proof) -> None:
        holder = self._accounts.with_address(proof.address)
        if holder is not None and holder.id != user.id:
            raise Conflict("This address has an account of its own by now, so yours keeps the one it has.")
        before, user.email = user.email, proof.address
        self._proofs.forget(user.id, before)
        changed = {"before": {"email": before}, "after": {"email": user.email}}
        self._witness.note("changed the e-mail address", user, ADDRESS_CHANGED, by_owner=True, proof=proof, **changed)


def known_as(user: User) -> tuple[str, ...]:
    """What a user is called, for a password not to be made of."""
    return said_of(user.email, user.username, user.name)
