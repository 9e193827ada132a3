"""Users as records: seen, changed, and looked after by who may act on them; passwords are nowhere."""

from __future__ import annotations

from core.domain.accounts import ROLES, User
from core.domain.records import Action, Field, Kind, Record
from core.domain.records.permissions import ADMINS
from entrypoints.container import App
from entrypoints.records import related
from entrypoints.records.sessions import of_user, second_factor

UNTIL = Field(
    name="until", kind=Kind.INSTANT, label="Until", optional=True,
    hint="A day or an instant in UTC, like 2026-12-24 or 2026-12-24 18:00; empty: until somebody lifts it.",
)  # fmt: skip
PASSWORD = Field(
    name="password", kind=Kind.SECRET, label="Password", optional=True,
    hint="Leave it empty and a one-time password is made up and shown once. Either must be changed at sign-in.",
)  # fmt: skip
REASON = Field(
    name="reason", kind=Kind.LINE, label="Reason",
    hint="They read it in the mail, and whenever they try to sign in with the right password.",
)  # fmt: skip


def users(app: App) -> Record:
    """Return the declaration of users."""
    return Record(
        User, "user", ("email", "name", "username", "role", "verified_at", "active", "seen_at"),
        search=("email", "name", "username"),
        filters=("role", "active", "verified_at", "seen_at", "must_change_password", "username", "created_at"),
        hidden=("password_hash", "kept_pass"),
        editable=("email", "name", "role", "must_change_password"), asked=("email", "name", "role"),
        labels={"verified_at": "Address confirmed", "bio": "About them", "image": "Picture", "zone": "Time zone",
                "leaving_at": "Will be erased", "suspension": "Why suspended", "suspended_until": "Suspended until",
                "seen_at": "Last seen"},
        choices={"role": ROLES}, extra=(PASSWORD,), deletable=True, roles=ADMINS,
        make=lambda values, by: _make_user(app, by=by, **values),
        changing=app.accounts.changing, deleting=app.accounts.deleting, restoring=app.accounts.restoring,
        actions=_actions(app),
        hints={
            "role": "member: the site only. viewer: reads what staff sees, changes nothing. moderator: reports, and "
                    "what an administrator allows. staff: messages, tasks and schedules. admin: users and audit as "
                    "well. super-admin: everything, and gets the mails. The page Roles says exactly what each may do. "
                    "Another role signs out everywhere.",
            "must_change_password": "Yes: is asked for a new password at the next sign-in.",
        },
        may={"two factors taken away": ("super-admin",)}, beside=lambda key: second_factor(app, key),
        related=lambda row: [related.acts_of_user(row), of_user(row), related.mails_of_user(row)],
        lost="Sessions, access tokens, connected accounts, follows and likes do not come back with it.",
        about="People who may sign in.", fresh=("create", "change", "delete", "restore"),
    )  # fmt: skip


def _actions(app: App) -> dict[str, Action]:
    return _of_accounts(app) | _of_passwords(app)


def _of_accounts(app: App) -> dict[str, Action]:
    """What shuts somebody out, and lets them in again."""
    care = app.caretaker
    return {
        "suspended": Action(
            label="Suspend", asks=(REASON, UNTIL),
            run=lambda key, by, reason, until: _nothing(care.suspend(key, reason, by, until=until)),
            sure="They are signed out everywhere, their tokens and open links end, and they are told by mail.",
            fits=lambda row: row["active"], danger=True, noted=False, fresh=True,
        ),
        "restored": Action(
            label="Lift the suspension", run=lambda key, by: _nothing(care.restore(key, by)),
            sure="They may sign in again, and are told by mail.", fits=lambda row: not row["active"], noted=False,
            fresh=True,
        ),
        "signed out everywhere": Action(
            label="Sign out everywhere", run=lambda key, by: _nothing(care.sign_out(key, by)), noted=False, fresh=True
        ),
        "address confirmed": Action(
            label="Confirm the address", run=lambda key, by: _nothing(care.vouch(key, by)),
            sure="You know by other ways that this mailbox is theirs.", fits=lambda row: row["verified_at"] is None,
            noted=False, fresh=True,
        ),
    }  # fmt: skip


def _of_passwords(app: App) -> dict[str, Action]:
    """What is done where a password is lost, or known to others."""
    return {
        "password ended": Action(
            label="Have a new password set", run=lambda key, by: _nothing(app.caretaker.lock(key, by)),
            sure="The present password works no more, and they are signed out everywhere. A mail tells them to set "
                 "another one by a link.",
            danger=True, noted=False, fresh=True,
        ),
        "one-time password": Action(
            label="Give a one-time password", run=lambda key, by: _reset(app, key, by), alone=True, fresh=True
        ),
        "two factors taken away": Action(
            label="Take two factors away", run=lambda key, by: app.two_factors.take_away(app.users.get(key), by),
            sure="For who has lost the phone and the recovery codes. Make sure that it is them who ask for it.",
            danger=True, noted=False, fresh=True,
        ),
    }  # fmt: skip


def _nothing(_: object) -> None:
    """What was done says enough."""


def _make_user(app: App, *, by: User, email: str, name: str, role: str, password: str | None) -> tuple[User, str]:
    app.accounts.may_make(role, by)
    given = password or app.passwords.one_time()
    made: User = app.accounts.create(email, name, role, given, must_change=True)
    return made, "" if password else _told_once(made.email, given)


def _reset(app: App, key: str, by: User) -> str:
    one_time = app.password_desk.give_one_time(key, by)
    return _told_once(app.users.get(key).email, one_time)


def _told_once(email: str, password: str) -> str:
    return f"The one-time password of {email} is {password} – it is shown only now, and must be changed at sign-in."
