"""Files in a bucket of Amazon S3; a file is there once all its parts are, and never half.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO

from adapters.aws import Aws, repeatable
from adapters.files.disk import NAME
from core.domain.kernel.errors import NotFound, Rejected, Unavailable

PART = 8 * 1024 * 1024
"""Bytes of each part but the last; S3 asks for 5 MiB at least and takes 10,000 parts."""


class S3Files:
    """`core.ports.files.Files` under `prefix` in a bucket.

    What a killed process began stays as an upload that nobody completed: `names` tells it as `<name>.<number>.part`,
    and the next `new` of that name, or `remove`, ends it.
    """

    def __init__(self, aws: Aws, bucket: str, prefix: str = "") -> None:
        self._aws, self._bucket, self._prefix = aws, bucket, prefix

    @contextmanager
    def new(self, name: str) -> Iterator[BinaryIO]:
        """Send the file part by part while it is written, and put it under its name with the last."""
        place = self._place(name)
        self._abandon(name)
        with repeatable("S3"):
            number = str(self._s3.create_multipart_upload(**place)["UploadId"])
        parts = _Parts(self._s3, {**place, "UploadId": number})
        try:
            yield parts  # type: ignore[misc]
            parts.finish()
        except BaseException:
            with suppress(Unavailable, Rejected), repeatable("S3"):
                self._s3.abort_multipart_upload(**place, UploadId=number)
            raise

    def open(self, name: str) -> BinaryIO:
        file = tempfile.TemporaryFile()  # noqa: SIM115 (whoever reads it closes it)
        try:
            with _missing(name), repeatable("S3"):
                self._s3.download_fileobj(self._bucket, self._place(name)["Key"], file)
        except BaseException:
            file.close()
            raise
        file.seek(0)
        return file  # type: ignore[return-value]

    def size(self, name: str) -> int | None:
        with suppress(NotFound), _missing(name), repeatable("S3"):
            return int(self._s3.head_object(**self._place(name))["ContentLength"])
        return None

    def remove(self, name: str) -> None:
        if name.endswith(".part"):
            return self._abandon(name.rsplit(".", 2)[0])
        with repeatable("S3"):
            self._s3.delete_object(**self._place(name))
        self._abandon(name)
        return None

    def names(self) -> Iterable[str]:
        with repeatable("S3"):
            pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix)
            whole = [found["Key"] for page in pages for found in page.get("Contents", ())]
        begun = [f"{key}.{number}.part" for key, number in self._begun()]
        return sorted(key.removeprefix(self._prefix) for key in [*whole, *begun])

    @property
    def _s3(self) -> Any:
        return self._aws.client("s3")

    def _place(self, name: str) -> dict[str, str]:
        """Where a file is. Raises `NotFound` for a name that is none."""
        if not NAME.fullmatch(name):
            raise _gone(name)
        return {"Bucket": self._bucket, "Key": self._prefix + name}

    def _begun(self) -> list[tuple[str, str]]:
        """The uploads that nobody completed: key and number."""
        with repeatable("S3"):
            pages = self._s3.get_paginator("list_multipart_uploads").paginate(Bucket=self._bucket, Prefix=self._prefix)
            return [(found["Key"], found["UploadId"]) for page in pages for found in page.get("Uploads", ())]

    def _abandon(self, name: str) -> None:
        for key, number in self._begun():
            if key == self._prefix + name:
                with suppress(Rejected), repeatable("S3"):
                    self._s3.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=number)


class _Parts(io.BufferedIOBase):
    """What is written to it goes off in parts."""

    def __init__(self, s3: Any, upload: dict[str, str]) -> None:
        super().__init__()
        self._s3, self._upload = s3, upload
        self._held = bytearray()
        self._sent: list[dict[str, Any]] = []

    def writable(self) -> bool:
        return True

    def write(self, given: Any) -> int:
        self._held += given
        while len(self._held) >= PART:
            self._send(bytes(self._held[:PART]))
            del self._held[:PART]
        return len(given)

    def finish(self) -> None:
        """Send what is left and put the parts together; an empty file is one empty part."""
        if self._held or not self._sent:
            self._send(bytes(self._held))
        with repeatable("S3"):
            self._s3.complete_multipart_upload(**self._upload, MultipartUpload={"Parts": self._sent})

    def _send(self, part: bytes) -> None:
        number = len(self._sent) + 1
        with repeatable("S3"):
            answer = self._s3.upload_part(**self._upload, PartNumber=number, Body=part)
        self._sent.append({"PartNumber": number, "ETag": answer["ETag"]})


@contextmanager
def _missing(name: str) -> Iterator[None]:
    """What S3 refuses to read for good is not there: it answers 404 to a HEAD without a word more."""
    try:
        yield
    except Rejected as refused:
        raise _gone(name) from refused


def _gone(name: str) -> NotFound:
    return NotFound(f"There is no file {name[:60]!r}. It may have been removed; make it again.")
