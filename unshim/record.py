"""Recording a node: everything that goes through a host is remembered, and can be written out."""

from __future__ import annotations

from unshim.host import READ_LIMIT, Stat
from unshim.model.values import FileText, Missing
from unshim.once import OnceHost


class RecordingHost(OnceHost):
    """A host that remembers what was asked; where a path leads is asked with the path itself."""

    def read(self, path: str, limit: int = READ_LIMIT) -> FileText | None | Missing:
        self.resolve(path)
        return super().read(path, limit)

    def stat(self, path: str) -> Stat | None | Missing:
        self.resolve(path)
        return super().stat(path)


def write_record(recording: RecordingHost, destination: str) -> None:
    """Write what went through `recording` as a record; secrets are removed.

    `destination` is a .tar.gz that must not be there, or a folder that must not be there or be
    empty. It appears whole or not at all; nobody else may read it.

    Raises:
        RecordError: it is there, or cannot be written.
    """
    from unshim.record_writing import write

    write(recording, destination)
