"""Files that are whole or not there: in memory, in a folder, and in a bucket of S3 by moto."""

import os
import stat

import pytest
from tests.vendors.aws import BUCKET, REGION

from adapters.aws import Aws
from adapters.files.disk import DiskFiles
from adapters.files.memory import MemoryFiles
from adapters.files.s3 import PART, S3Files
from core.domain.kernel.errors import NotFound, Unavailable


@pytest.fixture(params=["memory", "disk", "s3"])
def files(request, tmp_path):
    if request.param == "s3":
        return bucket(request.getfixturevalue("amazon"))
    return MemoryFiles() if request.param == "memory" else DiskFiles(tmp_path / "shelf")


def bucket(amazon):
    account = Aws(amazon.account)
    account.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    return S3Files(account, BUCKET, "exports/")


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


def test_s3_file_of_several_parts_is_whole_and_tells_no_other_shelf(amazon):
    files = bucket(amazon)
    keep(S3Files(Aws(amazon.account), BUCKET, "others/"), "b.csv", b"x")
    keep(files, "a.csv", *[b"0123456789abcdef" * 65536] * 20, b"end")
    with files.open("a.csv") as file:
        read = file.read()
    assert (len(read) > 2 * PART, read[-3:], list(files.names())) == (True, b"end", ["a.csv"])


def test_s3_upload_of_a_killed_process_is_told_and_goes_with_the_next_try(amazon):
    files = bucket(amazon)
    s3 = Aws(amazon.account).client("s3")
    for name in ("a.csv", "b.csv"):
        s3.create_multipart_upload(Bucket=BUCKET, Key=f"exports/{name}")
    begun = list(files.names())
    keep(files, "a.csv", b"x")
    files.remove(begun[1])
    assert ([name[:6] for name in begun], list(files.names())) == (["a.csv.", "b.csv."], ["a.csv"])


def test_s3_bucket_that_is_not_there_is_for_the_operator_to_mend(amazon):
    files = S3Files(Aws(amazon.account), "nobody-has-this")
    with pytest.raises(Unavailable, match="NoSuchBucket"):
        keep(files, "a.csv", b"x")
