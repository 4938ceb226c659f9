"""The links by which a unit is enabled, aliased, masked or linked; noted, and put back exactly.

systemctl may touch more of them than one unit's own: [Install] names aliases and other units
(`Also=`) that are enabled and disabled along. All of those are noted.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from unshim.apply.acts import units
from unshim.apply.disk import flush_folder
from unshim.apply.failures import StepFailed

FOLDERS = (Path("/etc/systemd/system"), Path("/run/systemd/system"))
_BELOW = (".wants", ".requires", ".upholds")


def note(unit: str, folders: Iterable[Path] = FOLDERS) -> dict[str, Any]:
    """`names` whose links may change, those `links` (path to target), and the `folders` of links
    that exist. Raises: StepFailed, OSError."""
    names = _names(unit)
    places = tuple(folders)
    return {
        "names": sorted(names),
        "links": of(names, places),
        "folders": sorted(str(f) for place in places for f in _folders(place)),
    }


def of(names: Iterable[str], folders: Iterable[Path] = FOLDERS) -> dict[str, str]:
    """The links that are named like one of the units, or lead to one, with their targets."""
    wanted = frozenset(names)
    links: dict[str, str] = {}
    for place in folders:
        for path in (*_inside(place), *(p for f in _folders(place) for p in _inside(f))):
            if path.is_symlink():
                target = os.readlink(path)
                if path.name in wanted or os.path.basename(target) in wanted:
                    links[str(path)] = target
    return links


def _inside(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _folders(place: Path) -> list[Path]:
    return [f for f in _inside(place) if f.name.endswith(_BELOW) and f.is_dir()]


def _names(unit: str) -> set[str]:
    """The unit, its aliases, and the same of each unit that is enabled along with it."""
    names: set[str] = set()
    waiting = [unit]
    while waiting:
        name = waiting.pop()
        if name in names:
            continue
        names.add(name)
        (answer,) = units.show([name], ("Names", "FragmentPath", "DropInPaths"))
        names.update(answer.get("Names", "").split())
        for path in (answer.get("FragmentPath", ""), *answer.get("DropInPaths", "").split()):
            aliases, along = _install(path)
            names.update(aliases)
            waiting += along
    return names


def _install(path: str) -> tuple[list[str], list[str]]:
    """What `Alias=` and `Also=` name in a unit file."""
    named: dict[str, list[str]] = {"Alias": [], "Also": []}
    try:
        text = Path(path).read_text(encoding="utf-8", errors="replace") if path else ""
    except OSError:
        return [], []
    for line in text.replace("\\\n", " ").splitlines():
        key, _, value = line.partition("=")
        if key.strip() in named:
            named[key.strip()] += value.split()
    return named["Alias"], named["Also"]


def put_back(former: Mapping[str, Any], folders: Iterable[Path] = FOLDERS) -> None:
    """Exactly the links that were noted, and no other of those names; folders that were made for
    links go when they are empty.

    Raises:
        StepFailed: something that is not a link stands in the way, and is left as it is.
        OSError: it could not be done.
    """
    places = tuple(folders)
    wanted: Mapping[str, str] = former["links"]
    now = of(former["names"], places)
    for path in now:
        if path not in wanted:
            Path(path).unlink()
            flush_folder(Path(path).parent)
    for path, target in wanted.items():
        if now.get(path) != target:
            _link(Path(path), target)
    for place in places:
        for folder in _folders(place):
            if str(folder) not in former["folders"] and not any(folder.iterdir()):
                folder.rmdir()
                flush_folder(place)


def flush(folders: Iterable[Path] = FOLDERS) -> None:
    """Put on disk what systemctl linked and unlinked: it does not. Raises: OSError."""
    for place in folders:
        for folder in (place, *_folders(place)):
            if folder.is_dir():
                flush_folder(folder)


def _link(path: Path, target: str) -> None:
    if not path.is_symlink() and path.exists():
        raise StepFailed(f"{path} is not a link any more, and is left as it is")
    if not path.parent.is_dir():
        path.parent.mkdir(mode=0o755)
        flush_folder(path.parent.parent)
    temporary = path.with_name(f".unshim-{path.name}~")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target)
    temporary.replace(path)
    flush_folder(path.parent)
