"""What stands in the cells of a list: each kind of value, and nothing that somebody wrote as HTML."""

from datetime import UTC, datetime

import pytest
from markupsafe import escape

from core.domain.records import Field, Kind
from entrypoints.admin.cells import LONGEST, Column, shown

EVIL = '"><img src=x onerror=alert(1)>'
SAFE = "&#34;&gt;&lt;img src=x onerror=alert(1)&gt;"
NOON = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


def field(kind, **facts):
    return Field(name="it", kind=kind, label="It", **facts)


@pytest.mark.parametrize(
    ("of", "given", "html"),
    [
        (field(Kind.LINE), EVIL, SAFE),
        (field(Kind.CHOICE), EVIL, f'<span class="badge-tone calm">{SAFE}</span>'),
        (field(Kind.CHOICE), "dead", '<span class="badge-tone bad">dead</span>'),
        (field(Kind.CHOICE, names=True), EVIL, SAFE),
        (field(Kind.FLAG), False, '<span class="flag off">No</span>'),
        (field(Kind.FLAG), None, '<span class="none" title="no value">–</span>'),
        (field(Kind.TEXT), "", '<span class="none" title="no value">–</span>'),
        (field(Kind.NUMBER), 0, "0"),
        (field(Kind.INSTANT), NOON,
         '<time datetime="2026-03-01T12:30:00Z" title="2026-03-01T12:30:00Z">1 Mar 2026, 12:30:00</time>'),
    ],
)  # fmt: skip
def test_value_is_written_by_its_kind_and_never_as_html_of_somebody_else(of, given, html):
    assert str(escape(shown(given, of))) == html


def test_long_text_is_cut_between_words_in_a_list_only():
    text = "word " * 40
    assert str(shown(text, field(Kind.TEXT), longest=LONGEST)) == "word " * 14 + "word..."
    assert shown(text, field(Kind.TEXT)) == text


def test_key_of_another_record_is_its_name_and_leads_to_it_where_it_may_be_seen():
    known = {"usr_1": {"name": EVIL, "address": "/admin/users/details/?id=usr_1"}}
    column = Column(field=field(Kind.RECORD, refers="user"), label="Owner", known=known, is_whole=False)
    assert str(escape(column.cell("usr_1"))) == f'<a href="/admin/users/details/?id=usr_1">{SAFE}</a>'
    assert [str(escape(column.named("usr_1"))), column.cell("usr_2")] == [SAFE, "usr_2"]
