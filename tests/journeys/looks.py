"""A page as people see it, light on a desk and dark in a hand, judged by axe: no WCAG 2.1 A or AA violation."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from axe_playwright_python.sync_playwright import Axe

AXE = Axe().axe_script
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
LOOKS: list[tuple[str, int, dict[str, Any]]] = [
    ("light", 1280, {"runOnly": WCAG, "rules": {"color-contrast": {"enabled": False}}}),
    ("dark", 390, {"runOnly": ["scrollable-region-focusable", "link-in-text-block"]}),
]
"""The second look asks only what depends on colours and width."""
CONTRAST = """async (judged) => {
  const known = new Set(judged), fresh = new Map(), grounds = new Map();
  const ground = (element) => {
    if (!element) return "";
    if (!grounds.has(element)) {
      const { backgroundColor, backgroundImage, opacity, position, filter } = getComputedStyle(element);
      const own = [backgroundColor, backgroundImage, opacity, position, filter].join();
      const plain = own === "rgba(0, 0, 0, 0),none,1,static,none";
      grounds.set(element, ground(element.parentElement) + (plain ? "" : "/" + own));
    }
    return grounds.get(element);
  };
  for (const element of document.body.querySelectorAll("*")) {
    const speaks = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!(speaks || element.matches("input, select, textarea")) || !element.checkVisibility()) continue;
    const { color, fontSize, fontWeight, textShadow } = getComputedStyle(element);
    const look = [color, fontSize, fontWeight, textShadow, element.matches(":disabled"), ground(element)].join();
    if (!known.has(look) && !fresh.has(look)) fresh.set(look, element);
  }
  const include = [...fresh.values()];
  const asked = { runOnly: ["color-contrast"], resultTypes: ["violations"] };
  return [[...fresh.keys()], include.length ? await axe.run({ include }, asked) : { violations: [] }];
}"""
"""Contrast is four fifths of axe's time, and the same wherever text and what lies behind it look the same: so text of
each look is asked about where it is first met."""


class Looks:
    """An eye that goes from page to page, and remembers which texts it found readable."""

    def __init__(self) -> None:
        self._readable: dict[str, set[str]] = defaultdict(set)

    def violations(self, page: Any) -> list[str]:
        """What is wrong with the page that is open, in sentences."""
        page.evaluate(AXE)
        return [wrong for look in LOOKS for wrong in self._violations(page, *look)]

    def _violations(self, page: Any, scheme: str, width: int, rules: dict[str, Any]) -> list[str]:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        ruled = page.evaluate("rules => axe.run('html', rules)", {**rules, "resultTypes": ["violations"]})
        fresh, contrast = page.evaluate(CONTRAST, list(self._readable[scheme]))
        if not contrast["violations"]:
            self._readable[scheme].update(fresh)
        found = [*ruled["violations"], *contrast["violations"]]
        nodes = [(rule["id"], node) for rule in found for node in rule["nodes"]]
        said = [f"{name} {node['target']} {node['failureSummary'].splitlines()[-1].strip()}" for name, node in nodes]
        return [f"{page.url} ({scheme}, {width}): {wrong}" for wrong in ["wider than its window"] * wide + said]
