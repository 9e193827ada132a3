"""Markdown of strangers: what it means is shown, nothing in it acts, and no text takes long."""

from html.parser import HTMLParser
from time import process_time
from urllib.parse import urlsplit

import pytest

from adapters.markup import MarkdownMarkup

MARKS = (
    "p", "blockquote", "li", "em", "strong", "del", "table", "thead", "tbody", "tr", "td", "th", "br", "code", "pre",
    "hr", "ul", "h2", "h3", "h4", "h5", "h6",
)  # fmt: skip
ALLOWED = {
    "a": {"href", "title", "rel"}, "img": {"src", "alt", "title", "loading"}, "ol": {"start"},
    **{tag: frozenset() for tag in MARKS},
}  # fmt: skip
LONG = 100_000
HOSTILE = [
    "<script>alert(1)</script>",
    "a <img src=x onerror=alert(1)> b",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<math><mi//xlink:href='data:x,<script>alert(4)</script>'>",
    "<iframe src='javascript:alert(1)'></iframe><style>*{color:red}</style>",
    "[a](javascript:alert(1)) [b](JaVaScRiPt:alert(1)) [c](java&#10;script:alert(1)) [d](\\javascript:x)",
    "[a](data:text/html;base64,PHNjcmlwdD4=) ![b](data:image/svg+xml,<svg/onload=alert(1)>)",
    "<vbscript:x>",
    "![x](https://tracker.example/p.gif)",
    "![y](</\t/tracker.example/p.gif>) ![z](/&NewLine;/tracker.example/p.gif) ![](/&Tab;/tracker.example/p.gif)",
    "![x](https://ours.example\\@tracker.example/p.gif)",
    "![y](//tracker.example/p.gif) ![z](/\\tracker.example/p.gif) ![](javascript:x)",
    '[a](http://x.example/"onmouseover="alert(1)) ![a" onerror="alert(1)](/b.png "t\' onload=\'x")',
    "[a](<http://x.example/><script>alert(1)</script>)",
    "http://x.example/\"><script>alert(1)</script> https://x.example/'onclick='x",
    '<a href="/x" id="main" class="btn" style="position:fixed">x</a>',
    "`</code><script>x</script>`\n\n```\"><script>\n</code></pre><script>x</script>\n```",
    "[a]: javascript:alert(1)\n[a] [b\n\n| <b> | `|` |\n|--|\n| ![x](y) |",
    "&#60;script&#62; &lt;script&gt; \x1b \u202e \ud7ff &#0; \ufeff",
    "[![x](https://a.example/b.png)](https://c.example) [a [b](c) d](e)",
    "*a **b ~~c `d [e ![f <g &h \\",
]  # fmt: skip
DEEP = {
    "brackets": "[" * LONG, "pictures": "![" * (LONG // 2), "links": "[a](" * (LONG // 4), "quotes": ">" * LONG,
    "stars": "*a _b " * (LONG // 6), "lists": "- " * (LONG // 2), "tags": "<i>" * (LONG // 3), "ticks": "`" * LONG,
    "table": "|a" * 2_000 + "|\n" + "|-" * 2_000 + "|\n" + "|x\n" * 20_000, "entities": "&" * LONG,
    "addresses": "http://a.b/" + "{}[" * (LONG // 3), "slashes": "://" * (LONG // 3),
    "schemes": "http://" * (LONG // 7),
    "references": "".join(f"[a{n}]: /u\n" for n in range(5_000)) + "[a1] " * 8_000, "lines": "> a\n" * (LONG // 4),
    "indents": "\n".join("  " * n + "- a" for n in range(400)), "open tags": "<a " * (LONG // 3),
}  # fmt: skip


class Reader(HTMLParser):
    """Collects what is not allowed, and where links and pictures lead."""

    def __init__(self, html):
        super().__init__()
        self.strange, self.links, self.pictures, self.depth, self.deepest = [], [], [], 0, 0
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag not in ALLOWED or given.keys() - ALLOWED[tag]:
            self.strange.append((tag, attributes))
        if tag == "a":
            self.links.append(given.get("href"))
            assert given["rel"] == "nofollow ugc noopener"
        if tag == "img":
            self.pictures.append(given.get("src"))
        self.depth += tag not in ("br", "hr", "img")
        self.deepest = max(self.deepest, self.depth)

    def handle_endtag(self, tag):
        self.depth -= 1

    def handle_comment(self, data):
        self.strange.append(data)


@pytest.fixture
def markup():
    return MarkdownMarkup("https://ours.example")


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_text_acts(markup, text):
    read = Reader(markup.html(text))
    assert read.strange == []
    assert {urlsplit(link or "").scheme for link in read.links} <= {"", "http", "https", "mailto"}
    seen = [one.translate(dict.fromkeys(range(32))) for one in read.pictures]  # as browsers read addresses
    assert [one for one in seen if not one.startswith("/") or one.startswith(("//", "/\\"))] == []
    assert "\n" not in markup.plain(text, 50)


@pytest.mark.parametrize("name", DEEP)
def test_no_text_takes_long_or_lies_deep(markup, name):
    began = process_time()
    html = markup.html(DEEP[name][:LONG])
    markup.plain(DEEP[name], 200)
    assert process_time() - began < 4
    read = Reader(html)
    assert (read.strange, read.deepest <= 60) == ([], True)
    assert len(html) < 60 * LONG


def test_what_people_write_is_shown(markup):
    text = "# One\n\nSome *text*, **bold**, ~~gone~~, `a<b`.\nNext  \nbroken\n\n> said\n\n1. a\n2. b\n\n---\n\n"
    text += "```py\nx\n```\n"
    assert markup.html(text) == (
        "<h2>One</h2><p>Some <em>text</em>, <strong>bold</strong>, <del>gone</del>, <code>a&lt;b</code>.\nNext<br>\n"
        "broken</p>\n<blockquote><p>said</p>\n</blockquote><ol><li>a</li>\n<li>b</li>\n</ol><hr>\n"
        "<pre><code>x\n</code></pre>\n"
    )
    assert markup.html("|a|b|\n|-|-|\n|1|*2*|") == (
        "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td><em>2</em></td></tr>\n"
        "</tbody></table>"
    )


def test_headings_stand_below_those_of_the_page(markup):
    assert markup.html("# a\n## b", below=2) == "<h3>a</h3><h4>b</h4>"
    assert markup.html("###### a", below=1) == "<h6>a</h6>"


def test_pictures_are_shown_from_this_site_and_linked_from_elsewhere(markup):
    rel = 'rel="nofollow ugc noopener"'
    assert markup.html("![Alt *x*](/files/a.png 'T')") == (
        '<p><img src="/files/a.png" title="T" alt="Alt x" loading="lazy"></p>\n'
    )
    assert markup.html("![A](https://ours.example/a.png)") == (
        '<p><img src="https://ours.example/a.png" alt="A" loading="lazy"></p>\n'
    )
    assert (
        markup.html("![A](https://else.example/a.png)") == f'<p><a href="https://else.example/a.png" {rel}>A</a></p>\n'
    )
    assert markup.html("[![A](https://else.example/a.png)](/x)") == f'<p><a href="/x" {rel}>A</a></p>\n'


def test_bare_addresses_are_links_without_the_end_of_their_sentence(markup):
    link = '<a href="https://a.example/b?c=1&amp;d" rel="nofollow ugc noopener">https://a.example/b?c=1&amp;d</a>'
    assert markup.html("See (https://a.example/b?c=1&d).") == f"<p>See ({link}).</p>\n"
    mail = '<a href="mailto:a@b.example" rel="nofollow ugc noopener">a@b.example</a>'
    assert markup.html("`https://a.example` <a@b.example>") == f"<p><code>https://a.example</code> {mail}</p>\n"


def test_words_alone_are_on_one_line_and_no_longer_than_asked(markup):
    assert markup.plain("# Hi *you*\n\nthere `x` [l](u)\n\n- a\n- b", 60) == "Hi you there x l a b"
    assert markup.plain("word " * 50, 20) == "word word word word…"
