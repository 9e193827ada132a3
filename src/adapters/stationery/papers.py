"""The templates that come with the code, as files; it reads them and knows nothing of what their marks mean.

`<folder>/<class>/<channel>.txt` opens with the short fields, one a line (`subject: …`), then an empty line, then the
text; an SMS has no short field and is its text only. The HTML of a mail is `<class>/mail.html`.
"""

from pathlib import Path

from core.ports.stationery import FIELDS

FOLDER = Path(__file__).parent / "templates"
WHOLE = ("text", "html")
"""The fields that are no line in the head of a file."""


def fields_of(folder: Path, template: str, channel: str) -> dict[str, str]:
    """Return the fields of a template on a channel, by name. Raises `KeyError`."""
    path = folder / template / f"{channel}.txt"
    if not template.isidentifier() or channel not in FIELDS or not path.exists():
        raise KeyError(f"There is no template {template!r} for {channel}. They are the files in {folder.name}/.")
    heads = [name for name in FIELDS[channel] if name not in WHOLE]
    fields = _read(path.read_text(encoding="utf-8"), heads)
    if "html" in FIELDS[channel]:
        fields["html"] = path.with_suffix(".html").read_text(encoding="utf-8")
    return fields


def _read(file: str, heads: list[str]) -> dict[str, str]:
    if not heads:
        return {"text": file.strip()}
    head, _, text = file.partition("\n\n")
    said = dict(line.split(": ", 1) for line in head.splitlines())
    return {name: said.get(name, "") for name in heads} | {"text": text.strip()}
