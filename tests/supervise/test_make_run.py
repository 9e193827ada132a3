"""`make run` from a fresh clone to Ctrl+C, in real processes: what it prints, what it survives, what it leaves."""

import os
import re
import signal

from tests.supervise.run import are_gone, ask, free_port, until

MESSAGE = {"name": "Ada", "email": "ada@example.com", "subject": "Kept", "message": "Across a kill."}


def test_first_start_survives_kills_and_ends_with_ctrl_c(start, clone):
    """One story, because every start costs seconds: web killed, supervisor killed, started again, Ctrl+C."""
    port = str(free_port())
    first = start(PORT=port)
    site = first.until_ready()
    assert site == f"http://127.0.0.1:{port}"
    _says_where_everything_is(first, site, clone)
    _replaces_a_killed_web(first, site)
    assert ask(f"{site}/api/v1/contact-messages", MESSAGE)
    left = list(first.children())
    first.process.kill()
    second = start(PORT=port)
    assert second.until_ready() == site
    assert f"  admin      {site}/admin" in second.said
    assert not any("password" in line for line in second.said)
    assert are_gone(left)
    until(lambda: _is_sent(site), 30, "the message that was accepted before the kill")
    assert second.weight() <= 290
    _ends_with_ctrl_c(second)


def _says_where_everything_is(run, site, clone):
    rules = [number for number, line in enumerate(run.said) if line.startswith("-----")]
    block = [line.strip() for line in run.said[rules[0] + 1 : rules[1]]]
    assert [re.sub(r"(password   )\S{16} ", r"\1… ", line) for line in block] == [
        f"wrote      .env, {clone}/var/",
        f"site       {site}",
        f"admin      {site}/admin",
        f"API docs   {site}/docs",
        f"inbox      {site}/dev/inbox",
        "sign in    admin@example.com",
        "password   …   (once; you choose your own at the first sign-in)",
        "made up    20 people and 100 posts; the password of each: weave-algebraic-patterns",
        "sandboxed  mail, sms, calls, push, geocoder, geolocation, exchange, social (nothing leaves this machine)",
        "Ctrl+C stops all.",
    ]
    assert (clone / ".env").stat().st_mode & 0o777 == 0o600


def _replaces_a_killed_web(run, site):
    killed = run.pid_of("web")
    os.kill(killed, signal.SIGKILL)
    run.until_said("web       | It was ended by SIGKILL. It starts again in 0.5 s.")
    until(lambda: run.pid_of("web") not in (0, killed) and ask(f"{site}/readyz"), 30, "another web process")


def _is_sent(site):
    inbox = ask(f"{site}/dev/inbox.json")
    return inbox and [mail for mail in inbox["messages"] if "Kept" in mail["subject"]]


def _ends_with_ctrl_c(run):
    children = run.children()
    assert sorted(children.values()) == ["scheduler", "valkey", "web", "worker", "worker"]
    run.signal_group(signal.SIGINT)
    assert run.ended() == 0
    assert "Stopping: the site first, then what is running. Ctrl+C once more hurries." in run.said
    assert run.said[-1] == "Stopped. Everything is kept; `make run` starts it again."
    assert are_gone(list(children))
    assert not any("Traceback" in line for line in run.said)


def test_second_ctrl_c_hurries_and_settings_are_kept_to(start, postgres_url, tmp_path):
    """PostgreSQL, a Redis of one's own (here: one that is away), a given password, one worker, a home too deep for a
    socket; a stopped worker would hold the end up for 15 s."""
    deep = tmp_path / ("deep" * 30)
    run = start(
        PORT=str(free_port()), DATABASE_URL=postgres_url, ENGINEBAY_HOME=str(deep), ENGINEBAY_WORKERS="1",
        REDIS_URL=f"unix://{tmp_path}/away.sock", ENGINEBAY_ADMIN__PASSWORD="correct horse battery",
    )  # fmt: skip
    site = run.until_ready()
    children = run.children()
    assert sorted(children.values()) == ["scheduler", "web", "web", "worker"]
    assert "  sign in    admin@example.com" in run.said
    assert not any("password " in line for line in run.said)
    assert ask(f"{site}/readyz")["redis"]["ok"] is False
    os.kill(run.pid_of("worker"), signal.SIGSTOP)
    run.process.send_signal(signal.SIGTERM)
    run.until_said("Stopping: ")
    run.process.send_signal(signal.SIGTERM)
    assert run.ended(8) == 0
    assert are_gone(list(children))


def test_home_too_deep_for_a_socket_gets_one_elsewhere(start, tmp_path):
    run = start(PORT=str(free_port()), ENGINEBAY_HOME=str(tmp_path / ("deep" * 30)), ENGINEBAY_WORKERS="1")
    site = run.until_ready()
    assert ask(f"{site}/readyz")["redis"]["ok"] is True
