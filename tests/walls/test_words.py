"""The words of the pages: every text is marked, translated, and keeps its placeholders in every language."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from entrypoints.languages.gather import TRANSLATED, catalogue, template, waits

SOURCES = Path(__file__).parents[2] / "src" / "entrypoints"
DEVELOPERS = {
    "docs.html",
    "inbox.html",
    "_inbox_list.html",
    "_inbox_channels.html",
    "_inbox_message.html",
    "_inbox_trouble.html",
    "problem_kind.html",
}
"""Pages for developers are in English."""
TEMPLATES = [path for path in sorted(SOURCES.rglob("templates/**/*.html")) if path.name not in DEVELOPERS]
PLACE = re.compile(r"%\(\w+\)s|</?\w+")
CODE = re.compile(
    r"{#.*?#}|{%-?\s*trans\b.*?endtrans\s*-?%}|{% block (?:width|body_class) %}.*?{% endblock %}|{%.*?%}|{{.*?}}", re.S
)
SAID = {"alt", "title", "aria-label", "placeholder", "label", "data-label", "data-busy"}
WORD = re.compile(r"[A-Za-z]{2}")
SENTENCE = re.compile(r"[A-Z][a-z]+( .*)?$|.*[a-z] [a-z].*")
MARKS = ("_", "gettext", "ngettext")
NAMES = {
    "API", "Atom", "Ctrl K", "/api/v1/rates", "/api/v1/rates/convert", "/api/v1/places", "/api/v1/places/near",
    "flask places seed", "audit entry", "run now",
}  # fmt: skip
"""What is called the same in every language, and what is compared but not shown."""


def told(message):
    return message.string if isinstance(message.string, tuple) else (message.string,)


class _Reader(HTMLParser):
    """Collects what people read of a template whose code was taken out."""

    def __init__(self):
        super().__init__()
        self.found, self._is_silent = [], False

    def handle_starttag(self, tag, attributes):
        self._is_silent = tag in ("script", "style")
        self._hear(*(value for name, value in attributes if name in SAID))

    def handle_endtag(self, tag):
        self._is_silent = False

    def handle_data(self, text):
        if not self._is_silent and '="' not in text:  # a macro of attributes
            self._hear(*text.split("·"))

    def _hear(self, *texts):
        said = (text.strip() for text in texts if text)
        self.found += [text for text in said if WORD.search(text) and not text.startswith("data-")]


def between_the_code(source):
    reader = _Reader()
    reader.feed(CODE.sub(" ", source))
    return reader.found


def inside_the_code(source):
    tree = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(source)
    calls = [call for call in tree.find_all(nodes.Call) if getattr(call.node, "name", "") in MARKS]
    arguments = [argument for call in calls for argument in call.args]
    marked = {id(one) for argument in arguments for one in (argument, *argument.find_all(nodes.Const))}
    texts = [one.value for one in tree.find_all(nodes.Const) if id(one) not in marked and isinstance(one.value, str)]
    return [text for text in texts if SENTENCE.match(text)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_text_of_a_template_is_marked(path):
    source = path.read_text()
    assert [text for text in between_the_code(source) + inside_the_code(source) if text not in NAMES] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_translation_keeps_the_placeholders_and_the_markup(language):
    """Of what depends on a number, the form for one may do without it: "one field" for "1 field"."""
    for message in (message for message in catalogue(language) if message.id):
        said = message.id if isinstance(message.id, tuple) else (message.id,)
        places = set(PLACE.findall(said[-1]))
        assert set(PLACE.findall(told(message)[-1])) == places, message.id
        assert all(set(PLACE.findall(text)) <= places for text in told(message)), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_everything_that_is_said_is_translated(app, language):
    """After `make words`: a message without a translation, or one marked fuzzy, waits for a person."""
    kept = catalogue(language)
    missing = [message.id for message in template(app) if message.id and message.id not in kept]
    waiting = [message.id for message in kept if waits(message)]
    assert (missing, waiting) == ([], []), "Run `make words`, then translate them in src/entrypoints/languages/."
