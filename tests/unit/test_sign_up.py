"""Signing up, proving addresses, new passwords and new addresses: the stories, in memory, with the mails they send."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from adapters.clock import SetClock
from adapters.mail.memory import MemoryMail
from adapters.memory import in_memory
from adapters.queue.inline import InlineWakeUps
from core.domain.accounts.proofs import EXPIRED, MOST_AN_HOUR, SPENT, UNKNOWN
from core.domain.kernel.errors import Conflict, Invalid, Rejected
from core.domain.tasks import State
from entrypoints.config import Settings
from entrypoints.container import build
from entrypoints.worker.desk import Desk
from entrypoints.worker.drain import Drain

PASSWORD, OTHER = "correct horse battery", "a better password"
ADA = {"email": "ada@example.com", "username": "ada", "name": "Ada Lovelace", "password": PASSWORD}


@pytest.fixture
def app(tmp_path):
    clock = SetClock(datetime(2026, 11, 24, 12, tzinfo=UTC))
    return build(Settings(home=tmp_path), mail=MemoryMail(), **in_memory(clock, InlineWakeUps()))


def work(app):
    """Run what waits; returns the letters that went out meanwhile, as (to, class)."""
    before = len(app.mail.sent)
    app.catalogue.bind(app.marked)
    drain = Drain(app, Desk(app), lambda: False)
    drain.run("mail")
    drain.rest()
    drain.close()
    app.clock.pass_by(milliseconds=1)
    return [(letter.to, letter.subject) for letter in app.mail.sent[before:]]


def token(app):
    """The token in the newest letter."""
    return re.findall(r"token=([\w-]+)", app.mail.sent[-1].text)[-1]


def ask(app, **changed):
    newcomer = app.sign_up.prepare(**{**ADA, **changed})
    with app.uow.transaction():
        app.sign_up.ask(newcomer)
    return work(app)


def complete(app, with_token=None):
    with app.uow.transaction():
        made = app.sign_up.complete(with_token or token(app))
    app.clock.pass_by(milliseconds=1)
    return made


@pytest.fixture
def ada(app):
    ask(app)
    return complete(app)


def user(app, email="ada@example.com"):
    with app.uow.reading():
        return app.users.by_email(email)


def session(app, someone):
    with app.uow.transaction():
        return app.session_desk.open(someone, "192.0.2.1", "test")


def is_in(app, entered):
    with app.uow.reading():
        return app.session_desk.user(entered) is not None


def refused(act, *args, **named):
    with pytest.raises(Invalid) as wrong:
        act(*args, **named)
    return wrong.value.fields


def tried(app, act, *args):
    """Do something in a transaction."""
    with app.uow.transaction():
        return act(*args)


def acts(app):
    return [(entry.action, entry.actor_name, entry.changes) for entry in app.audit_trail.all()]


def test_newcomer_gets_a_link_and_no_account_before_it_is_taken(app):
    assert ask(app) == [("ada@example.com", "Confirm your address for Enginebay")]
    assert user(app) is None
    complete(app)
    made = user(app)
    assert (made.email, made.username, made.name, made.role) == ("ada@example.com", "ada", "Ada Lovelace", "member")
    assert made.verified_at == made.created_at
    assert app.sign_in.attempt(app.secrets, "ada@example.com", PASSWORD, address="192.0.2.1").id == made.id


def test_link_in_the_letter_leads_to_the_address_of_the_settings(app):
    ask(app)
    assert f"{app.settings.base_url}/verify?token={token(app)}" in app.mail.sent[-1].text


def test_token_is_kept_nowhere(app):
    ask(app)
    ask(app, email="bo@example.com", username="bo")
    kept = repr([vars(row) for rows in app.uow._shelves.values() for row in rows.values()])
    tokens = [re.search(r"token=([\w-]+)", letter.text).group(1) for letter in app.mail.sent]
    assert [len(set(tokens)), *(one in kept for one in tokens)] == [2, False, False]


def test_task_that_sends_a_link_names_no_address(app):
    newcomer = app.sign_up.prepare(**ADA)
    with app.uow.transaction():
        app.sign_up.ask(newcomer)
    with app.uow.reading():
        (task,) = app.ledger.recent(10, queue="mail")
    assert list(task.payload) == ["proof_id"]


def test_password_of_a_newcomer_is_forgotten_with_the_link(app, ada):
    (proof,) = app.uow.shelf("proof").values()
    assert (proof.password_hash, ada.password_hash is not None) == (None, True)


def test_known_address_is_told_by_mail_only(app, ada):
    told = ask(app, email="ADA@example.com", username="ada2", password=OTHER)
    assert told == [("ADA@example.com", "You have an account with Enginebay already")]
    assert "token" not in app.mail.sent[-1].text
    assert app.sign_in.attempt(app.secrets, "ada@example.com", OTHER, address="192.0.2.1") is None


def test_username_waits_for_a_known_address_as_it_does_for_an_unknown_one(app, ada):
    """Otherwise a stranger would sign somebody up under a new name, and see whether it is taken now."""
    ask(app, username="probe1")
    ask(app, email="unknown@example.com", username="probe2")
    for name in ("probe1", "probe2"):
        newcomer = app.sign_up.prepare(**ADA | {"email": "spy@example.com", "username": name})
        assert refused(tried, app, app.sign_up.ask, newcomer) == {
            "username": "Somebody has this username already. Take another one."
        }
    app.clock.pass_by(hours=1)
    for number, name in enumerate(("probe1", "probe2")):
        ask(app, email=f"spy{number}@example.com", username=name)


def test_newcomer_may_ask_again_with_the_same_name(app):
    ask(app)
    assert len(ask(app)) == 1


def test_everything_that_is_wrong_is_said_at_once(app, ada):
    newcomer = app.sign_up.prepare(email="ada", username="ADA", name="", password="short")
    assert sorted(refused(tried, app, app.sign_up.ask, newcomer)) == ["email", "name", "password", "username"]


@pytest.mark.parametrize("username", ["admin", "Support", "a", "a b", "-a", "ä", "me", "a" * 40, "x@example.com"])
def test_usernames_that_would_mislead_are_refused(app, username):
    newcomer = app.sign_up.prepare(**ADA | {"username": username})
    assert list(refused(tried, app, app.sign_up.ask, newcomer)) == ["username"]


def test_link_works_once(app, ada):
    assert refused(complete, app) == {"token": SPENT}


def test_link_works_for_an_hour_from_when_it_was_mailed(app):
    newcomer = app.sign_up.prepare(**ADA)
    with app.uow.transaction():
        app.sign_up.ask(newcomer)
    app.clock.pass_by(minutes=50)  # the mail server was away
    work(app)
    app.clock.pass_by(minutes=59)
    with app.uow.reading():
        assert app.proof_desk.show(token(app), "sign-up").username == "ada"
    app.clock.pass_by(minutes=2)
    assert refused(complete, app) == {"token": EXPIRED}


@pytest.mark.parametrize("wrong", ["", "x", "ü", "a" * 5000, "prf_01hzx4y8p6k3m"])
def test_link_that_was_made_up_opens_nothing(app, wrong):
    ask(app)
    assert refused(tried, app, app.sign_up.complete, wrong) == {"token": UNKNOWN}


def test_link_of_another_kind_opens_nothing(app, ada):
    tried(app, app.password_desk.ask_reset, "ada@example.com")
    work(app)
    assert refused(complete, app) == {"token": UNKNOWN}


def test_two_links_for_one_address_make_one_account(app):
    ask(app)
    first = token(app)
    ask(app)
    complete(app)
    with pytest.raises(Conflict, match="has an account already"):
        complete(app, first)


def test_username_that_was_given_away_meanwhile_gets_an_end(app):
    ask(app)
    tried(app, app.accounts.join, "bo@example.com", "Bo", "ada", None)
    made = complete(app)
    assert re.fullmatch(r"ada-\w{8}", made.username)


def test_letters_to_one_address_end_after_a_few_an_hour(app):
    sent = [len(ask(app)) for _ in range(MOST_AN_HOUR + 2)]
    assert sent == [1] * MOST_AN_HOUR + [0, 0]
    app.clock.pass_by(hours=1)
    assert len(ask(app)) == 1


def test_mailbox_that_refuses_is_no_task_that_died(app):
    app.mail.fail_with = Rejected("550 no such user")
    ask(app)
    with app.uow.reading():
        assert [task.state for task in app.ledger.recent(10)] == [State.DONE]


def test_sign_up_is_in_the_audit_in_the_newcomers_name(app, ada):
    assert acts(app) == [("signed up", str(ada), {"email": {"before": None, "after": "ada@example.com"}})]


def reset(app, with_token, password=OTHER):
    with app.uow.reading():
        app.password_desk.of_link(with_token)
    return tried(app, app.password_desk.reset, with_token, app.passwords.made(password))


def test_reset_sets_a_new_password_ends_every_session_and_says_so(app, ada):
    entered = session(app, ada)
    tried(app, app.password_desk.ask_reset, " ada@example.com ")
    assert work(app) == [("ada@example.com", "Set a new password for Enginebay")]
    changed = reset(app, token(app))
    assert (is_in(app, entered), changed.version) == (False, 2)
    assert work(app) == [("ada@example.com", "Your password for Enginebay was changed")]
    assert app.sign_in.attempt(app.secrets, "ada", OTHER, address="192.0.2.1").id == ada.id
    assert acts(app)[1][:2] == ("set a new password by a link", str(ada))


def test_reset_link_works_once_and_ends_with_the_next_change(app, ada):
    for _ in range(2):
        tried(app, app.password_desk.ask_reset, "ada@example.com")
        work(app)
    first, second = (re.search(r"token=([\w-]+)", letter.text).group(1) for letter in app.mail.sent[-2:])
    reset(app, first)
    assert refused(reset, app, first) == {"token": SPENT}
    assert refused(reset, app, second) == {"token": UNKNOWN}


def test_reset_of_an_unknown_address_is_told_by_mail_only(app, ada):
    tried(app, app.password_desk.ask_reset, "nobody@example.com")
    assert work(app) == [("nobody@example.com", "No account with this address at Enginebay")]
    assert "token" not in app.mail.sent[-1].text


def test_reset_of_a_suspended_account_is_refused(app, ada):
    tried(app, app.password_desk.ask_reset, "ada@example.com")
    work(app)
    with app.uow.transaction():
        app.users.get(ada.id).active = False
    assert refused(reset, app, token(app)) == {"token": UNKNOWN}
    tried(app, app.password_desk.ask_reset, "ada@example.com")
    assert work(app) == [("ada@example.com", "No account with this address at Enginebay")]


def test_reset_gives_a_password_to_who_had_none_and_proves_the_address(app):
    with app.uow.transaction():
        made = app.accounts.join("bo@example.com", "Bo", "bo", None)
        made.verified_at = None
    tried(app, app.password_desk.ask_reset, "bo@example.com")
    work(app)
    changed = reset(app, token(app))
    assert (changed.verified_at, changed.password_hash is not None) == (app.clock.now(), True)


def test_password_changed_by_the_old_one_is_told_to_the_owner(app, ada):
    made = app.password_desk.prepare(user(app), PASSWORD, OTHER)
    tried(app, app.password_desk.change, user(app), made)
    assert work(app) == [("ada@example.com", "Your password for Enginebay was changed")]


def test_who_has_no_password_is_told_how_to_get_one(app):
    made = tried(app, app.accounts.join, "bo@example.com", "Bo", "bo", None)
    assert "no password yet" in refused(app.password_desk.prepare, made, "", OTHER)["old"]


def test_new_password_is_not_made_of_the_persons_names(app, ada):
    assert "made of your name" in refused(app.password_desk.prepare, user(app), PASSWORD, "AdaLovelace!")["password"]


def test_address_changes_when_the_new_mailbox_answers_and_the_old_one_is_told_twice(app, ada):
    tried(app, app.address_desk.ask_change, ada.id, "new@example.com")
    assert sorted(work(app)) == [
        ("ada@example.com", "A new address was asked for at Enginebay"),
        ("new@example.com", "Confirm your new address for Enginebay"),
    ]
    assert user(app).id == ada.id
    link = next(letter.text for letter in app.mail.sent if letter.to == "new@example.com")
    changed = tried(app, app.address_desk.prove, re.search(r"token=([\w-]+)", link).group(1))
    assert (changed.id, changed.email, user(app)) == (ada.id, "new@example.com", None)
    assert work(app) == [("ada@example.com", "Your address for Enginebay was changed")]
    assert acts(app)[-1][2] == {"email": {"before": "ada@example.com", "after": "new@example.com"}}


def test_address_that_is_somebody_elses_is_told_by_mail_only(app, ada):
    tried(app, app.accounts.join, "bo@example.com", "Bo", "bo", None)
    assert tried(app, app.address_desk.ask_change, ada.id, "bo@example.com") == "bo@example.com"
    assert ("bo@example.com", "You have an account with Enginebay already") in work(app)


def test_address_that_got_an_account_meanwhile_stays_with_it(app, ada):
    tried(app, app.address_desk.ask_change, ada.id, "bo@example.com")
    work(app)
    link = next(letter.text for letter in app.mail.sent if letter.to == "bo@example.com")
    tried(app, app.accounts.join, "bo@example.com", "Bo", "bo", None)
    with pytest.raises(Conflict, match="account of its own"):
        tried(app, app.address_desk.prove, re.search(r"token=([\w-]+)", link).group(1))


def test_address_change_ends_with_a_new_password(app, ada):
    """Who took a session over, and asked for another address, loses it when the owner sets a new password."""
    tried(app, app.address_desk.ask_change, ada.id, "thief@example.com")
    work(app)
    link = next(letter.text for letter in app.mail.sent if letter.to == "thief@example.com")
    made = app.password_desk.prepare(user(app), PASSWORD, OTHER)
    tried(app, app.password_desk.change, user(app), made)
    stolen = re.search(r"token=([\w-]+)", link).group(1)
    assert refused(tried, app, app.address_desk.prove, stolen) == {"token": UNKNOWN}


@pytest.mark.parametrize("wrong", ["", "ada", "ADA@example.com"])
def test_address_that_is_none_or_the_same_is_refused(app, ada, wrong):
    assert list(refused(tried, app, app.address_desk.ask_change, ada.id, wrong)) == ["email"]


def test_address_that_is_not_proven_is_proven_by_a_link(app, ada):
    with app.uow.transaction():
        app.users.get(ada.id).verified_at = None
    tried(app, app.address_desk.ask_proof, user(app))
    assert work(app) == [("ada@example.com", "Confirm your address for Enginebay")]
    assert tried(app, app.address_desk.prove, token(app)).verified_at == app.clock.now()
    tried(app, app.address_desk.ask_proof, user(app))
    assert work(app) == []


def test_username_changes_and_the_old_one_is_free(app, ada):
    tried(app, app.address_desk.rename, ada.id, "countess")
    assert user(app).username == "countess"
    tried(app, app.accounts.join, "bo@example.com", "Bo", "ada", None)
    assert refused(tried, app, app.address_desk.rename, ada.id, "ADA") == {
        "username": "Somebody has this username already. Take another one."
    }
    assert tried(app, app.address_desk.rename, ada.id, "Countess").username == "Countess"


def test_links_are_forgotten_a_day_after_they_expired(app):
    ask(app)
    app.clock.pass_by(hours=26)
    assert tried(app, app.proof_desk.forget_old, None) == {"forgotten": 1}
