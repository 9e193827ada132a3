"""How long a session goes on, who may end it, and what its browser is called: in memory, by a clock of our own."""

from datetime import UTC, datetime, timedelta

import pytest

from core.domain.accounts.agents import in_words
from core.domain.kernel.errors import Forbidden, NotFound

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 "
    "Mobile/15E148 Safari/604.1"
)


def begin(app, user, **how):
    with app.uow.transaction():
        return app.session_desk.open(user, "192.0.2.1", FIREFOX, **how)


def is_on(app, token):
    with app.uow.reading():
        return app.session_desk.recognise(token) is not None


def use(app, clock, token, **later):
    clock.pass_by(**later)
    with app.uow.transaction():
        app.session_desk.touch(token, "192.0.2.9")


@pytest.mark.parametrize(
    ("remembered", "idle", "longest"),
    [(True, timedelta(days=14), timedelta(days=90)), (False, timedelta(hours=12), timedelta(days=7))],
)
def test_session_ends_when_unused_for_too_long_or_too_old(app, clock, ada, remembered, idle, longest):
    unused, used = (begin(app, ada, remembered=remembered) for _ in range(2))
    clock.pass_by(seconds=idle.total_seconds())
    assert is_on(app, unused)
    use(app, clock, used, seconds=1)
    assert (is_on(app, unused), is_on(app, used)) == (False, True)
    while clock.now() < datetime(2026, 11, 24, 12, tzinfo=UTC) + longest - idle:
        use(app, clock, used, seconds=idle.total_seconds() - 1)
    use(app, clock, used, seconds=idle.total_seconds() - 1)
    clock.instant = datetime(2026, 11, 24, 12, tzinfo=UTC) + longest + timedelta(seconds=1)
    assert not is_on(app, used)


def test_sessions_that_are_over_are_forgotten(app, clock, ada):
    begin(app, ada, remembered=True), begin(app, ada, remembered=False)
    clock.pass_by(hours=13)
    with app.uow.transaction():
        assert app.session_desk.forget_idle(None) == {"forgotten": 1}
    with app.uow.reading():
        assert [session.remembered for session in app.session_desk.of(ada)] == [True]


def test_session_that_is_renewed_has_another_token_and_the_same_age(app, clock, ada):
    old = begin(app, ada, remembered=False)
    clock.pass_by(minutes=20)
    with app.uow.transaction():
        new = app.session_desk.renew(old, strong=True)
    assert (is_on(app, old), is_on(app, new)) == (False, True)
    with app.uow.reading():
        (session,) = app.session_desk.of(ada)
    assert (session.created_at, session.proven_at) == (clock.now() - timedelta(minutes=20), clock.now())
    assert (session.strong, session.remembered, session.agent) == (True, False, FIREFOX)


def test_session_that_was_strong_stays_so_when_only_the_password_is_shown(app, ada):
    token = begin(app, ada, strong=True)
    with app.uow.transaction():
        app.session_desk.renew(token)
    with app.uow.reading():
        assert [session.strong for session in app.session_desk.of(ada)] == [True]


def test_session_that_ended_cannot_be_renewed(app, ada):
    with pytest.raises(NotFound), app.uow.transaction():
        app.session_desk.renew("of nobody")


def test_session_is_fresh_for_a_quarter_of_an_hour_and_a_form_for_another(app, clock, ada):
    begin(app, ada)
    with app.uow.reading():
        (session,) = app.session_desk.of(ada)
    fresh = []
    for _ in range(4):
        clock.pass_by(minutes=10)
        fresh.append((app.session_desk.is_fresh(session), app.session_desk.is_fresh(session, sends=True)))
    assert fresh == [(True, True), (False, True), (False, False), (False, False)]


def test_sessions_are_listed_the_last_used_first_with_where_from(app, clock, ada, people):
    first, _ = begin(app, ada), begin(app, people["admin"])
    clock.pass_by(minutes=5)
    second = begin(app, ada)
    use(app, clock, first, minutes=5)
    with app.uow.reading():
        listed = app.session_desk.of(ada)
    assert [(one.id, one.address) for one in listed] == [
        (app.secrets.fingerprint(first), "192.0.2.9"), (app.secrets.fingerprint(second), "192.0.2.1"),
    ]  # fmt: skip


def test_sessions_of_others_are_not_there(app, ada, people):
    token = begin(app, people["admin"])
    with pytest.raises(NotFound), app.uow.transaction():
        app.session_desk.close_one(ada, app.secrets.fingerprint(token))
    assert is_on(app, token)


def test_every_other_session_ends_at_once(app, ada, people):
    mine, other, foreign = begin(app, ada), begin(app, ada), begin(app, people["admin"])
    with app.uow.transaction():
        assert app.session_desk.close_others(ada, mine) == 1
    assert [is_on(app, token) for token in (mine, other, foreign)] == [True, False, True]


def test_administrators_end_the_sessions_of_nobody_above_them(app, people):
    tokens = {role: begin(app, user) for role, user in people.items()}
    marks = {role: app.secrets.fingerprint(token) for role, token in tokens.items()}
    with app.uow.transaction():
        app.session_desk.end(marks["member"], people["admin"])
    with pytest.raises(Forbidden, match="only a super-admin"), app.uow.transaction():
        app.session_desk.end(marks["super-admin"], people["admin"])
    with pytest.raises(NotFound), app.uow.transaction():
        app.session_desk.end(marks["member"], people["admin"])


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (CHROME, "Chrome on Windows"),
        (f"{CHROME} Edg/142.0.0.0", "Edge on Windows"),
        (SAFARI, "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15; SM-S931B) Chrome/136.0 Mobile Safari/537.36 SamsungBrowser/28.0",
         "Samsung Internet on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.5 Safari/605.1.15", "Safari on Mac"),
        ("curl/8.5.0", "curl"),
        ("Windows", "Windows"),
        ("", "an unknown browser"),
        ("<script>", "an unknown browser"),
    ],
)  # fmt: skip
def test_browser_is_called_as_its_owner_knows_it(agent, words):
    assert in_words(agent) == words
