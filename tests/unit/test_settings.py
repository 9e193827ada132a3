"""A wrong setting is a sentence that names it, and exit code 2; a secret is never repeated in it."""

import pytest

from entrypoints.config import load


def refused(monkeypatch, capsys, **settings):
    """What is said on the terminal about these settings."""
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        load()
    assert ended.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize(
    "url", ["localhost", "http://host", "smtp://", "smtp://host:0", "smtp://host:99999", "smtp://ada:sec/ret@host"]
)
def test_mail_address_that_cannot_be_used_is_told_with_an_example(monkeypatch, capsys, url):
    said = refused(monkeypatch, capsys, ENGINEBAY_SMTP__URL=url)
    assert said.startswith("A setting is wrong: ENGINEBAY_SMTP__URL: it must be smtp://, smtps:// or smtp+starttls://")
    assert "sec/ret" not in said


@pytest.mark.parametrize(("name", "value"), [("PORT", "http"), ("ENGINEBAY_WORKERS", "0"), ("DATABASE_URL", "mysql:")])
def test_wrong_value_names_its_variable(monkeypatch, capsys, name, value):
    assert name in refused(monkeypatch, capsys, **{name: value})


def test_production_refuses_the_development_key(monkeypatch, capsys):
    said = refused(monkeypatch, capsys, ENGINEBAY_ENVIRONMENT="production")
    assert said.startswith("A setting is wrong: ENGINEBAY_SECRET_KEY must be set in production. Make one: ")


def test_sender_must_be_an_address(monkeypatch, capsys):
    assert "like Enginebay <noreply@example.com>" in refused(monkeypatch, capsys, ENGINEBAY_SMTP__SENDER="us")


def test_empty_mail_address_keeps_mail_in_the_inbox(monkeypatch):
    monkeypatch.setenv("ENGINEBAY_SMTP__URL", "")
    assert load().smtp.url is None


def test_password_may_hold_anything_when_it_is_encoded(monkeypatch):
    monkeypatch.setenv("ENGINEBAY_SMTP__URL", "smtps://ada:p%2Fa%40ss@mail.example.com")
    assert load().smtp.url.get_secret_value() == "smtps://ada:p%2Fa%40ss@mail.example.com"
