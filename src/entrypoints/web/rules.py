"""Addresses of the site, each with code to write it down that is compiled when it is first asked for: of some 250 most
are only ever matched, and compiling them all was half of the time in which a site is built."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


class LateRule(Rule):
    """Werkzeug's rule; should `_compile_builder` be called otherwise one day, all is compiled at once as it was."""

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        compiled: list[Builder] = []

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            if not compiled:
                compiled.append(super(LateRule, self)._compile_builder(append_unknown))
            return compiled[0](rule, **values)

        return build


class Site(Flask):
    """Flask with such rules."""

    url_rule_class = LateRule
