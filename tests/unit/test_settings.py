"""A wrong setting is a sentence that names it, and exit code 2; a secret is never repeated in it."""

import pytest

from entrypoints import modules
from entrypoints.config import Settings, load


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


WRONG = {
    "PORT": ("http", "Input should be a valid integer"),
    "DATABASE_URL": ("mysql://ada:sesame@host/app", "it must begin with postgresql:// or sqlite:///"),
    "REDIS_URL": ("http://ada:sesame@host", "it must be an address like redis://localhost:6379/0"),
    "ENGINEBAY_HOST": ("nohost.invalid", "it must be an IP address of this machine, like 127.0.0.1"),
    "ENGINEBAY_BASE_URL": ("www.example.com", "it must be an address like https://www.example.com"),
    "ENGINEBAY_ENVIRONMENT": ("prod", "Input should be 'development' or 'production'. It is 'prod'."),
    "ENGINEBAY_WORKERS": ("0", "Input should be greater than or equal to 1. It is '0'."),
    "ENGINEBAY_THREADS": ("many", "Input should be a valid integer"),
    "ENGINEBAY_DATABASE_POOL": ("1", "Input should be greater than or equal to 2. It is '1'."),
    "ENGINEBAY_TRUSTED_PROXIES": ("9", "Input should be less than or equal to 5. It is '9'."),
    "ENGINEBAY_RATE_LIMITS": ("off", "Input should be 'normal' or 'wide'. It is 'off'."),
    "ENGINEBAY_LOG_LEVEL": ("debug", "Input should be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'. It is 'debug'."),
    "ENGINEBAY_LOG_FORMAT": ("xml", "Input should be 'console' or 'json'. It is 'xml'."),
    "ENGINEBAY_ADMIN__EMAIL": ("ada", "It should be like name@example.com. It is 'ada'."),
    "ENGINEBAY_ADMIN__PASSWORD": ("sesame", "The password must have 8 to 256 characters."),
    "ENGINEBAY_SMTP__TIMEOUT": ("0", "Input should be greater than 0. It is '0'."),
    "ENGINEBAY_SMTP": ("smtp://ada:sesame@host", "ENGINEBAY_SMTP is a group of settings and takes no value."),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_value_names_its_variable_says_why_and_repeats_no_secret(monkeypatch, capsys, name):
    value, why = WRONG[name]
    said = refused(monkeypatch, capsys, **{name: value}).splitlines()
    assert len(said) == 2
    assert said[0].startswith(f"A setting is wrong: {name}")
    assert why in said[0]
    assert said[1] == "Set it in the environment or in .env, then start again."
    assert "sesame" not in said[0]


@pytest.mark.parametrize("place", ["127.0.0.1:notaport", "127.0.0.1:99999", "ada:sesame@127.0.0.1:54x32"])
def test_database_address_with_a_port_that_is_none_is_told_with_an_example(monkeypatch, capsys, place):
    said = refused(monkeypatch, capsys, DATABASE_URL=f"postgresql://{place}/app")
    assert said.startswith("A setting is wrong: DATABASE_URL: it must be like postgresql://name:password@host:5432/app")
    assert "sesame" not in said


def test_every_wrong_setting_is_told_at_once(monkeypatch, capsys):
    said = refused(monkeypatch, capsys, PORT="0", ENGINEBAY_WORKERS="0").splitlines()
    assert [line.split(":")[1] for line in said[:-1]] == [" PORT", " ENGINEBAY_WORKERS"]


def test_environment_wins_over_env_file_and_an_empty_value_is_none(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text("PORT=8111\nENGINEBAY_WORKERS=3\nENGINEBAY_SITE_NAME=Harbour\n")
    monkeypatch.setitem(Settings.model_config, "env_file", tmp_path / ".env")
    monkeypatch.setenv("PORT", "8222")
    monkeypatch.setenv("ENGINEBAY_SITE_NAME", "")
    read = load()
    assert (read.port, read.workers, read.site_name) == (8222, 3, "Harbour")


def test_secrets_are_starred_where_settings_are_shown():
    shown = repr(Settings(secret_key="sesame", smtp={"url": "smtp://a:sesame@h"}, admin={"password": "sesame street"}))
    assert "sesame" not in shown


def test_production_refuses_the_development_key(monkeypatch, capsys):
    said = refused(monkeypatch, capsys, ENGINEBAY_ENVIRONMENT="production")
    assert said.startswith("A setting is wrong: ENGINEBAY_SECRET_KEY must be set in production. Make one: ")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"REDIS_URL": "redis://h"},
         "DATABASE_URL must be set in production, like postgresql://name:password@host/app; "
         "say sqlite:////srv/enginebay/enginebay.db if SQLite is meant"),
        ({"DATABASE_URL": "sqlite:////srv/app.db"},
         "REDIS_URL must be set in production, like redis://localhost:6379/0; "
         "say unix:///srv/enginebay/valkey/valkey.sock if the Valkey of make run is meant"),
    ],
)  # fmt: skip
def test_production_takes_no_database_and_no_redis_for_granted(monkeypatch, capsys, given, sentence):
    production = {"ENGINEBAY_ENVIRONMENT": "production", "ENGINEBAY_SECRET_KEY": "k" * 64}
    said = refused(monkeypatch, capsys, ENGINEBAY_HOME="/srv/enginebay", **production, **given)
    assert said.splitlines()[0] == f"A setting is wrong: {sentence}"


