"""Where `make run` cannot start it says why and what to do, exits with 2, and leaves no process behind."""

import os
import socket
from contextlib import contextmanager

import pytest
from tests.supervise.run import free_port

from entrypoints.supervise.surroundings import CannotStart, choose_port, lock, read_env, write_env
from entrypoints.supervise.valkey import embedded_socket

END = "Nothing was started; the reason is above."


@contextmanager
def listener():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def refusal(run):
    """All it said; it must have ended with 2."""
    assert run.ended() == 2
    return run.said


def test_asked_port_that_is_taken_is_an_error(start):
    with listener() as port:
        said = refusal(start(PORT=str(port)))
    assert said == [f"Port {port} is taken by another program. Stop that one, or: PORT={port + 1} make run"]


def test_port_that_is_no_port_is_an_error(start):
    assert refusal(start(PORT="http")) == [
        "PORT must be a number from 1 to 65535. It is 'http'. Set it in the environment or in .env."
    ]


def test_default_port_that_is_taken_gives_way_to_the_next():
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", 8000))
            taken.listen()
        except OSError:
            pass  # somebody else holds it: as good
        port, said = choose_port("127.0.0.1", None)
    assert port > 8000
    assert said == f"Port 8000 is taken by another program, so {port} is used."


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("ENGINEBAY_WORKERS", "0", "ENGINEBAY_WORKERS: Input should be greater than or equal to 1. It is '0'."),
        ("ENGINEBAY_HOST", "nohost.invalid",
         "ENGINEBAY_HOST: it must be an IP address of this machine, like 127.0.0.1, "
         "or 0.0.0.0 for all. It is 'nohost.invalid'."),
        ("ENGINEBAY_SMTP", "smtp://host", "ENGINEBAY_SMTP is a group of settings and takes no value. "
         "Name one of it, like ENGINEBAY_SMTP__…=…"),
    ],
)  # fmt: skip
def test_wrong_setting_is_named_and_nothing_is_started(start, name, value, sentence):
    run = start(PORT=str(free_port()), **{name: value})
    assert refusal(run) == [
        f"A setting is wrong: {sentence}",
        "Set it in the environment or in .env, then start again.",
        END,
    ]
    assert not (run.home / "valkey").exists()


def test_database_that_is_away_is_told_without_its_password(start):
    port = free_port()
    said = refusal(start(PORT=str(free_port()), DATABASE_URL=f"postgresql://ada:sesame@127.0.0.1:{port}/app"))
    assert said == [
        "The database does not answer. Nothing was changed; try again in a moment. DATABASE_URL leads to "
        f"postgresql://ada:***@127.0.0.1:{port}/app: is that right, and does it run?",
        END,
    ]


def test_home_that_is_a_file_is_refused(start, clone):
    (clone / "taken").touch()
    assert refusal(start(ENGINEBAY_HOME="taken")) == [
        f"The state cannot be kept in {clone}/taken: File exists. Give it another folder: ENGINEBAY_HOME=other make run"
    ]


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_home_that_is_read_only_is_refused(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(CannotStart, match=r"cannot be kept in .*: Permission denied"):
        lock(tmp_path / "home")


def test_home_in_use_is_refused(start, clone):
    with lock(clone / "var"):
        said = refusal(start(PORT=str(free_port())))
    assert said == [
        f"Enginebay already runs on {clone}/var. Stop it with Ctrl+C where it runs, "
        "or give this one another folder: ENGINEBAY_HOME=other make run"
    ]


def test_env_file_is_written_once_and_read_as_it_says(tmp_path):
    path = tmp_path / ".env"
    assert write_env(path)
    assert not write_env(path)
    path.write_text("# a note\nexport A=1 # why\nB='two # words'\nC=\nENGINEBAY_SMTP__URL=smtp://a:b@c=d\n")
    assert read_env(path) == {"A": "1", "B": "two # words", "ENGINEBAY_SMTP__URL": "smtp://a:b@c=d"}


def test_socket_of_a_deep_home_is_short_and_always_the_same(tmp_path):
    deep = tmp_path / ("deep" * 30)
    assert embedded_socket(tmp_path) == tmp_path / "valkey" / "valkey.sock"
    assert embedded_socket(deep) == embedded_socket(deep) != embedded_socket(deep / "other")
    assert len(str(embedded_socket(deep))) < 100
