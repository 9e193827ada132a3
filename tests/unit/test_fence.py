"""What a template that people wrote may not do, and what becomes of a message whose template does it."""

from time import monotonic

import pytest

from adapters.stationery.jinja import JinjaStationery
from core.domain.contact import DELIVERED
from core.domain.kernel.errors import Invalid
from core.ports.stationery import Words

STATIONERY = JinjaStationery("Harbour", "https://harbour.example/")
LONG = {"message": "long " * 2_000, "lines": list(range(1_000)), "subject": "Engines", "name": "Ada"}
DEEP = "{% if name %}" * 200 + "x" + "{% endif %}" * 200
REFUSED = {
    "{{ name.__class__.__mro__ }}": "_",
    "{{ name['__class__'] }}": "_",
    "{{ name[subject] }}": "_",
    "{{ _budget }}": "_",
    "{{ self._TemplateReference__context }}": "_",
    "{{ self }}": "no fact 'self'",
    "{{ name.upper }}": "unsafe",
    "{{ name.upper() }}": "call is not allowed",
    "{{ range(10 ** 9)|length }}": "not allowed",
    "{{ 'x' * 10 ** 9 }}": "not allowed",
    "{{ name|attr('upper') }}": "no filter 'attr'",
    "{{ name|center(1000000000) }}": "no filter 'center'",
    "{{ '%1000000000d'|format(1) }}": "no filter 'format'",
    "{{ name|safe }}": "no filter 'safe'",
    "{{ lines|map('string')|list }}": "no filter",
    "{% set x = message ~ message %}{{ x }}": "assign is not allowed",
    "{% with x = message ~ message %}{{ x }}{% endwith %}": "with is not allowed",
    "{% macro m() %}{{ m() }}{% endmacro %}": "macro is not allowed",
    "{% include 'contact_received/mail.html' %}": "include is not allowed",
    "{% import 'frame.html' as f %}": "import is not allowed",
    "{% extends 'contact_received/mail.html' %}": "may only extend",
    "{% extends name %}": "may only extend",
    "{% autoescape false %}{{ name }}{% endautoescape %}": "not allowed",
    "{% for a in lines recursive %}{{ a }}{% endfor %}": "may not call itself",
    "{% for a in lines %}{% for b in lines %}{% endfor %}{% endfor %}": "more than 1,000 times",
    "{% for a in message %}{% for b in message %}{% for c in message %}{% endfor %}{% endfor %}{% endfor %}": "times",
    "{% for a in lines %}{{ message }}{% endfor %}": "more than 200,000 characters",
    "{% raw %}{{ x }}{% endraw %}": "raw",
    "{{ nmae }}": "There is no fact 'nmae'. There are: lines, message, name, subject.",
    "{{ name.first }}": "no attribute 'first'",
    "{{ name": "Line 1: ",
    "{% if name %}": "Line 1: ",
    "{{ " + "(" * 3_000 + "name" + ")" * 3_000 + " }}": "",
    "{{ " + "9" * 6_000 + " }}": "",
    "{{ name|short('x') }}": "",
    DEEP: "Too much lies in each other",
    "{{ " + " or ".join(["name"] * 150) + " }}": "Too much lies in each other",
    "{{ name" + "|upper" * 150 + " }}": "Too much lies in each other",
    "x" * 10_001: "10,000 are the most",
    " {{ '' }} ": "It would be empty",
}


def pull(source: str, channel: str = "sms", facts=LONG, **fields: str):
    return STATIONERY.pull(channel, {"text": source, **fields}, facts)


@pytest.mark.parametrize("source", REFUSED, ids=lambda source: source[:60])
def test_template_is_refused_with_a_sentence_and_at_once(source: str) -> None:
    began = monotonic()
    with pytest.raises(Invalid) as refused:
        pull(source)
    assert REFUSED[source] in refused.value.fields["text"]
    assert refused.value.fields["text"]
    assert monotonic() - began < 2.5


def test_template_that_takes_long_is_stopped() -> None:
    slow = "{% if message|upper|length == 0 %}.{% endif %}" * 180
    began = monotonic()
    with pytest.raises(Invalid, match="takes longer than 1 s"):
        pull("{% for a in lines %}" + slow + "{% endfor %}", facts={**LONG, "message": "long " * 20_000})
    assert monotonic() - began < 2.5


@pytest.mark.parametrize("html", ["<script>alert(1)</script>", "< SCRIPT>", "<link href=x>", "<b>" * 9_000])
def test_html_that_no_reader_shows_or_no_parser_survives_is_refused(html: str) -> None:
    with pytest.raises(Invalid) as refused:
        pull("Hello", "mail", subject="Hello", html=html)
    assert list(refused.value.fields) == ["html"]


def test_html_of_a_template_is_escaped_and_framed() -> None:
    html = '{% extends "frame.html" %}{% block content %}<p class="fact">{{ name }}</p>{% endblock %}'
    letter = pull("Hello", "mail", {"name": "<b>Ada</b>"}, subject="Hi", html=html)
    assert '<p class="fact" style="' in letter.html
    assert "&lt;b&gt;Ada&lt;/b&gt;" in letter.html


@pytest.mark.parametrize("gap", ["\n", "\r\n", "\u2028", "\x85"])
def test_subject_of_a_template_stays_on_one_line(gap: str) -> None:
    facts = {"name": f"Ada{gap}Bcc: you@example.com"}
    letter = pull("Hello", "mail", facts, subject="Hi{{ '\\n' }}\n{{ name }}", html="")
    assert letter.subject == "Hi Ada Bcc: you@example.com"


def test_link_and_language_of_a_template_are_checked() -> None:
    with pytest.raises(Invalid) as refused:
        pull("Hello", "push", title="Hi", link="javascript:alert(1)")
    assert list(refused.value.fields) == ["link"]
    with pytest.raises(Invalid) as refused:
        pull("Hello", "call", language="English, please")
    assert list(refused.value.fields) == ["language"]


def test_loop_over_facts_is_printed() -> None:
    facts = {"lines": [{"label": "tasks", "number": 1234}]}
    assert pull(
        "{% for one in lines %}{{ loop.index }}: {{ one.label|upper }} {{ one.number|number }}{% endfor %}", facts=facts
    ) == (Words(text="1: TASKS 1,234"))


@pytest.mark.parametrize("channel", DELIVERED.channels)
def test_what_comes_with_the_code_passes_the_fence(channel: str) -> None:
    assert STATIONERY.pull(channel, STATIONERY.printed("contact_delivered", channel), DELIVERED.sample)