def test_sender_must_be_an_address(monkeypatch, capsys):
    assert "like Enginebay <noreply@example.com>" in refused(monkeypatch, capsys, ENGINEBAY_SMTP__SENDER="us")


def test_empty_mail_address_keeps_mail_in_the_inbox(monkeypatch):
    monkeypatch.setenv("ENGINEBAY_SMTP__URL", "")
    assert load().smtp.url is None


def test_password_may_hold_anything_when_it_is_encoded(monkeypatch):
    monkeypatch.setenv("ENGINEBAY_SMTP__URL", "smtps://ada:p%2Fa%40ss@mail.example.com")
    assert load().smtp.url.get_secret_value() == "smtps://ada:p%2Fa%40ss@mail.example.com"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("ENGINEBAY_WROKERS", "ENGINEBAY_WORKERS"),
        ("ENGINEBAY__SECRET_KEY", "ENGINEBAY_SECRET_KEY"),
        ("ENGINEBAY_SMTP_URL", "ENGINEBAY_SMTP__URL"),
        ("ENGINEBAY_SMTP__SENDR", "ENGINEBAY_SMTP__SENDER"),
        ("ENGINEBAY_PORT", "PORT"),
        ("enginebay_base_uri", "ENGINEBAY_BASE_URL"),
    ],
)
def test_misspelt_name_is_told_with_the_one_that_was_meant(monkeypatch, capsys, name, meant):
    assert refused(monkeypatch, capsys, **{name: "8123"}).splitlines() == [
        f"A setting is wrong: {name.upper()} is no setting. Did you mean {meant}?",
        "Set it in the environment or in .env, then start again.",
    ]


def test_misspelt_name_in_the_env_file_is_told_too(monkeypatch, capsys, tmp_path):
    (tmp_path / ".env").write_text("ENGINEBAY_SITENAME=Harbour\nENGINEBAY_THREAD=\n")
    monkeypatch.setitem(Settings.model_config, "env_file", tmp_path / ".env")
    assert refused(monkeypatch, capsys).splitlines()[:-1] == [
        "A setting is wrong: ENGINEBAY_SITENAME is no setting. Did you mean ENGINEBAY_SITE_NAME?"
    ]


def test_name_of_another_version_is_told_and_no_reason_not_to_start(monkeypatch, capsys):
    """Old and new code run side by side at a deploy, in one environment."""
    monkeypatch.setenv("ENGINEBAY_PHONE", "+3225550100")
    assert load().workers == 2
    assert capsys.readouterr().err == (
        "ENGINEBAY_PHONE is no setting, so nothing reads it. flask config show lists all.\n"
    )


TWILIO = {"ENGINEBAY_TWILIO__ACCOUNT_SID": "AC" + "0" * 32, "ENGINEBAY_TWILIO__AUTH_TOKEN": "sesame"}


@pytest.mark.parametrize(
    ("missing", "given"),
    [
        ("ENGINEBAY_TWILIO__ACCOUNT_SID", {"ENGINEBAY_SMS": "twilio"}),
        ("ENGINEBAY_TWILIO__AUTH_TOKEN", {"ENGINEBAY_CALLS": "sandbox,twilio", "ENGINEBAY_TWILIO__ACCOUNT_SID": "AC0"}),
        ("ENGINEBAY_TWILIO__SENDER", {"ENGINEBAY_SMS": "twilio,sns", **TWILIO}),
        ("ENGINEBAY_TWILIO__SENDER", {"ENGINEBAY_CALLS": "twilio", **TWILIO, "ENGINEBAY_TWILIO__SENDER": "Harbour"}),
    ],
)  # fmt: skip
def test_vendor_that_is_chosen_without_its_account_names_the_setting(monkeypatch, capsys, missing, given):
    said = refused(monkeypatch, capsys, **given).splitlines()
    assert (len(said), said[0].startswith(f"A setting is wrong: {missing} must be ")) == (2, True)
    assert "sesame" not in said[0]


def test_vendor_that_is_not_chosen_needs_no_account():
    assert Settings(sms="sns,sandbox").vendors_of("sms") == ["sns", "sandbox"]


def test_no_module_hides_a_setting_or_a_check_of_another_one():
    """They are inherited together, so a name that two of them have would be read in one only."""
    checks = [told.__pydantic_decorators__ for told in modules.told("Settings")]
    names = [name for told in modules.told("Settings") for name in told.__annotations__]
    names += [name for one in checks for name in (*one.model_validators, *one.field_validators)]
    assert sorted(names) == sorted(set(names))
