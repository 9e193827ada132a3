"""What the doctor says of an installation: a table, JSON, reasons against production, a probe; and never a secret."""

import json
from datetime import UTC, datetime

import pytest

from adapters.clock import SetClock, SystemClock
from adapters.resilience.breakers import MemoryBreakers
from core.domain.kernel.errors import Unavailable
from core.domain.kernel.findings import State
from entrypoints.doctor import examine, unfit

SECRET = "0123456789abcdef0123456789abcdef-hidden"
READY = {
    "environment": "production", "secret_key": SECRET, "base_url": "https://www.harbour.example",
    "smtp": {"url": "smtp://name:hidden@mail.harbour.example", "sender": "Harbour <noreply@harbour.example>"},
    "exchange": "ecb",
}  # fmt: skip


def found(app):
    return {one.item: one for one in examine(app)}


def test_development_is_told_apart_from_production(app):
    said = found(app)
    assert (said["database"].state, said["database"].says) == ("ok", "sqlite: reachable, migrated, writable.")
    assert (said["workers"].state, said["sms"].reach, said["sms"].do) == ("fault", "sandbox", "ENGINEBAY_SMS=twilio")
    assert said["sms"].guide == "docs/accounts/twilio.md"
    assert [reason for reason in unfit(said.values()) if "ENGINEBAY_" in reason or "openssl" in reason] == [
        "This is a development installation. Set ENGINEBAY_ENVIRONMENT=production.",
        "Everybody knows the development key. Set ENGINEBAY_SECRET_KEY; make one: openssl rand -hex 32",
        "The site is reached by http://127.0.0.1:8000, without encryption. "
        "Set ENGINEBAY_BASE_URL to its https address.",
        "mail goes nowhere: it stays on this machine. Set ENGINEBAY_MAIL=smtp.",
        "Mail comes from example.com, which is nobody's. Set ENGINEBAY_SMTP__SENDER to an address of yours.",
        "Exchange rates are of other days, for development. Set ENGINEBAY_EXCHANGE=ecb,frankfurter; neither needs an "
        "account.",
    ]


def test_production_that_is_set_up_has_processes_missing_only(make_app):
    said = found(make_app(settings=READY))
    assert [one.item for one in said.values() if one.unfit or one.state is State.FAULT] == [
        "redis", "workers", "scheduler",
    ]  # fmt: skip
    assert said["mail:smtp"].says == "Its account is set; it is asked."


def test_production_that_takes_any_password_is_warned(make_app):
    said = found(make_app(settings=READY | {"password_lists": False}))["passwords"]
    assert (said.state, "ENGINEBAY_PASSWORD_LISTS" in said.unfit) == (State.WARNING, True)


def test_production_whose_panel_asks_for_a_password_alone_is_warned(make_app):
    said = found(make_app(settings=READY | {"admin": {"two_factors": "off"}}))["two factors"]
    assert (said.state, "ENGINEBAY_ADMIN__TWO_FACTORS" in said.unfit) == (State.WARNING, True)


@pytest.mark.parametrize(
    ("settings", "item", "names"),
    [
        ({"sms": "twilio"}, "sms:twilio", "ENGINEBAY_TWILIO__ACCOUNT_SID"),
        ({"push": "sns"}, "push:sns", "ENGINEBAY_AWS__FCM_APPLICATION_ARN"),
        ({"mail": "smtp"}, "mail:smtp", "ENGINEBAY_SMTP__URL"),
    ],
)
def test_account_that_is_missing_is_named(app, settings, item, names):
    """Some accounts are asked for at the start already; the doctor says it of those that are not."""
    for name, value in settings.items():
        setattr(app.settings, name, value)
    assert (found(app)[item].state, found(app)[item].do) == ("fault", names)


def test_breaker_that_is_open_is_a_warning(make_app):
    app = make_app(settings=READY, breakers=MemoryBreakers(SystemClock()))
    app.breakers.hold_open("mail:smtp")
    said = found(app)["mail:smtp"]
    assert (said.state, said.do) == ("warning", "flask vendors reset mail:smtp")


