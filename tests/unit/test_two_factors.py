"""Two factors in memory, with a clock that only tests move: set up, asked for, guessed at, lost."""

from datetime import UTC, datetime, timedelta

import pytest
from pyotp import TOTP

from adapters.second_factors import AesVault, AppCodes
from core.domain.accounts import Visit
from core.domain.kernel.errors import Conflict, Forbidden, TooMany

ADDRESS = "192.0.2.1"


class Phone:
    """An app that took a secret in."""

    def __init__(self, secret, clock):
        self._codes, self._clock = TOTP(secret), clock

    def shows(self, steps=0):
        return self._codes.at(self._clock.now() + timedelta(seconds=30 * steps))


def begin(app, user, clock):
    with app.uow.transaction():
        return Phone(app.factor_desk.secret_of(app.factor_desk.begin(user)), clock)


def turn_on(app, user, clock):
    """Turn two factors on in a session that is 30 seconds old by then; returns the phone, the codes and the token."""
    phone, (shown, kept) = begin(app, user, clock), app.recovery_desk.make(user)
    with app.uow.transaction():
        token = app.session_desk.open(user, ADDRESS, "")
        token = app.two_factors.turn_on(user, phone.shows(), kept, token)
    clock.pass_by(seconds=30)
    return phone, shown, token


def attempt(app, user, answer, address=ADDRESS):
    return app.second_step.attempt(user.id, answer, address=address)


def letters(app):
    told = [task.payload["letter"] for task in app.uow.shelf("task").values() if task.name == "accounts.tell-owner"]
    return sorted(told)


def is_on(app, user):
    with app.uow.reading():
        return app.factor_desk.is_on(user)


def test_password_of_who_has_two_factors_begins_no_session(app, ada, clock):
    turn_on(app, ada, clock)
    visit = Visit(address=ADDRESS, agent="test", remembered=True)
    sessions = len(app.uow.shelf("session"))
    user, token = app.sign_in.enter(app.secrets, ada.email, "correct horse battery", visit)
    assert (user.id, token, len(app.uow.shelf("session"))) == (ada.id, None, sessions)
    assert "signed in" not in [entry.action for entry in app.audit_trail.all()]
    assert app.sign_in.welcome(user, visit, strong=True)
    assert [entry.action for entry in app.audit_trail.all()][-1] == "signed in"


def test_factor_is_on_after_its_first_answer_only(app, ada, clock):
    phone = begin(app, ada, clock)
    assert not is_on(app, ada)
    with app.uow.transaction():
        wrong = app.two_factors.turn_on(ada, "000000", [], app.session_desk.open(ada, "", ""))
    assert (wrong, is_on(app, ada), phone.shows() != "000000") == (None, False, True)
    turn_on(app, ada, clock)
    assert is_on(app, ada)


def test_factor_that_was_begun_waits_for_an_hour(app, ada, clock):
    phone = begin(app, ada, clock)
    clock.pass_by(minutes=61)
    with app.uow.transaction():
        assert app.two_factors.turn_on(ada, phone.shows(), [], app.session_desk.open(ada, "", "")) is None


def test_turning_on_makes_this_session_strong_and_ends_every_other(app, ada, clock):
    with app.uow.transaction():
        other = app.session_desk.open(ada, ADDRESS, "")
    _, _, token = turn_on(app, ada, clock)
    with app.uow.reading():
        assert app.session_desk.recognise(other) is None
        assert app.session_desk.recognise(token)[1].strong


def test_second_set_up_while_one_is_on_is_refused(app, ada, clock):
    turn_on(app, ada, clock)
    with pytest.raises(Conflict, match="on already"), app.uow.transaction():
        app.factor_desk.begin(ada)


@pytest.mark.parametrize(("steps", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_code_fits_one_step_around_now(app, ada, clock, steps, fits):
    phone, _, _ = turn_on(app, ada, clock)
    clock.pass_by(minutes=5)
    assert attempt(app, ada, phone.shows(steps)) is fits


def test_code_is_taken_once_and_none_from_before_it(app, ada, clock):
    phone, _, _ = turn_on(app, ada, clock)
    clock.pass_by(minutes=5)
    before, now = phone.shows(-1), phone.shows()
    assert [attempt(app, ada, code) for code in (now, now, before)] == [True, False, False]
    clock.pass_by(seconds=30)
    assert attempt(app, ada, phone.shows())


@pytest.mark.parametrize("answer", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "\x00", "0" * 64])
def test_odd_answer_fits_nothing(app, ada, clock, answer):
    turn_on(app, ada, clock)
    assert attempt(app, ada, answer) is False


def test_code_is_read_with_its_space(app, ada, clock):
    phone, _, _ = turn_on(app, ada, clock)
    code = phone.shows()
    assert attempt(app, ada, f" {code[:3]} {code[3:]} ")


def test_recovery_codes_work_once_each_however_they_are_typed(app, ada, clock):
    _, codes, _ = turn_on(app, ada, clock)
    assert (len(codes), len(set(codes))) == (10, 10)
    assert [attempt(app, ada, answer) for answer in (codes[0].upper(), codes[0], codes[1].replace("-", " "))] == [
        True, False, True,
    ]  # fmt: skip
    with app.uow.reading():
        assert app.recovery_desk.left(ada) == 8


def test_recovery_codes_are_kept_as_hashes(app, ada, clock):
    _, codes, _ = turn_on(app, ada, clock)
    kept = str([vars(code) for code in app.uow.shelf("recovery code").values()])
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)


