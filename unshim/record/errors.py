"""What is wrong with a recorded node."""

from __future__ import annotations

from unshim.text.escape import visible


class RecordError(Exception):
    """A recorded node that cannot be read or written. Prints as `path: what is wrong`."""

    def __init__(self, path: str, wrong: str) -> None:
        super().__init__(f"{visible(path)}: {wrong}")
        self.path = path
        self.wrong = wrong
