"""Addresses of the site are parsed as Werkzeug parses them."""

import pytest
from werkzeug.routing import Map, Rule

from entrypoints.web.rules import LateRule


@pytest.mark.parametrize(
    "text",
    [
        "/",
        "/admin/",
        "/a.b/c-d",
        "/a//b",
        "/users/<name>",
        "/users/<name>/",
        "/files/<path:rest>/",
        "/a|b/(c)/%",
        "/ä/x y",
    ],
)
def test_rule_is_taken_apart_as_werkzeug_does(text):
    ours, theirs = (kind(text, endpoint="x") for kind in (LateRule, Rule))
    for rule in (ours, theirs):
        Map([rule])
    assert (ours._parts, ours._trace, ours.arguments) == (theirs._parts, theirs._trace, theirs.arguments)