def test_new_recovery_codes_end_the_old_ones(app, ada, clock):
    _, old, _ = turn_on(app, ada, clock)
    new, kept = app.recovery_desk.make(ada)
    with app.uow.transaction():
        app.two_factors.renew_codes(ada, kept)
    assert [attempt(app, ada, code) for code in (old[0], new[0])] == [False, True]


def test_guesses_slow_down_for_the_account_from_wherever_they_come(app, ada, clock):
    phone, _, _ = turn_on(app, ada, clock)
    waits = []
    for number in range(12):
        try:
            attempt(app, ada, "000000", address=f"198.51.100.{number}")
        except TooMany as wait:
            waits.append(wait.retry_after)
            clock.pass_by(seconds=wait.retry_after)
    assert waits == [1, 2, 4, 8]
    clock.pass_by(minutes=15)
    assert attempt(app, ada, phone.shows())
    assert attempt(app, ada, "000000") is False


def test_guesses_at_the_second_factor_keep_nobody_from_the_first(app, ada, clock):
    turn_on(app, ada, clock)
    for number in range(5):
        attempt(app, ada, "000000", address=f"198.51.100.{number}")
    assert app.sign_in.attempt(app.secrets, ada.email, "correct horse battery", address=ADDRESS)


def test_turning_off_forgets_the_secret_and_makes_no_session_strong(app, ada, clock):
    phone, codes, token = turn_on(app, ada, clock)
    with app.uow.transaction():
        app.two_factors.turn_off(ada)
    assert (is_on(app, ada), attempt(app, ada, phone.shows()), attempt(app, ada, codes[0])) == (False, False, False)
    assert (app.uow.shelf("factor"), app.uow.shelf("recovery code")) == ({}, {})
    with app.uow.reading():
        assert not app.session_desk.recognise(token)[1].strong


def test_lost_factors_are_taken_away_by_super_admins_only(app, people, clock):
    ada = people["member"]
    _, _, token = turn_on(app, ada, clock)
    with pytest.raises(Forbidden), app.uow.transaction():
        app.two_factors.take_away(ada, people["admin"])
    with app.uow.transaction():
        app.two_factors.take_away(app.users.get(ada.id), people["super-admin"])
    with app.uow.reading():
        assert (app.factor_desk.is_on(ada), app.session_desk.recognise(token)) == (False, None)


def test_owner_is_told_of_everything(app, people, clock):
    ada = people["member"]
    _, codes, _ = turn_on(app, ada, clock)
    attempt(app, ada, codes[0])
    with app.uow.transaction():
        app.two_factors.renew_codes(ada, app.recovery_desk.make(ada)[1])
        app.two_factors.turn_off(ada)
    turn_on(app, ada, clock)
    with app.uow.transaction():
        app.two_factors.let_go(app.users.get(ada.id))
    assert letters(app) == [
        "recovery_code_used", "recovery_codes_made", "two_factors_off", "two_factors_on", "two_factors_on",
        "two_factors_taken",
    ]  # fmt: skip


def test_neither_audit_nor_tasks_hold_a_secret_or_a_code(app, ada, clock):
    phone, codes, _ = turn_on(app, ada, clock)
    attempt(app, ada, codes[0])
    attempt(app, ada, phone.shows())
    kept = str([vars(entry) for entry in app.audit_trail.all()]) + str(
        [vars(one) for one in app.uow.shelf("task").values()]
    )
    (factor,) = app.uow.shelf("factor").values()
    secrets = [*codes, phone.shows(), AesVault(app.settings.secret_key.get_secret_value()).open(factor.secret, ada.id)]
    assert [secret for secret in secrets if secret in kept or secret == factor.secret] == []


def test_secret_opens_for_its_owner_with_our_key_only():
    vault = AesVault("a key")
    sealed = vault.seal("JBSWY3DP", "usr_ada")
    assert vault.open(sealed, "usr_ada") == "JBSWY3DP"
    assert vault.seal("JBSWY3DP", "usr_ada") != sealed
    others = [
        vault.open(sealed, "usr_bob"), AesVault("another").open(sealed, "usr_ada"), vault.open(sealed[:-2], "usr_ada"),
        vault.open("", "usr_ada"), vault.open("v1.é", "usr_ada"),
    ]  # fmt: skip
    assert others == [None] * 5


def test_key_that_changed_leaves_the_recovery_codes(make_app, ada, app, clock):
    phone, codes, _ = turn_on(app, ada, clock)
    (factor,) = app.uow.shelf("factor").values()
    factor.secret = AesVault("the key of before").seal("JBSWY3DPEHPK3PXP", ada.id)
    assert (attempt(app, ada, phone.shows()), attempt(app, ada, codes[0])) == (False, True)


@pytest.mark.parametrize(
    ("instant", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")]
)
def test_codes_are_those_of_the_standard(instant, code):
    """RFC 6238, appendix B, with the last six of its eight digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert AppCodes().mark(secret, code, datetime.fromtimestamp(instant, UTC)) == instant // 30
