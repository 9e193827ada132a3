"""The `flask` commands: nouns for groups, verbs for commands, `--json` where there is a list."""

from flask import Flask

from entrypoints import modules
from entrypoints.cli.database import db, first_start
from entrypoints.cli.settings import config
from entrypoints.cli.shell import open_shell
from entrypoints.cli.talk import teach
from entrypoints.cli.tasks import tasks
from entrypoints.cli.timetable import schedule


def register(flask_app: Flask) -> None:
    """Add our commands to `flask`."""
    from entrypoints.cli.backup import backup, restore
    from entrypoints.cli.breakers import COMMANDS
    from entrypoints.cli.doctor import doctor
    from entrypoints.cli.policies import policies
    from entrypoints.cli.seed import seed
    from entrypoints.cli.trouble import fail, heal
    from entrypoints.cli.users import users
    from entrypoints.cli.vendors import vendors

    for command in (fail, heal, *COMMANDS):
        vendors.add_command(command)
    of_modules = (found.commands for found in modules.faces(__name__))
    own = (db, first_start, config, tasks, schedule, users, vendors, policies, doctor, backup, restore, seed)
    for command in (*own, *of_modules):
        flask_app.cli.add_command(teach(command))
    flask_app.shell_context_processor(lambda: open_shell(flask_app))
