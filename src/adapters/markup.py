"""Markdown read by pulldown-cmark, linear whatever is in a text; what it found is written down here tag by tag, and
washed once more by ammonia. It knows no page and no post."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import escape
from typing import Any

import nh3
import pyromark

READ = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_STRIKETHROUGH
DEEPEST = 24
"""What lies deeper keeps its words and loses its marks: parsers of HTML go down where tags lie too deep."""
TAGS = {
    "Paragraph": "p", "BlockQuote": "blockquote", "Item": "li", "Emphasis": "em", "Strong": "strong",
    "Strikethrough": "del", "Table": "table", "TableHead": "thead", "TableRow": "tr", "TableCell": "td",
    "CodeBlock": "pre", "HtmlBlock": "p",
}  # fmt: skip
BEGUN = {"pre": "<pre><code>"}
ENDED = {"pre": "</code></pre>\n", "p": "</p>\n", "li": "</li>\n", "tr": "</tr>\n"}
BREAKS = {"SoftBreak": "\n", "HardBreak": "<br>\n", "Rule": "<hr>\n"}
ADDRESS = re.compile(r"\bhttps?://[^\s<>\"]+")
ODD = re.compile(r"[\x00-\x1f\\]")
TRAILING = ".,:;!?'*_~)]}"
WASH = nh3.Cleaner(
    tags={
        *TAGS.values(),
        "a",
        "br",
        "code",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "img",
        "ol",
        "pre",
        "tbody",
        "th",
        "ul",
    },
    attributes={"a": {"href", "title"}, "img": {"src", "alt", "title", "loading"}, "ol": {"start"}},
    url_schemes={"http", "https", "mailto"},
    link_rel="nofollow ugc noopener",
)


class MarkdownMarkup:
    """`core.ports.markup.Markup`. `site` is our own address: pictures are shown from there only, since any other server
    would learn who reads what."""

    def __init__(self, site: str) -> None:
        self._ours = f"{site.rstrip('/')}/"

    def html(self, text: str, below: int = 1) -> str:
        return WASH.clean(Writer(below, self._is_ours).write(pyromark.events(text, options=READ)))

    def plain(self, text: str, most: int) -> str:
        words, size = [], 0
        for event in pyromark.events(text, options=READ):
            said = _said(event)
            words.append(said)
            size += len(said.strip())
            if size > most:
                break
        line = " ".join("".join(words).split())
        return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"

    def _is_ours(self, address: str) -> bool:
        """Browsers leave out line breaks and tabs, and take a backslash for a slash."""
        return ODD.search(address) is None and (address.startswith(self._ours) or (address[:1] == "/" != address[1:2]))


class Writer:
    """Writes down one text, from what was read in it."""

    def __init__(self, below: int, is_ours: Callable[[str], bool]) -> None:
        self._below, self._is_ours = below, is_ours
        self._out: list[str] = []
        self._ends: list[str] = []
        self._picture: dict[str, str] | None = None
        self._inside = {"a": 0, "pre": 0, "thead": 0}

    def write(self, events: Iterable[Any]) -> str:
        """Return the HTML of these events."""
        for event in events:
            if isinstance(event, str):
                self._put(" " if self._picture is not None else BREAKS.get(event, ""))
                continue
            [(kind, what)] = event.items()
            if kind == "Start":
                self._start(*_named(what))
            elif kind == "End":
                self._end()
            else:
                self._say(kind, str(what))
        return "".join(self._out)

    def _start(self, name: str, details: Any) -> None:
        if self._picture is not None or len(self._ends) >= DEEPEST:
            self._ends.append("")
        elif name == "Image":
            self._picture = {"src": details["dest_url"], "title": details["title"], "alt": ""}
            self._ends.append("picture")
        else:
            tag, attributes = self._tag(name, details)
            self._put(BEGUN.get(tag, f"<{tag}{attributes}>") if tag else "")
            self._ends.append(tag)
            self._count(tag, 1)

    def _tag(self, name: str, details: Any) -> tuple[str, str]:
        if name == "Heading":
            return f"h{min(6, int(details['level'][1]) + self._below)}", ""
        if name == "Link":
            mail = "mailto:" if details["link_type"] == "Email" else ""
            return "a", _attributes(href=mail + details["dest_url"], title=details["title"])
        if name == "List":
            return ("ul", "") if details is None else ("ol", "" if details == 1 else _attributes(start=str(details)))
        if name == "TableCell" and self._inside["thead"]:
            return "th", ""
        return TAGS.get(name, ""), ""

    def _end(self) -> None:
        tag = self._ends.pop()
        if tag == "picture":
            picture, self._picture = self._picture or {}, None
            self._put(self._shown(**picture))
        elif tag:
            self._put(ENDED.get(tag, f"</{tag}>"))
            self._count(tag, -1)

    def _say(self, kind: str, words: str) -> None:
        if self._picture is not None:
            self._picture["alt"] += words
        elif kind == "Code":
            self._put(f"<code>{escape(words)}</code>")
        elif kind == "Text" and not self._inside["a"] and not self._inside["pre"]:
            self._put(_linked(words))
        else:
            self._put(escape(words))

    def _shown(self, src: str, title: str, alt: str) -> str:
        if self._is_ours(src):
            return f'<img{_attributes(src=src, title=title)} alt="{escape(alt)}" loading="lazy">'
        words = escape(alt.strip() or src)
        return words if self._inside["a"] else f"<a{_attributes(href=src, title=title)}>{words}</a>"

    def _count(self, tag: str, change: int) -> None:
        if tag in self._inside:
            self._inside[tag] += change

    def _put(self, words: str) -> None:
        if self._picture is None:
            self._out.append(words)
        else:
            self._picture["alt"] += words


def _named(what: Any) -> tuple[str, Any]:
    """A mark and what is said of it: some say nothing."""
    if isinstance(what, str):
        return what, None
    [(name, details)] = what.items()
    return name, details


def _said(event: Any) -> str:
    """The words of an event; what begins or ends stands apart from the words around it."""
    if isinstance(event, str):
        return " "
    [(kind, what)] = event.items()
    if kind in ("Text", "Code"):
        return str(what)
    inline = ("Emphasis", "Strong", "Strikethrough", "Link")
    return "" if kind in ("Start", "End") and _named(what)[0] in inline else " "


def _linked(words: str) -> str:
    """Text with its bare addresses as links; dots and brackets that end a sentence are not theirs."""
    out, at = [], 0
    for found in ADDRESS.finditer(words):
        address = found[0].rstrip(TRAILING)
        if address.endswith("/") and len(address) < len("http://x"):
            continue
        out += [escape(words[at : found.start()]), f"<a{_attributes(href=address)}>{escape(address)}</a>"]
        at = found.start() + len(address)
    return "".join((*out, escape(words[at:])))


def _attributes(**given: str) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in given.items() if value)
