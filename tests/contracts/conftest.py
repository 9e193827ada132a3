"""The same promises over every way to keep things: in memory, in SQLite, in PostgreSQL."""

import pytest
from tests.conftest import HASTY
from tests.vendors.twilio import Twilio

from adapters.memory import in_memory
from adapters.phone.twilio_account import TwilioAccount
from adapters.queue.inline import InlineWakeUps
from entrypoints.config import Settings
from entrypoints.container import build


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def kept(request, clock, make_app, tmp_path):
    """An application whose data is kept in one of the three ways, with a clock that stands still."""
    if request.param == "memory":
        yield build(Settings(home=tmp_path / "home"), **in_memory(clock, InlineWakeUps()), secrets=HASTY)
        return
    if request.param == "sqlite":
        yield make_app(clock=clock)
        return
    yield make_app(clock=clock, settings={"database_url": request.getfixturevalue("migrated_url")})


@pytest.fixture
def twilio():
    """Twilio on loopback."""
    with Twilio() as opened:
        yield opened


@pytest.fixture
def account(twilio):
    """Our account with it."""
    return TwilioAccount(twilio.account, twilio.token, twilio.url, timeout=3)
