"""Steps: what a plan does to a machine, one atomic act each. Data only."""

from __future__ import annotations

from unshim.model.nouns import NamedTuple


class WriteFile(NamedTuple):
    """Make `path` hold `after`. `before` is what it must hold now, None: it must not exist.

    `after` None removes the file. `mode` holds for a new file only; an existing one keeps its own.
    """

    path: str
    before: bytes | None
    after: bytes | None
    mode: int = 0o644


class ReloadSystemd(NamedTuple):
    """Have systemd read its unit files again. Restarts nothing."""


class RestartUnit(NamedTuple):
    unit: str


class ShareImage(NamedTuple):
    """Give `name` in namespace `source` to namespace `target` too; no bytes are copied.

    `blobs` are the digests the image needs, children before parents.
    """

    socket: str
    source: str
    target: str
    name: str
    digest: str
    blobs: tuple[str, ...] = ()


Step = WriteFile | ReloadSystemd | RestartUnit | ShareImage
