"""The fence around templates that people wrote: what is not allowed in one is refused when it is read.

Jinja's sandbox keeps a template from our objects. It does not keep it from taking all of a worker's time and memory, so
there is a list of what a template may consist of (no call, no assignment, no arithmetic, no macro: nothing that grows
by itself), loops are counted, what is printed is counted, and all of it has a second.
"""

import re
from collections.abc import Iterable, Iterator
from time import monotonic
from typing import Any

from jinja2 import Template, TemplateSyntaxError, nodes, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from adapters.stationery.filters import FILTERS
from adapters.stationery.inlining import FRAME

PARTS = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Extends, nodes.Block, nodes.If, nodes.For, nodes.Name,
    nodes.Const, nodes.Getattr, nodes.Getitem, nodes.Filter, nodes.Test, nodes.CondExpr, nodes.Compare, nodes.Operand,
    nodes.And, nodes.Or, nodes.Not, nodes.Concat, nodes.List, nodes.Tuple,
)  # fmt: skip
JINJAS = {"capitalize", "default", "first", "last", "length", "lower", "title", "trim", "upper"}
JINJAS_OWN = {"self", "super", "caller", "varargs", "kwargs"}
TESTS = {"defined", "none", "undefined", "odd", "even"}
LONGEST = {"html": 20_000, "text": 10_000}
LONGEST_HEAD = 1_000
MOST_ROUNDS, MOST_PRINTED, SECONDS = 1_000, 200_000, 1.0
DEEPEST = 24
"""Python's own compiler takes seconds where a hundred brackets lie in each other."""
MOST_TAGS = 1_000
"""A parser written in C or Rust goes down with its process where tags lie too deep in each other."""
UNREAD = re.compile(r"<\s*/?\s*(script|link|iframe|object|embed|base|form|meta)\b", re.IGNORECASE)
RAW = re.compile(r"\{%[-+]?\s*raw\b")


class Budget:
    """What one printing may still use."""

    def __init__(self) -> None:
        self._rounds, self._printed, self._until = MOST_ROUNDS, MOST_PRINTED, monotonic() + SECONDS

    def go_round(self) -> None:
        """Use a round of a loop. Raises `ValueError` when there is none left."""
        self._rounds -= 1
        self._check(self._rounds, f"goes round its loops more than {MOST_ROUNDS:,} times")

    def print(self, size: int) -> None:
        """Use the room for `size` characters. Raises `ValueError` when there is none left."""
        self._printed -= size
        self._check(self._printed, f"prints more than {MOST_PRINTED:,} characters")

    def _check(self, left: int, sentence: str) -> None:
        if left < 0:
            raise ValueError(f"The template {sentence}. Say less.")
        if monotonic() > self._until:
            raise ValueError(f"The template takes longer than {SECONDS:.0f} s to print. Make it simpler.")


class FencedTemplate(Template):
    """Prints within a budget."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        """Print. Raises `ValueError` for one that takes too much, and whatever its marks raise."""
        budget, said = Budget(), []
        for piece in self.generate(*args, **kwargs, _budget=budget):
            budget.print(len(piece))
            said.append(piece)
        return "".join(said)


class Fenced(ImmutableSandboxedEnvironment):
    """Reads templates that people wrote."""

    template_class = FencedTemplate

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.globals.clear()
        self.filters["_counted"] = _counted

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Only what is data."""
        return super().is_safe_attribute(obj, attr, value) and not callable(value)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Read, refuse, and have every loop counted."""
        tree: nodes.Template = super()._parse(source, name, filename)
        for node, depth in list(_within(tree)):
            _refuse(node, depth)
        for loop in list(tree.find_all(nodes.For)):
            loop.iter = nodes.Filter(loop.iter, "_counted", [], [], None, None, lineno=loop.lineno)
        return tree


def check_source(name: str, source: str) -> None:
    """Raise `ValueError` for a field that is too long, or has in it what no reader of mail shows."""
    most = LONGEST.get(name, LONGEST_HEAD)
    if len(source) > most:
        raise ValueError(f"It has {len(source):,} characters; {most:,} are the most. Make it shorter.")
    if RAW.search(source):
        raise ValueError("{% raw %} is not allowed here. Take it out.")
    if name == "html":
        _check_tags(source)


def _check_tags(source: str) -> None:
    unread = UNREAD.search(source)
    if unread:
        raise ValueError(f"No mail reader shows a <{unread[1].lower()}>. Take it out.")
    if source.count("<") > MOST_TAGS:
        raise ValueError(f"It has more than {MOST_TAGS:,} tags. Make it simpler.")


def _within(node: nodes.Node, depth: int = 0) -> Iterator[tuple[nodes.Node, int]]:
    """Every part of a template, and how deep it lies."""
    yield node, depth
    for child in node.iter_child_nodes() if depth <= DEEPEST else ():
        yield from _within(child, depth + 1)


def _refuse(node: nodes.Node, depth: int) -> None:
    """Raise `TemplateSyntaxError` for what is not allowed in a template."""
    wrong = "" if isinstance(node, PARTS) else f"{type(node).__name__.lower()} is not allowed here. Print facts only."
    if isinstance(node, nodes.Filter):
        wrong = _unknown("filter", node.name, JINJAS | set(FILTERS))
    elif isinstance(node, nodes.Test):
        wrong = _unknown("test", node.name, TESTS)
    elif isinstance(node, nodes.Extends) and getattr(node.template, "value", "") != FRAME:
        wrong = f'A template may only extend "{FRAME}".'
    elif isinstance(node, nodes.Name) and node.name in JINJAS_OWN:
        wrong = f"There is no fact {node.name!r}. Use one of the facts."
    elif isinstance(node, nodes.For) and node.recursive:
        wrong = "A loop may not call itself. Take out the word recursive."
    if depth > DEEPEST:
        wrong = "Too much lies in each other here. Take it apart."
    if not wrong and any(word.startswith("_") for word in _words(node)):
        wrong = "Nothing that begins with a _ can be said. Use one of the facts."
    if wrong:
        raise TemplateSyntaxError(wrong, getattr(node, "lineno", 1) or 1)


def _unknown(what: str, name: str, known: set[str]) -> str:
    return "" if name in known else f"There is no {what} {name!r}. There are: {', '.join(sorted(known))}."


def _words(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, nodes.Name):
        yield node.name
    elif isinstance(node, nodes.Getattr):
        yield node.attr
    elif isinstance(node, nodes.Getitem):
        yield str(node.arg.value) if isinstance(node.arg, nodes.Const) else "_"


@pass_context
def _counted(context: Context, given: Iterable[Any]) -> Iterator[Any]:
    budget: Budget = context.resolve("_budget")
    for one in given:
        budget.go_round()
        yield one
