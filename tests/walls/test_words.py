"""The catalogues: every message keeps its placeholders."""

import re

import pytest

from entrypoints.languages.gather import TRANSLATED, catalogue

PLACE = re.compile(r"%\(\w+\)s|</?\w+")


def told(message):
    return message.string if isinstance(message.string, tuple) else (message.string,)


@pytest.mark.parametrize("language", TRANSLATED)
def test_translation_keeps_the_placeholders_and_the_markup(language):
    """Of what depends on a number, the form for one may do without it: "one field" for "1 field"."""
    for message in (message for message in catalogue(language) if message.id):
        said = message.id if isinstance(message.id, tuple) else (message.id,)
        places = set(PLACE.findall(said[-1]))
        assert set(PLACE.findall(told(message)[-1])) == places, message.id
        assert all(set(PLACE.findall(text)) <= places for text in told(message)), message.id
