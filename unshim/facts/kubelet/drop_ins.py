"""The files in the kubelet's --config-dir: which count, in what order, and what each sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from unshim.host.host import Host, Kind
from unshim.model.machine import ParseError
from unshim.model.nouns import NamedTuple
from unshim.model.values import FileText, Missing, Setting
from unshim.releases.kubelet import ANY_API_UNTIL, CONFIG_API, CONFIG_KIND
from unshim.text import yaml_marks
from unshim.text.escape import visible
from unshim.text.marked_settings import settings

_DEPTH = 8


class Walked(NamedTuple):
    """What the kubelet comes by: the files that count in their order, and the folders."""

    files: tuple[FileText, ...]
    folders: tuple[str, ...]


def walk(host: Host, folder: str) -> Walked | Missing:
    """Every `*.conf`, those of folders within in their place. Links to files count; links to
    folders do not, nor does `folder` itself where it is a link and no slash stands behind it."""
    files: list[FileText] = []
    folders: list[str] = []
    top = folder.rstrip("/") or "/"
    if host.stat(top) is None:
        return Missing(f"{visible(top)}, which --config-dir names, is not there")
    for found in _entries(host, top, folder.endswith("/"), 0):
        if isinstance(found, Missing):
            return found
        if isinstance(found, FileText):
            files.append(found)
        else:
            folders.append(found)
    return Walked(tuple(files), tuple(folders))


def _entries(host: Host, path: str, follow: bool, depth: int) -> Iterator[FileText | str | Missing]:
    folder = _is_folder(host, path, follow)
    if isinstance(folder, Missing):
        yield folder
    elif not folder:
        if path.endswith(".conf"):
            yield host.read(path) or Missing(f"{visible(path)} leads to no file")
    elif depth > _DEPTH:
        yield Missing(f"{visible(path)} is nested too deep")
    else:
        yield path
        names = host.list(path)
        if isinstance(names, Missing):
            yield names
            return
        for name in names or ():
            yield from _entries(host, f"{path.rstrip('/')}/{name}", False, depth + 1)


def _is_folder(host: Host, path: str, follow: bool) -> bool | Missing:
    """Whether the kubelet goes into it: a folder that is no link."""
    entry = host.stat(path)
    if entry is None or isinstance(entry, Missing):
        return False if entry is None else entry
    if entry.kind is not Kind.DIRECTORY or follow:
        return entry.kind is Kind.DIRECTORY
    above, _, name = path.rpartition("/")
    real, beside = host.resolve(path), host.resolve(above or "/")
    if isinstance(real, Missing):
        return real
    if isinstance(beside, Missing):
        return beside
    return real == f"{(beside or above).rstrip('/')}/{name}"


def parse(file: FileText, minor: int) -> Mapping[str, Setting[object]] | ParseError | Missing:
    """What one drop-in sets; Missing where the kubelet ends on it.

    Unlike the main file it may hold no key twice, and must say what it is.
    """
    path = visible(file.path)
    documents = yaml_marks.parse(path, file.data, most=1)
    if isinstance(documents, ParseError):
        return documents
    items = documents[0].items if documents else None
    if documents and not isinstance(items, dict) and documents[0].value is not None:
        return ParseError(path, "not a mapping of settings", documents[0].line, 1)
    held = items if isinstance(items, dict) else {}
    kind, api = (held[name].value if name in held else "" for name in ("kind", "apiVersion"))
    told = bool(kind) if minor <= ANY_API_UNTIL else (kind, api) == (CONFIG_KIND, CONFIG_API)
    if not told:
        wanted = f"kind: {CONFIG_KIND} of {CONFIG_API}"
        return Missing(f"{path} is not of {wanted}, and the kubelet ends on it")
    return settings(file.path, documents[0])
