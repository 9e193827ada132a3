"""What the commands say and do: sentences for people, JSON for programs, an audit entry for every act."""

import json

import click
import pytest

from core.domain.audit import AuditEntry
from core.ports.records import Question
from entrypoints import cli
from entrypoints.config import Settings
from entrypoints.container import build
from entrypoints.web import make_web


@pytest.fixture
def task(app):
    """A task that waits."""
    with app.uow.transaction():
        return app.outbox.enqueue("tasks.clean-up", {}).id


def state(app, task_id):
    with app.uow.reading():
        return app.tasks.show(task_id).state


def last_act(app):
    with app.uow.reading():
        fields = ("actor_name", "action", "kind", "record_id", "changes")
        return app.record_store.page(AuditEntry, fields, Question(order="id", descending=True), 1).rows[0]


def test_tasks_are_cancelled_and_run_again_with_an_audit(app, flask, task):
    assert flask("tasks", "cancel", task) == (0, f"{task} is cancelled.\n")
    act = last_act(app)
    assert (act["action"], act["kind"], act["record_id"]) == ("cancelled", "task", task)
    assert act["actor_name"].endswith(" at a terminal")
    assert act["changes"]["state"] == {"before": "ready", "after": "cancelled"}
    assert flask("tasks", "retry", task) == (0, f"{task} is ready again.\n")
    assert (last_act(app)["action"], state(app, task)) == ("retried", "ready")


def test_refused_act_leaves_no_trace(app, flask, task):
    flask("tasks", "cancel", task)
    code, said = flask("tasks", "cancel", task)
    assert (code, said) == (1, "Error: This task is already cancelled, so there is nothing to cancel.\n")
    assert last_act(app)["changes"]["state"]["after"] == "cancelled"


def test_lists_are_for_people_or_programs(flask, task):
    assert task in flask("tasks", "list")[1]
    assert [row["id"] for row in json.loads(flask("tasks", "list", "--json")[1])] == [task]
    assert flask("tasks", "list", "--state", "dead") == (0, "There is nothing to show.\n")
    assert json.loads(flask("tasks", "list", "--state", "dead", "--json")[1]) == []
    assert json.loads(flask("tasks", "show", task)[1])["name"] == "tasks.clean-up"


def test_user_is_made_with_a_password_shown_once(app, flask):
    code, said = flask("users", "create", "--admin", "ada@example.com")
    assert (code, "One-time password" in said) == (0, True)
    made = json.loads(flask("users", "list", "--json")[1])[0]
    assert (made["email"], made["role"], made["must_change_password"]) == ("ada@example.com", "super-admin", True)
    assert (last_act(app)["action"], last_act(app)["kind"]) == ("created", "user")


def test_password_comes_by_standard_input(flask):
    assert flask("users", "create", "bo@example.com", "--password-stdin", input="a long enough one\n") == (
        0, "bo@example.com may sign in now.\n",
    )  # fmt: skip


def test_schedules_are_listed_and_run(app, flask):
    with app.uow.transaction():
        app.timetable.declare(app.catalogue)
    assert "clean-up" in [row["name"] for row in json.loads(flask("schedule", "list", "--json")[1])]
    code, said = flask("schedule", "run", "clean-up")
    assert (code, state(app, said.split()[1])) == (0, "ready")
    assert (last_act(app)["action"], last_act(app)["record_id"]) == ("run now", "clean-up")


def test_schedules_are_paused_and_resumed_with_an_audit(app, flask):
    with app.uow.transaction():
        app.timetable.declare(app.catalogue)
    assert flask("schedule", "pause", "clean-up")[0] == 0
    assert (last_act(app)["action"], last_act(app)["changes"]) == (
        "paused", {"enabled": {"before": True, "after": False}},
    )  # fmt: skip
    assert flask("schedule", "pause", "clean-up")[0] == 1
    code, said = flask("schedule", "resume", "clean-up")
    assert (code, said.startswith("clean-up runs again, next on "), last_act(app)["action"]) == (0, True, "resumed")


