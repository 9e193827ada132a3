"""`flask config show`: the settings in force, without the secret ones."""

import json

import click
from flask import current_app


@click.group()
def config() -> None:
    """The settings. Example: flask config show"""


@config.command()
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def show(as_json: bool) -> None:
    """Show the settings in force; secrets are starred. Example: flask config show"""
    settings = json.loads(current_app.extensions["enginebay"].settings.model_dump_json())
    settings["database_url"] = current_app.extensions["enginebay"].uow.url.render_as_string(hide_password=True)
    if as_json:
        click.echo(json.dumps(settings, indent=2))
        return
    for name, value in settings.items():
        click.echo(f"{name:16} {json.dumps(value) if isinstance(value, dict) else value}")
