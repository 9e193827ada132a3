"""A person's data as a ZIP: one JSON file a table, the files themselves, and a page to read it all with."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from html import escape
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

import orjson

from core.domain.kernel.personal import Held
from core.ports.personal import Person, Row

HEAD = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }}
section {{ margin-top: 2.5rem }} dl {{ display: grid; grid-template-columns: minmax(6rem, 12rem) 1fr; margin: 0 }}
dl {{ border-top: 1px solid #8885; padding: .5rem 0 }} dt {{ opacity: .75 }}
dd {{ margin: 0; overflow-wrap: anywhere; white-space: pre-wrap }}
</style>
<h1>{title}</h1>
<p>The same is in the folder <code>data</code>, a JSON file for each part, for programs to read.</p>
"""


class ZipBundle:
    """`core.ports.personal.Bundles`."""

    def write(
        self,
        file: BinaryIO,
        person: Person,
        parts: Iterable[tuple[Held, Iterable[Row]]],
        files: Iterable[tuple[str, BinaryIO]],
    ) -> int:
        """The page is put together beside: a ZIP takes one file after the other."""
        page, number = [HEAD.format(title=escape(f"What is held of {person.name}"))], 0
        with ZipFile(file, "w", ZIP_DEFLATED) as made:
            for held, rows in parts:
                with made.open(f"data/{held.file}.json", "w") as entry:
                    page.append(f"<section><h2>{escape(held.about)}</h2>")
                    before, number = number, number + _table(entry, rows, page)
                    page.append("</section>" if number > before else "<p>Nothing.</p></section>")
            page.append("<section><h2>Files</h2><ul>")
            for name, content in files:
                with content, made.open(f"files/{name}", "w") as entry:
                    shutil.copyfileobj(content, entry)
                page.append(f'<li><a href="files/{escape(name)}">{escape(name)}</a></li>')
            made.writestr("index.html", "\n".join([*page, "</ul></section></html>"]))
        return number


def _table(entry: Any, rows: Iterable[Row], page: list[str]) -> int:
    """Write rows as a list in JSON, one a line, and add each to the page; return how many."""
    number = 0
    entry.write(b"[")
    for number, row in enumerate(rows, 1):
        entry.write((b"\n" if number == 1 else b",\n") + orjson.dumps(row, default=str))
        facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(_said(value))}</dd>" for name, value in row.items())
        page.append(f"<dl>{facts}</dl>")
    entry.write(b"\n]\n")
    return number


def _said(value: Any) -> str:
    if isinstance(value, dict | list):
        return orjson.dumps(value, default=str, option=orjson.OPT_INDENT_2).decode()
    return "" if value is None else str(value)