def test_schedule_shows_what_comes_and_what_was(app, flask):
    with app.uow.transaction():
        app.timetable.declare(app.catalogue)
    flask("schedule", "run", "clean-up")
    code, said = flask("schedule", "show", "clean-up")
    assert (code, said.splitlines()[0]) == (0, "clean-up: At minute 7 of every hour (UTC)")
    assert [row["what"] for row in json.loads(flask("schedule", "show", "clean-up", "--json")[1])] == [
        *5 * ["due"], "asked for",
    ]  # fmt: skip


def test_settings_are_shown_without_secrets(make_app, say):
    given = {"redis_url": "redis://:hidden@localhost/0", "smtp": {"url": "smtps://ada:hidden@mail.example.com"}}
    code, said = say(make_app(settings={**given, "secret_key": "hidden" * 8}), "config", "show")
    assert (code, "hidden" in said) == (0, False)
    assert "redis://:***@localhost/0" in said


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("tasks", "show", "tsk_1"), "There is no task 'tsk_1'."),
        (("tasks", "retry", "tsk_1"), "There is no task 'tsk_1'."),
        (("schedule", "run", "nope"), "There is no schedule 'nope'."),
        (("schedule", "pause", "nope"), "There is no schedule 'nope'."),
        (("schedule", "show", "nope"), "There is no schedule 'nope'."),
        (("users", "create", "nobody"), "The e-mail address does not look right."),
        (("db", "upgrade", "9999"), "Can't locate revision identified by '9999'."),
        (("tasks", "list", "--state", "lost"), "'lost' is not one of"),
        (("backup", "/nowhere/at/all"), "/nowhere/at/all cannot be written"),
        (("restore", __file__), "is not a SQLite database."),
    ],
)
def test_wrong_input_is_a_sentence_and_exit_code_2(flask, words, sentence):
    code, said = flask(*words)
    assert (code, sentence in said, "Traceback" in said) == (2, True, False)


@pytest.mark.parametrize("words", [("tasks", "list"), ("users", "list"), ("schedule", "list"), ("db", "check")])
def test_missing_tables_are_told_with_the_command_that_makes_them(tmp_path, say, words):
    code, said = say(build(Settings(home=tmp_path)), *words)
    assert (code, "flask db upgrade" in said) == (1, True)


@pytest.mark.parametrize("words", [("tasks", "list"), ("db", "upgrade"), ("db", "check"), ("first-start",)])
def test_database_that_is_away_is_a_sentence_that_names_it_without_its_password(tmp_path, say, words):
    code, said = say(build(Settings(home=tmp_path, database_url="postgresql://ada:sesame@127.0.0.1:1/x")), *words)
    assert (code, said.startswith("Error: The database does not answer"), "sesame" in said) == (1, True, False)
    where = "DATABASE_URL leads to postgresql://ada:***@127.0.0.1:1/x: is that right, and does it run?\n"
    assert said.endswith(f". {where}")


def test_every_command_shows_an_example(app):
    site = make_web(app)
    cli.register(site)
    silent = [command.name for command in _all(site.cli.commands.values()) if "Example: flask " not in command.help]
    assert silent == []


def _all(commands):
    for command in commands:
        yield command
        yield from _all(command.commands.values()) if isinstance(command, click.Group) else ()


def test_lost_second_factors_are_taken_away(app, flask):
    with app.uow.transaction():
        user = app.accounts.create("ada@example.com", "Ada", "member", "correct horse battery")
        app.factor_desk.begin(user)
        app.factors.of(user.id)[0].confirmed_at = app.clock.now()
    assert flask("users", "two-factors", "ada@example.com") == (
        0, "ada@example.com: two factors are on, with 0 recovery codes left.\n",
    )  # fmt: skip
    assert flask("users", "two-factors", "ada@example.com", "--off") == (0, "ada@example.com: two factors are off.\n")
    assert last_act(app)["action"] == "took two factors away"
    code, said = flask("users", "two-factors", "bob@example.com")
    assert (code, "Nobody has the address bob@example.com" in said) == (2, True)
