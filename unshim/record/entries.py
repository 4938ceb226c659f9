"""What a record's index says of paths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unshim.host.host import Kind
from unshim.model.nouns import NamedTuple
from unshim.model.values import Missing
from unshim.record.files import valid_name
from unshim.record.shapes import Wrong, bytes_of, missing_in, of_kind, part, time_in
from unshim.text.escape import visible


class Entry(NamedTuple):
    """What stood at a path. Bytes are inline (`data`) or in a file beside the index (`file`)."""

    kind: Kind
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    mtime: float = 0.0
    size: int | None = None
    real: str = ""
    data: bytes | None = None
    file: str | None = None
    names: tuple[str, ...] | None = None
    unread: Missing | None = None


PATHS_LIMIT = 50_000
DEPTHS_LIMIT = 400_000
"""Folders above all paths together."""


class Looked(NamedTuple):
    """What a look at a path came to: an entry, nothing there (None), or why not."""

    look: Entry | None | Missing


def look_at(path: str, value: Any) -> Looked:
    of = of_kind(value, dict, path)
    if not path.startswith("/"):
        raise Wrong(f"{visible(path)[:200]} is not an absolute path")
    if of.get("absent") is True:
        return Looked(None)
    missing = missing_in(of)
    if missing is not None:
        return Looked(missing)
    return Looked(_entry(path, of))


def _entry(path: str, of: dict[str, Any]) -> Entry:
    try:
        kind = Kind(part(of, "kind", str, Kind.FILE.value))
        mode = int(part(of, "mode", str, "0755" if kind is Kind.DIRECTORY else "0644"), 8)
    except ValueError as error:
        raise Wrong(f"kind or mode of {visible(path)[:200]} is none") from error
    name = of.get("file")
    if name is not None and not valid_name(of_kind(name, str, "file")):
        raise Wrong(f"{visible(name)[:200]!r} is not a name of a file in a record")
    names = of.get("names")
    unread = of.get("unread")
    return Entry(
        kind=kind,
        mode=mode,
        uid=part(of, "uid", int, 0),
        gid=part(of, "gid", int, 0),
        mtime=time_in(of, "mtime"),
        size=None if of.get("size") is None else of_kind(of["size"], int, "size"),
        real=part(of, "real", str, ""),
        data=bytes_of(of["text"], path) if "text" in of else None,
        file=name,
        names=None
        if names is None
        else tuple(of_kind(n, str, "a name") for n in of_kind(names, list, "names")),
        unread=None if unread is None else missing_in(of_kind(unread, dict, "unread")),
    )


def looks_at(paths: Mapping[str, Any]) -> dict[str, Looked]:
    """What each path's look came to.

    Raises:
        Wrong: one is of another shape, or they are more than any node has.
    """
    if len(paths) > PATHS_LIMIT or sum(path.count("/") for path in paths) > DEPTHS_LIMIT:
        raise Wrong("more paths than any record has")
    return {path: look_at(path, value) for path, value in paths.items()}


def family_of(paths: Mapping[str, Looked]) -> dict[str, tuple[str, ...]]:
    """The names in every folder above what was there."""
    children: dict[str, set[str]] = {}
    for path, looked in paths.items():
        if looked.look is None:
            continue
        while path not in ("/", ""):
            above, _, name = path.rstrip("/").rpartition("/")
            known = children.setdefault(above or "/", set())
            if name in known:
                break
            known.add(name)
            path = above or "/"
    return {folder: tuple(sorted(names)) for folder, names in children.items()}