def test_sandbox_behind_a_real_vendor_is_not_fit(make_app):
    app = make_app(settings={**READY, "mail": "smtp,sandbox"})
    assert "mail ends at sandbox when its vendors fail" in found(app)["mail"].unfit


def test_clock_that_is_off_is_told(make_app):
    app = make_app(clock=SetClock(datetime(2020, 1, 1, tzinfo=UTC)))
    assert (found(app)["clock"].state, "away from the database's" in found(app)["clock"].says) == ("warning", True)


def test_check_that_fails_stops_no_other(make_app):
    class Broken:
        def all(self, vendors):
            raise Unavailable("The breakers do not answer.")

    said = found(make_app(settings=READY, breakers=Broken()))
    assert (said["vendors"].says, said["rates"].item if "rates" in said else "none") == (
        "The breakers do not answer.", "none",
    )  # fmt: skip


def test_table_and_json_say_the_same_and_no_secret(make_app, say):
    app = make_app(settings=READY)
    code, table = say(app, "doctor")
    rows = json.loads(say(app, "doctor", "--json")[1])
    assert [row["item"] for row in rows if row["item"] not in table] == []
    assert "hidden" not in table + json.dumps(rows)
    assert code == 1  # nobody works here


def test_workers_are_not_passed_over_while_the_database_is_away(make_app):
    class Away:
        def is_current(self):
            raise Unavailable("The database does not answer.")

    said = found(make_app(migrations=Away()))
    assert [said[item].state for item in ("database", "workers")] == [State.FAULT, State.FAULT]
    assert "Mend the database first" in said["workers"].do


def test_production_exits_with_the_reasons(flask):
    code, said = flask("doctor", "--production")
    assert (code, "Set ENGINEBAY_ENVIRONMENT=production." in said) == (1, True)
    assert json.loads(flask("doctor", "--production", "--json")[1])["unfit"] == said.strip().split("\n")


def test_probe_of_a_sandboxed_channel_is_refused(flask):
    code, said = flask("doctor", "--real", "sms", "+14155550123")
    assert (code, "sms is sandboxed, so a probe would stay here. Set ENGINEBAY_SMS" in said) == (2, True)
    assert flask("doctor", "--real", "fax", "1")[0] == 2


def test_probe_is_sent_by_the_channel_that_is_real(make_app, say):
    from adapters.mail.memory import MemoryMail

    mail = MemoryMail()
    code, said = say(make_app(settings=READY, mail=mail), "doctor", "--real", "mail", "ada@harbour.example")
    assert (code, [letter.subject for letter in mail.sent], "took it in" in said) == (0, ["A probe"], True)


SOCIAL = {
    "social": "google,facebook", "google": {"client_id": "g", "client_secret": "hidden"},
    "facebook": {"app_id": "f", "app_secret": "hidden"},
}  # fmt: skip


def test_providers_are_told_with_the_address_to_enter_there(make_app):
    said = found(make_app(settings={**READY, **SOCIAL}))
    assert said["sign-in google"].says.endswith(" https://www.harbour.example/login/from/google")
    assert (said["sign-in facebook"].guide, said["social:google"].says) == (
        "docs/accounts/facebook.md", "Its account is set; it is asked.",
    )  # fmt: skip
    assert [one for one in unfit(said.values()) if "google" in one or "facebook" in one] == []


def test_provider_without_encryption_is_not_fit(make_app):
    plain = {"google": SOCIAL["google"] | {"discovery_url": "http://sso.harbour.example/openid"}}
    said = found(make_app(settings={**READY, **SOCIAL, **plain}))
    assert said["sign-in google address"].unfit == (
        "google is asked without encryption (http://sso.harbour.example/openid). Use its https address."
    )


def test_production_without_providers_says_so_and_is_fit(make_app):
    said = found(make_app(settings=READY))
    assert (said["social sign-in"].says, "social" in said) == ("Nobody signs in with an account elsewhere.", False)
