"""The guides to vendors' accounts: every name in them is a setting, and each says what one came for."""

import re
from itertools import chain
from pathlib import Path

import pytest

from core.domain.accounts import SCOPES
from entrypoints import modules
from entrypoints.config import Settings
from entrypoints.doctor.vendors import GUIDES
from entrypoints.spelling import names

DOCS = Path(__file__).parents[2] / "docs"
GUIDE_PAGES = sorted((DOCS / "accounts").glob("*.md"))
NAME = re.compile(r"ENGINEBAY_[A-Z_]+")


@pytest.mark.parametrize("page", GUIDE_PAGES, ids=lambda page: page.stem)
def test_every_name_in_a_guide_is_a_setting(page):
    assert sorted(set(NAME.findall(page.read_text())) - set(names(Settings))) == []


@pytest.mark.parametrize("page", GUIDE_PAGES, ids=lambda page: page.stem)
def test_guide_says_cost_time_lines_webhooks_and_probe(page):
    told = page.read_text()
    bold, heads = ("What it costs.", "How long it takes."), ("The lines for `.env`", "Webhooks", "The probe")
    parts = ("check", *(f"**{name}**" for name in bold), *(f"## {name}" for name in heads))
    assert [part for part in parts if part not in told] == []


def test_page_of_the_api_has_every_scope():
    table = (DOCS / "api.md").read_text().partition("| scope | allows |")[2].partition("\n\n")[0]
    named = re.findall(r"`([a-z.]+)`", "".join(re.findall(r"^\|(.*?)\|", table, re.M)))
    assert sorted(named) == sorted([*SCOPES, *chain(*modules.told("SCOPES"))])


def test_doctor_leads_to_guides_that_exist():
    assert [guide for guide in GUIDES.values() if not (DOCS.parent / guide).exists()] == []
