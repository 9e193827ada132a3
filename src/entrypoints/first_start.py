"""What a fresh installation needs before it can serve: the tables, a super-admin, the timetable."""

from typing import Any

from entrypoints.container import App


def prepare(app: App) -> dict[str, Any]:
    """Migrate, make the super-admin if there is none, declare the schedules; return what a person should be told."""
    app.migrations.upgrade()
    admin = app.settings.admin
    given = admin.password.get_secret_value() if admin.password else None
    with app.uow.transaction():
        one_time = app.accounts.first_admin(admin.email, given)
        app.timetable.declare(app.catalogue)
    sandboxed = [] if app.settings.smtp.url else ["mail"]
    return {"admin_email": admin.email, "one_time_password": one_time, "sandboxed": sandboxed}
