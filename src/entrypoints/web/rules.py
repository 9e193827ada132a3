"""Addresses of the site, each with code to write it down that is compiled when it is first asked for: of some 250 most
are only ever matched, and compiling them all was half of the time in which a site is built. Where nothing in one varies
it is written down once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, cached_property
from typing import Any

from flask import Flask, has_request_context, request
from werkzeug.routing import Rule
from werkzeug.routing.rules import RulePart, Weighting

from entrypoints.web.cookies import Cookies

Builder = Callable[..., tuple[str, str]]
MOST = 2_000
"""So many addresses are kept."""


class LateRule(Rule):
    """Werkzeug's rule; should `_compile_builder` be called otherwise one day, all is compiled at once as it was."""

    def _parse_rule(self, rule: str) -> Iterable[RulePart]:
        """Werkzeug's own takes half of the time in which a panel is built, most of it for words as they stand."""
        if "<" in rule:
            yield from super()._parse_rule(rule)
            return
        for number, word in enumerate(rule.split("/")):
            self._trace += [(False, "/")] * bool(number) + [(False, word)] * bool(word)
            yield _literal(word)

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        compiled: list[Builder] = []

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            if not compiled:
                compiled.append(super(LateRule, self)._compile_builder(append_unknown))
            return compiled[0](rule, **values)

        return build


@cache
def _literal(word: str) -> RulePart:
    weights = [(0, -len(word))] if word else []
    return RulePart(
        content=word, final=False, static=True, suffixed=False, weight=Weighting(-len(weights), weights, 0, [])
    )


class Site(Flask):
    """Flask with such rules, which writes an address in which nothing varies down once; no view is a coroutine."""

    url_rule_class = LateRule
    session_interface = Cookies()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return it as it is: Flask asks of a dozen functions in each request whether they are coroutines."""
        return func

    @cached_property
    def _written(self) -> dict[tuple[Any, ...], str]:
        return {}

    def url_for(self, /, endpoint: str, **values: Any) -> str:
        """As `Flask.url_for`. A page has some fifty addresses, and next to all are of pages and of static files.

        What `url_defaults` adds is part of what an address is kept by.
        """
        asked = {name: value for name, value in values.items() if value is not None}
        if asked.keys() - {"filename"} or endpoint.startswith(".") or not has_request_context():
            return super().url_for(endpoint, **values)
        self.inject_url_defaults(endpoint, asked)
        key = request.script_root, endpoint, *asked.items()
        if key not in self._written:
            if len(self._written) >= MOST:
                self._written.clear()
            self._written[key] = super().url_for(endpoint, **values)
        return self._written[key]
