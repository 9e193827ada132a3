"""Settings, read from the environment and `.env`, checked at the start; a wrong one is a sentence and exit code 2."""

from __future__ import annotations

import os
import sys
from email.utils import parseaddr
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from core.domain.accounts import check_password
from core.domain.kernel import rules
from core.domain.kernel.errors import Invalid
from entrypoints import modules
from entrypoints.addresses import whole
from entrypoints.spelling import OURS, PREFIX, unread
from entrypoints.supervise.valkey import embedded_socket
from entrypoints.vendor_settings import VendorSettings

DEVELOPMENT_KEY = "development-only-key-that-production-refuses"
MAIL_SCHEMES = ("smtp", "smtps", "smtp+starttls")
REDIS_SCHEMES = ("redis", "rediss", "unix")


class Admin(BaseModel):
    """The first super-admin, made at the first start; and whether the panel wants two factors (auto: in production)."""

    email: str = "admin@example.com"
    password: SecretStr | None = None
    two_factors: Literal["auto", "required", "off"] = "auto"

    @field_validator("email")
    @classmethod
    def _address(cls, email: str) -> str:
        return rules.email(email)

    @field_validator("password")
    @classmethod
    def _hard_to_guess(cls, password: SecretStr | None) -> SecretStr | None:
        if password is not None:
            try:
                check_password(password.get_secret_value())
            except Invalid as weak:
                raise ValueError(weak.fields["password"]) from None
        return password


class Smtp(BaseModel):
    """Where mail goes; without a url it stays in the inbox page."""

    url: SecretStr | None = None
    sender: str = "Enginebay <noreply@example.com>"
    timeout: float = Field(default=20.0, gt=0, le=300)

    @field_validator("url")
    @classmethod
    def _address(cls, url: SecretStr | None) -> SecretStr | None:
        """None for an empty one, which compose files write for "not set"."""
        return None if url is None or not url.get_secret_value() else _mail_server(url)

    @field_validator("sender")
    @classmethod
    def _mailbox(cls, sender: str) -> str:
        if "@" not in parseaddr(sender)[1] or not sender.isprintable():
            raise ValueError("it must be an address, like Enginebay <noreply@example.com>")
        return sender


