"""Bytes in whatever storage the settings name, at the path that their row states (`StoredFile.path`)."""

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.utils.translation import gettext as _

from core.exceptions import DomainError

ROOT = "files"
_BLOCK = 1024 * 1024
_FULL = (errno.ENOSPC, errno.EDQUOT)


class BlobLostError(Exception):
    """The storage does not have the bytes that a row names, or has others."""


def keep(path: str, chunks: Iterable[bytes]) -> None:
    """Keep the bytes at `path`, which names their hash: keeping them again changes nothing.

    On a file system they are always written and then renamed into place: a second upload takes as long as the first,
    so nobody learns whether somebody else has the same file, and a rotten copy is replaced.
    """
    if isinstance(default_storage, FileSystemStorage):
        _write_and_rename(Path(default_storage.path(path)), chunks)
    elif not default_storage.exists(path):
        default_storage.save(path, ContentFile(b"".join(chunks)))


def opened(path: str, sha256: str) -> IO[bytes]:
    """The bytes, read once and found to have this hash. BlobLostError when they are gone or altered."""
    try:
        blob = default_storage.open(path)
    except FileNotFoundError as error:
        raise BlobLostError(path) from error
    digest = hashlib.sha256()
    for block in blocks(blob):
        digest.update(block)
    if digest.hexdigest() != sha256:
        blob.close()
        raise BlobLostError(path)
    blob.seek(0)
    return blob


def paths(folder: str) -> list[str]:
    """What the storage has in one folder, unfinished parts included; nothing when there is no such folder."""
    try:
        _folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return []
    return [f"{folder}/{name}" for name in names]


def blocks(blob: IO[bytes]) -> Iterator[bytes]:
    """The content from its beginning, in blocks of 1 MiB."""
    blob.seek(0)
    while block := blob.read(_BLOCK):
        yield block


def _write_and_rename(target: Path, chunks: Iterable[bytes]) -> None:
    """Temporary file, fsync, rename, fsync of the folder: after a crash there is the whole file or none."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".part-", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as part:
            for chunk in chunks:
                part.write(chunk)
            part.flush()
            os.fsync(part.fileno())
        Path(name).replace(target)
    except OSError as error:
        if error.errno in _FULL:
            raise DomainError(
                _(
                    "保管場所がいっぱいのため、保存できませんでした。システム管理者に連絡してください。"
                )
            ) from error
        raise
    finally:
        Path(name).unlink(missing_ok=True)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
