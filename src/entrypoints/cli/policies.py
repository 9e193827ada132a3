"""`flask policies`: who may call each route, and which roles have each permission now."""

from __future__ import annotations

import click
from flask import current_app

from entrypoints import policies as declared
from entrypoints.cli.talk import app, print_rows


@click.command()
@click.option("--permissions", is_flag=True, help="Print the permissions, and which roles have them now.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def policies(permissions: bool, as_json: bool) -> None:
    """Who may call which route, or has which permission. Example: flask policies --permissions"""
    print_rows(_permissions() if permissions else _routes(), as_json=as_json)


def _routes() -> list[dict[str, str]]:
    rules = sorted(current_app.url_map.iter_rules(), key=lambda rule: rule.rule)
    return [
        {"route": rule.rule, "methods": " ".join(sorted(rule.methods or ())), **_said(rule.endpoint)} for rule in rules
    ]


def _said(endpoint: str) -> dict[str, str]:
    policy = declared.of(current_app, endpoint)
    if policy is None:
        return {"who": "nobody said", "asks": ""}
    further = {"permission": policy.permission, "scope": policy.scope}
    asks = [f"{name} {word}" for name, word in further.items() if word] + (["fresh sign-in"] if policy.fresh else [])
    return {"who": policy.who, "asks": ", ".join(asks)}


def _permissions() -> list[dict[str, str]]:
    grants = app().roles.grants()
    changed = {change.permission for change in grants.changes}
    return [
        {
            "permission": name,
            "of": f"{one.part}, {one.label}",
            "roles": " ".join(grants.holders(name)),
            "changed": "changed" if name in changed else "",
        }
        for name, one in grants.declared.items()
    ]