class Settings(*modules.told("Settings"), VendorSettings, BaseSettings):  # type: ignore[misc]
    """Everything that differs between two installations; modules bring their own (`entrypoints/modules/`)."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_file=".env",
        env_ignore_empty=True,  # compose files write an empty value for "not set"
        extra="ignore",
        populate_by_name=True,
    )

    environment: Literal["development", "production"] = "development"
    home: Path = Path("var")
    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    redis_url: str = Field(default="", validation_alias="REDIS_URL")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535, validation_alias="PORT")
    base_url: str = ""
    secret_key: SecretStr = SecretStr(DEVELOPMENT_KEY)
    site_name: str = "Enginebay"
    pass_days: int = Field(default=30, ge=1, le=365)
    admin: Admin = Admin()
    smtp: Smtp = Smtp()
    rate_limits: Literal["normal", "wide"] = "normal"
    password_lists: bool = True
    workers: int = Field(default=2, ge=1, le=64)
    threads: int = Field(default=12, ge=1, le=64)
    database_pool: int = Field(default=20, ge=2, le=200)
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["console", "json"] = "console"

    @field_validator("host")
    @classmethod
    def _listens(cls, host: str) -> str:
        try:
            return str(ip_address(host))
        except ValueError:
            raise ValueError("it must be an IP address of this machine, like 127.0.0.1, or 0.0.0.0 for all") from None

    @field_validator("database_url")
    @classmethod
    def _database(cls, url: str) -> str:
        return _sql(url) if url else ""

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, url: str) -> str:
        return whole(url, REDIS_SCHEMES, "redis://localhost:6379/0 or unix:///run/valkey.sock") if url else ""

    @field_validator("base_url")
    @classmethod
    def _address(cls, url: str) -> str:
        return whole(url, ("http", "https"), "https://www.example.com") if url else ""

    @model_validator(mode="after")
    def _complete(self) -> Settings:
        self.home = self.home.absolute()
        if self.environment == "production":
            self._refuse_what_only_develops()
        self.database_url = self.database_url or f"sqlite:///{self.home}/enginebay.db"
        self.redis_url = self.redis_url or f"unix://{embedded_socket(self.home)}"
        self.base_url = (self.base_url or f"http://127.0.0.1:{self.port}").rstrip("/")
        return self

    def _refuse_what_only_develops(self) -> None:
        """A name that was forgotten must not lead to a key that everybody knows, or to another, empty database."""
        if self.secret_key.get_secret_value() in ("", DEVELOPMENT_KEY):
            raise ValueError("ENGINEBAY_SECRET_KEY must be set in production. Make one: openssl rand -hex 32")
        if not self.database_url:
            raise ValueError(
                "DATABASE_URL must be set in production, like postgresql://name:password@host/app; "
                f"say sqlite:///{self.home}/enginebay.db if SQLite is meant"
            )
        if not self.redis_url:
            raise ValueError(
                "REDIS_URL must be set in production, like redis://localhost:6379/0; "
                f"say unix://{embedded_socket(self.home)} if the Valkey of make run is meant"
            )

    @property
    def panel_wants_two_factors(self) -> bool:
        """Whether the panel opens only to who came in with two factors."""
        return self.admin.two_factors == "required" or (self.admin.two_factors == "auto" and self.is_production)

    @property
    def is_production(self) -> bool:
        """Whether strangers may reach this installation."""
        return self.environment == "production"


def load() -> Settings:
    """Return the settings, or say which ones are wrong and how to mend them, and exit with 2.

    A name that no setting has is wrong when it is nearly that of one. Any other is only told: it may belong to a
    newer or older version, which must be able to run beside this one.
    """
    strange = unread(Settings, Path(str(Settings.model_config["env_file"])))
    wrong = [f"{name} is no setting. Did you mean {meant}?" for name, meant in strange.items() if meant]
    settings = _read(wrong)
    if settings is None or wrong:
        sys.stderr.writelines(f"A setting is wrong: {sentence}\n" for sentence in wrong)
        sys.stderr.write("Set it in the environment or in .env, then start again.\n")
        raise SystemExit(2)
    sys.stderr.writelines(
        f"{name} is no setting, so nothing reads it. flask config show lists all.\n" for name in strange
    )
    return settings


def make_home(settings: Settings) -> None:
    """Make the folder of the state, which only we may look into; or say why it cannot be, and exit with 2."""
    try:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if os.access(settings.home, os.W_OK | os.X_OK):
            return
        why = "it may not be written"
    except OSError as refused:
        why = str(refused.strerror)
    sys.stderr.write(
        f"The state cannot be kept in {settings.home}: {why}. "
        "Give it another folder: set ENGINEBAY_HOME, start again.\n"
    )
    raise SystemExit(2)


def _read(wrong: list[str]) -> Settings | None:
    """The settings; or None, and what is wrong with them at the end of the list."""
    try:
        return Settings()
    except ValidationError as found:
        wrong += [_sentence(error) for error in found.errors()]
    except SettingsError as found:
        wrong.append(_no_group(str(found)))
    return None


def _mail_server(url: SecretStr) -> SecretStr:
    try:
        parts = urlsplit(url.get_secret_value())
        whole = parts.scheme in MAIL_SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole = False
    if not whole:
        raise ValueError(
            "it must be smtp://, smtps:// or smtp+starttls:// with host and port, like smtps://name:password@host:465; "
            "write a / or @ in the password as %2F or %40"
        )
    if not unquote(parts.netloc).isascii():
        raise ValueError("it may hold ASCII characters only. Have the mail server give you such a password")
    return url


def _sql(url: str) -> str:
    if url.startswith("postgres://"):
        url = "postgresql://" + url.removeprefix("postgres://")
    if not url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise ValueError("it must begin with postgresql:// or sqlite:///, like sqlite:////srv/app.db")
    try:
        is_whole = 0 < (make_url(url).port or 1) < 65536
    except (ArgumentError, ValueError):
        is_whole = False
    if not is_whole:
        raise ValueError(
            "it must be like postgresql://name:password@host:5432/app, with a number from 1 to 65535 for a port; "
            "write a / or @ in the password as %2F or %40"
        )
    return url


def _no_group(said: str) -> str:
    """A value was given to a group, like ENGINEBAY_SMTP=smtp://host; the library names the group in quotes."""
    group = said.partition('"')[2].partition('"')[0].upper()
    return f"ENGINEBAY_{group} is a group of settings and takes no value. Name one of it, like ENGINEBAY_{group}__…=…"


def _sentence(error: object) -> str:
    assert isinstance(error, dict)
    said = error["msg"].removeprefix("Value error, ")
    if not error["loc"]:
        return str(said)
    name = "__".join(str(part) for part in error["loc"]).upper()
    name = name if name in OURS else f"{PREFIX}{name}"
    given = "" if any(secret in name for secret in ("URL", "KEY", "PASSWORD")) else f" It is {error['input']!r}."
    return f"{name}: {said.removesuffix('.')}.{given}"
