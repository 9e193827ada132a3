"""`flask config show`: the settings in force, without the secret ones."""

import json
from urllib.parse import urlsplit

import click

from entrypoints.cli.talk import app


@click.group()
def config() -> None:
    """The settings. Example: flask config show"""


@config.command()
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def show(as_json: bool) -> None:
    """Show the settings in force; secrets are starred. Example: flask config show"""
    settings = json.loads(app().settings.model_dump_json())
    settings["database_url"] = app().uow.url.render_as_string(hide_password=True)
    settings["redis_url"] = _without_password(settings["redis_url"])
    if as_json:
        click.echo(json.dumps(settings, indent=2))
        return
    for name, value in settings.items():
        click.echo(f"{name:16} {json.dumps(value) if isinstance(value, dict) else value}")


def _without_password(url: str) -> str:
    password = urlsplit(url).password
    return url.replace(f":{password}@", ":***@", 1) if password else url
