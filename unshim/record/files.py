"""The files of a recorded node: a folder, or a .tar.gz that is read in memory, never extracted.

A content stands once in a record, under its sha256. Records that lie in one folder may share
theirs: what a record has not itself is looked for in `files/` beside it, and taken only if it is
what its name says.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from unshim.host import opening
from unshim.model.values import FileText, Missing
from unshim.record.errors import RecordError
from unshim.record.gzipped import inflating
from unshim.text.escape import visible
from unshim.text.patterns import lazy

if TYPE_CHECKING:
    from tarfile import TarFile, TarInfo

INDEX = "index.json"
INDEX_LIMIT = 24 * 1024 * 1024
FILE_LIMIT = 48 * 1024 * 1024
UNPACKED_LIMIT = 64 * 1024 * 1024
"""Bytes that an archive may hold unpacked: all of them are in memory at once."""
MEMBER_LIMIT = 50_000
_NAME = lazy(r"files/[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}\Z")
_DIGEST = lazy(r"files/[0-9a-f]{64}\Z")


class Files(Protocol):
    """What lies beside the index."""

    def index(self) -> bytes:
        """index.json itself."""

    def read(self, name: str, limit: int = FILE_LIMIT) -> bytes:
        """The file of this name, such as `files/e3b0c442…`.

        Raises:
            RecordError: there is none, it is not a regular file, or it is over `limit` bytes.
        """


def is_record(path: str) -> bool:
    """Whether a path is a recorded node rather than a plain tree."""
    return path.endswith((".tar.gz", ".tgz")) or os.path.lexists(f"{path}/{INDEX}")


def open_files(path: str) -> Files:
    """The files of a folder or a .tar.gz.

    Raises:
        RecordError: it cannot be opened, or holds what no record holds.
    """
    return _Packed(path) if path.endswith((".tar.gz", ".tgz")) else _Folder(path)


def name_of(data: bytes) -> str:
    """The name under which a content stands in a record."""
    from hashlib import sha256

    return f"files/{sha256(data).hexdigest()}"


def valid_name(name: str) -> bool:
    """Whether an index may name this file: one below files/, no way out of it."""
    return bool(_NAME.match(name))


class _Folder:
    def __init__(self, path: str) -> None:
        self._path = path
        try:
            self._folder = os.open(path, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise RecordError(path, error.strerror or "cannot be opened") from error

    def __del__(self) -> None:
        if hasattr(self, "_folder"):
            os.close(self._folder)

    def _open(self, name: str) -> int:
        """Its index, or a file in its folder `files`; symlinks are not followed."""
        flags = os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC
        above, _, last = name.rpartition("/")
        if not above:
            return os.open(last, flags, dir_fd=self._folder)
        folder = os.open(above, flags, dir_fd=self._folder)
        try:
            return os.open(last, flags, dir_fd=folder)
        finally:
            os.close(folder)

    def index(self) -> bytes:
        return self._whole(INDEX, INDEX_LIMIT)

    def read(self, name: str, limit: int = FILE_LIMIT) -> bytes:
        return self._whole(name, min(limit, FILE_LIMIT))

    def _whole(self, name: str, limit: int) -> bytes:
        content: FileText | None | Missing = opening.read(self._open, name, limit)
        shared = content is None and _DIGEST.match(name) is not None
        if shared:
            content = opening.read(self._open, f"../{name}", limit)
        if content is None:
            raise RecordError(self._path, f"{name} is not there")
        if isinstance(content, Missing):
            raise RecordError(self._path, content.reason)
        if shared and name_of(content.data) != name:
            raise RecordError(self._path, f"../{name} is not what its name says")
        return content.data


class _Packed:
    def __init__(self, path: str) -> None:
        self._path = path
        self._members = dict(self._unpack())

    def index(self) -> bytes:
        return self.read(INDEX)

    def read(self, name: str, limit: int = FILE_LIMIT) -> bytes:
        if name not in self._members:
            what = "is not an unshim recording" if name == INDEX else "is not whole"
            raise RecordError(self._path, f"{what} (no {name})")
        if len(self._members[name]) > limit:
            raise RecordError(self._path, f"{name} is larger than {limit} bytes")
        return self._members[name]

    def _unpack(self) -> Iterator[tuple[str, bytes]]:
        """Index and files; a leading folder name (as `tar czf node.tar.gz node` makes) goes."""
        import tarfile

        try:
            with (
                inflating(self._path, UNPACKED_LIMIT) as unpacked,
                tarfile.open(fileobj=unpacked, mode="r|") as archive,
            ):
                members: list[TarInfo] = vars(archive)["members"]
                for number, member in enumerate(archive):
                    if number >= MEMBER_LIMIT:
                        raise RecordError(self._path, "the archive holds too many files")
                    if not member.isdir():
                        yield self._name(member), self._body(archive, member)
                    members.clear()  # tarfile remembers each, and nobody asks it
                while unpacked.read(1 << 16):
                    pass  # so that one that is cut off behind its end is found out
        except tarfile.TarError as error:
            raise RecordError(self._path, "not a tar archive, or one that is cut off") from error

    def _name(self, member: TarInfo) -> str:
        if not member.isreg() or member.issparse():
            raise RecordError(self._path, "the archive holds links or special files")
        name = member.name.removeprefix("./")
        if name != INDEX and not valid_name(name):
            name = name.partition("/")[2]
        if name != INDEX and not valid_name(name):
            other = visible(member.name)
            raise RecordError(self._path, f"is not an unshim recording (contains {other!r})")
        return name

    def _body(self, archive: TarFile, member: TarInfo) -> bytes:
        limit = INDEX_LIMIT if self._name(member) == INDEX else FILE_LIMIT
        if member.size > limit:
            raise RecordError(self._path, f"{self._name(member)} is larger than {limit} bytes")
        content = archive.extractfile(member)
        body = b"" if content is None else content.read()
        if len(body) != member.size:
            raise RecordError(self._path, "the archive is cut off")
        return body
