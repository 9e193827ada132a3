"""An application in memory and people in it, for tests that must be instant."""

import pytest
from tests.conftest import HASTY

from adapters.memory import in_memory
from adapters.queue.inline import InlineWakeUps
from entrypoints.config import Settings
from entrypoints.container import build


@pytest.fixture
def app(clock, tmp_path):
    return build(Settings(home=tmp_path), **in_memory(clock, InlineWakeUps()), secrets=HASTY)


@pytest.fixture
def people(app):
    with app.uow.transaction():
        return {
            role: app.accounts.create(f"{role}@example.com", role.title(), role, "correct horse battery")
            for role in ("member", "admin", "super-admin")
        }


@pytest.fixture
def ada(people):
    return people["member"]
