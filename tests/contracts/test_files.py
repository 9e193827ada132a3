"""Files that are whole or not there: in memory and in a folder."""

import os
import stat

import pytest

from adapters.files.disk import DiskFiles
from adapters.files.memory import MemoryFiles
from core.domain.kernel.errors import NotFound, Unavailable


@pytest.fixture(params=["memory", "disk"])
def files(request, tmp_path):
    return MemoryFiles() if request.param == "memory" else DiskFiles(tmp_path / "shelf")


def keep(files, name, *parts):
    with files.new(name) as file:
        for part in parts:
            file.write(part)


def test_file_is_read_as_it_was_written(files):
    keep(files, "a.csv", b"one", b"two")
    with files.open("a.csv") as file:
        assert file.read() == b"onetwo"
    assert (files.size("a.csv"), list(files.names())) == (6, ["a.csv"])


def test_file_is_there_only_once_it_is_whole(files):
    with files.new("a.csv") as file:
        file.write(b"x")
        assert files.size("a.csv") is None
    assert files.size("a.csv") == 1


def test_file_that_failed_leaves_what_was_there_before(files):
    keep(files, "a.csv", b"old")
    with pytest.raises(ValueError, match="halfway"), files.new("a.csv") as file:
        file.write(b"new")
        raise ValueError("halfway")
    assert (files.size("a.csv"), list(files.names())) == (3, ["a.csv"])


def test_file_that_is_gone_is_not_found_and_removed_once_more_in_peace(files):
    keep(files, "a.csv", b"x")
    files.remove("a.csv")
    files.remove("a.csv")
    assert files.size("a.csv") is None
    with pytest.raises(NotFound):
        files.open("a.csv")


@pytest.mark.parametrize("name", ["../a", "/etc/passwd", "", "a/b", "..", "A\x00"])
def test_name_that_leads_elsewhere_is_not_found(files, name):
    with pytest.raises(NotFound):
        files.open(name)


def test_shelf_is_for_its_owner_only_and_keeps_no_draft(tmp_path):
    files = DiskFiles(tmp_path / "shelf")
    old = os.umask(0)
    try:
        keep(files, "a.csv", b"x")
    finally:
        os.umask(old)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "shelf", tmp_path / "shelf/a.csv")]
    assert modes == [0o700, 0o600]


def test_draft_of_a_killed_process_goes_with_the_next_try(tmp_path):
    files = DiskFiles(tmp_path / "shelf")
    keep(files, "b.csv", b"whole")
    (tmp_path / "shelf/a.csv.0123.part").write_bytes(b"half")
    (tmp_path / "shelf/b.csv.0123.part").write_bytes(b"another's")
    keep(files, "a.csv", b"x")
    assert list(files.names()) == ["a.csv", "b.csv", "b.csv.0123.part"]


def test_disk_without_room_is_said_and_leaves_nothing(tmp_path):
    files = DiskFiles(tmp_path / "shelf")
    with pytest.raises(Unavailable, match="No space left"), files.new("a.csv"), open("/dev/full", "wb") as full:
        full.write(b"x")
    assert list(files.names()) == []
