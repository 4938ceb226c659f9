"""A recording written as a folder or a .tar.gz, whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from unshim.apply.disk import flush_folder, write_new
from unshim.record.errors import RecordError
from unshim.record.files import INDEX
from unshim.record.indexing import index_of

if TYPE_CHECKING:
    from unshim.host.once import RecordingHost


def write_record(recording: RecordingHost, destination: str) -> None:
    """Write what went through `recording` as a record; secrets are removed.

    `destination` is a .tar.gz that must not be there, or a folder that must not be there or be
    empty. It appears whole or not at all; nobody else may read it.

    Raises:
        RecordError: it is there, or cannot be written.
    """
    files: dict[str, bytes] = {}
    index = index_of(recording, files)
    text = json.dumps(index, indent=1, sort_keys=True).encode() + b"\n"
    try:
        if destination.endswith((".tar.gz", ".tgz")):
            _write_packed(destination, {INDEX: text, **files})
        else:
            _write_folder(destination, {INDEX: text, **files})
    except FileExistsError as error:
        raise RecordError(destination, "already exists") from error
    except OSError as error:
        raise RecordError(destination, error.strerror or "cannot be written") from error


def _write_folder(destination: str, files: dict[str, bytes]) -> None:
    place = Path(destination)
    if place.is_symlink() or (place.exists() and (not place.is_dir() or any(place.iterdir()))):
        raise FileExistsError
    work = Path(tempfile.mkdtemp(prefix=".unshim-record-", dir=place.parent))  # mode 0700
    try:
        (work / "files").mkdir(0o700)
        for name, data in files.items():
            write_new(work / name, data)
        # Takes the place of an empty folder, and fails on one that has been filled meanwhile.
        work.rename(place)
        flush_folder(place.parent)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise


def _write_packed(destination: str, files: dict[str, bytes]) -> None:
    place = Path(destination)
    handle, work = tempfile.mkstemp(prefix=".unshim-record-", dir=place.parent)  # mode 0600
    try:
        with open(handle, "wb") as file:
            file.write(_pack(files))
            file.flush()
            os.fsync(file.fileno())
        os.link(work, place)  # unlike a rename, never replaces what is there
        flush_folder(place.parent)
    finally:
        Path(work).unlink()


def _pack(files: dict[str, bytes]) -> bytes:
    import gzip
    import io
    import tarfile

    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(data), 0o600
            archive.addfile(member, io.BytesIO(data))
    return gzip.compress(buffer.getvalue(), mtime=0)
