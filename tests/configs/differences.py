"""What a real containerd makes of a configuration, beside what unshim makes of it.

The daemon's side is `config dump`: its exit code, the values in it, and what it does not read. 2.x
names unread keys in its log; 1.x leaves them out of the dump.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests.configs.dumped import ABSENT, runtimes, tells_cri, told
from tests.configs.generated import Made
from tests.lab.containerd import Line, release
from unshim.facts.containerd import config as containerd_config
from unshim.facts.containerd.config import Place
from unshim.host.local import LocalHost
from unshim.model.machine import ParseError
from unshim.model.parts.containerd import ContainerdConfig, Unread
from unshim.model.values import Missing, Origin, Setting, Source, Version
from unshim.releases.containerd import OLDEST_VERSIONS, full_name
from unshim.releases.containerd_keys import TOP, plugins, shape

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

RELEASES: dict[Line, Version] = {
    "1.3": Version(1, 3, 10),
    "1.4": Version(1, 4, 13),
    "1.5": Version(1, 5, 18),
    "1.6": Version(1, 6, 20),
    "1.7": Version(1, 7, 24),
    "2.0": Version(2, 0, 11),
    "2.1": Version(2, 1, 9),
    "2.3": Version(2, 3, 4),
}
FROM_FLAGS = Source(Origin.FLAG, "given")


class Dump(NamedTuple):
    """A daemon's answer. `document` is None where it refuses the files."""

    document: dict[str, Any] | None
    log: str


def place(made: Made, folder: Path) -> Path:
    """Write the files; the main one."""
    for name, text in made.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.replace("@HERE@", str(folder)).encode())
    return folder / "config.toml"


def dump(line: Line, main: Path) -> Dump:
    argv = [str(_binary(line)), "--config", str(main), "config", "dump"]
    done = subprocess.run(argv, capture_output=True, cwd="/", timeout=30)
    log = done.stderr.decode(errors="replace")
    return Dump(None if done.returncode else tomllib.loads(done.stdout.decode()), log)


def ours(
    line: Line, main: Path, *, binary: bool = False
) -> ContainerdConfig | ParseError | Missing:
    """unshim's view; `binary`: what our own reader refuses, it asks the release's."""
    named = Place(Setting(str(main), FROM_FLAGS), named=True)
    asked = str(_binary(line)) if binary else None
    return containerd_config.read(LocalHost(), named, Setting(RELEASES[line], FROM_FLAGS), asked)


def _names_what_is_missing(error: ParseError) -> bool:
    match = re.fullmatch(r"imports (.+), which is not there", error.message)
    return match is not None and not Path(match[1]).exists()


def _binary(line: Line) -> Path:
    return release(line).path / "usr/bin/containerd"


_ASKED = "yet containerd accepts it"


def differences(
    line: Line, main: Path, default: dict[str, Any], *, broken: bool = False
) -> Iterator[str]:
    """Every difference in words; `default` is what the release dumps without any file.

    Of a `broken` file that only the release's own TOML library takes, ours may know nothing.
    """
    version = RELEASES[line]
    theirs, found = dump(line, main), ours(line, main, binary=broken)
    forgiven = theirs.document is not None and version.line >= (2, 0)
    if isinstance(found, Missing):
        if theirs.document is None or not (broken and found.reason.endswith(_ASKED)):
            yield f"ours is missing: {found.reason}"
    elif forgiven and isinstance(found, ParseError) and _names_what_is_missing(found):
        return  # the daemon does not start: see MISLEADING
    elif isinstance(found, ParseError) or theirs.document is None:
        if (theirs.document is None) != isinstance(found, ParseError):
            yield f"refused by one: {found if isinstance(found, ParseError) else theirs.log[:700]}"
    else:
        yield from _values(version, found, theirs.document, default)
        # 2.x's log does not tell what one file's table hides of another's.
        if len(found.files) == 1 or version.line < (2, 0):
            yield from _unread(version, found, theirs, set(default["plugins"]))


def _values(
    version: Version, found: ContainerdConfig, dumped: dict[str, Any], default: dict[str, Any]
) -> Iterator[str]:
    ours_disabled = {s.value for s in found.disabled_plugins}
    if ours_disabled != set(dumped["disabled_plugins"]):
        yield f"disabled: {ours_disabled} != {dumped['disabled_plugins']}"
    for name, theirs in told(version, dumped):
        setting = found.effective.get(name)
        if name == "cni.bin_dirs" and _distribution(setting):
            setting = Setting(dict(told(version, default))[name], FROM_FLAGS)
        mine = setting.value if isinstance(setting, Setting) else ABSENT
        if setting is None or not _same(mine, theirs):
            yield f"{name}: {getattr(setting, 'value', setting)!r} != {theirs!r}"
    names = {h.name for h in found.handlers}
    theirs = set(dict(runtimes(version, dumped)))
    if tells_cri(version, dumped) and names != theirs:
        yield f"runtimes: {names} != {theirs}"


def _distribution(setting: object) -> bool:
    """Debian's builds look for CNI plugins elsewhere by default."""
    if isinstance(setting, Missing):
        return "distribution" in setting.reason
    return isinstance(setting, Setting) and setting.source.origin is Origin.DEFAULT


def _same(mine: object, theirs: object) -> bool:
    mine, theirs = (tuple(v) if isinstance(v, list) else v for v in (mine, theirs))
    if isinstance(mine, str) and isinstance(theirs, str) and mine != theirs:
        return _seconds(mine) is not None and _seconds(mine) == _seconds(theirs)
    return mine == theirs and (isinstance(mine, bool) == isinstance(theirs, bool))


_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}


def _seconds(text: str) -> float | None:
    parts = re.findall(r"([\d.]+)(h|ms|µs|us|ns|m|s)", text)
    if "".join(a + b for a, b in parts) != text:
        return None
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


def _unread(
    version: Version, found: ContainerdConfig, theirs: Dump, built_in: set[str]
) -> Iterator[str]:
    if version.line >= (2, 0):
        yield from _unread_by_log(found, theirs, built_in)
    elif theirs.document is not None:
        yield from _unread_by_absence(version, found, theirs.document)


_WARNED = re.compile(
    r'msg="Ignoring unknown key in TOML( for plugin)?".*? key=("(?:[^"\\]|\\.)*"|\S+)'
    r"(?: plugin=(\S+))?"
)


def _unread_by_log(found: ContainerdConfig, theirs: Dump, built_in: set[str]) -> Iterator[str]:
    warned = set()
    for line in theirs.log.splitlines():
        match = _WARNED.search(line)
        if match and (match[3] is None or match[3] in plugins()):
            key = match[2]
            key = tomllib.loads(f"k={key}")["k"] if key.startswith('"') else key
            warned.add(key.lower())
    disabled = {setting.value for setting in found.disabled_plugins}
    leaves = {_flat(key).lower() for key in found.values if not _off(key, disabled)}
    warned = {key for key in warned if any(_covers(key, leaf) for leaf in leaves)}
    mine = {_flat(unread.key).lower(): unread for unread in found.unread}
    for key in warned:
        if not any(_covers(key, path) for path in mine) and not key.startswith(_FOREIGN):
            yield f"2.x does not read {key!r}, we do"
    for path, unread in mine.items():
        if _silent(unread, disabled, built_in):
            continue
        # The log leaves out some keys of inline tables; what it does not read is not in the dump.
        if not any(_covers(key, path) for key in warned) and _is_dumped(theirs, unread.key):
            yield f"2.x reads {unread}"


_FOREIGN = ("proxy_plugins", "stream_processors")


def _covers(key: str, path: str) -> bool:
    return (
        path == key or path.startswith(key + " ") or path.endswith(" " + key) or f" {key} " in path
    )


def _silent(unread: Unread, disabled: set[str], built_in: set[str]) -> bool:
    """Options go to the shim unlooked at; what migration drops is dropped without a word; and so
    is what is set for a disabled plugin, or for one that the release has not."""
    words = (
        "moves to version 3",
        "another table sets it",
        "another spelling",
        "own spelling only",
        "from version 4 on",
        "from `version = 2` on",
        _SHIMS,
    )
    path = _path(unread.key)
    if path[0] == "plugins" and "has no plugin" in unread.reason:
        return full_name(path[1]) not in built_in
    return _off(unread.key, disabled) or any(word in unread.reason for word in words)


def _is_dumped(theirs: Dump, key: str) -> bool:
    path = _path(key)
    tree = theirs.document
    assert tree is not None
    if path[0] == "plugins":
        tree, path = tree["plugins"].get(full_name(path[1]), {}), path[2:]
    return _folded(tree, path, any_case=True)


def _off(key: str, disabled: set[str]) -> bool:
    path = _path(key)
    return path[0] == "plugins" and full_name(path[1]) in disabled


_SHIMS = "runc's shim"


def _flat(key: str) -> str:
    path = _path(key)
    return " ".join(path[2:] if path[0] == "plugins" else path)


def _path(key: str) -> list[str]:
    value: Any = tomllib.loads(f"{key} = 0")
    path = []
    while isinstance(value, dict):
        (name, value), *_ = value.items()
        path.append(name)
    return path


def _unread_by_absence(
    version: Version, found: ContainerdConfig, dumped: dict[str, Any]
) -> Iterator[str]:
    mine = {unread.key: unread for unread in found.unread}
    for key in found.values:
        path = _path(key)
        if (
            path[0].lower() in _FOREIGN
            or (path[0].lower() == "timeouts" and version.line < (1, 4))  # it dumps its own alone
            or "options" in map(str.lower, path)
            or path[0] in ("version", "imports")
        ):
            continue
        plugin = TOP
        if path[0] == "plugins":
            plugin, path = full_name(path[1]), path[2:]
            if plugin not in plugins() or (
                plugin not in dumped["plugins"] and shape(plugin, version)
            ):
                continue
            named_full = "." in _path(key)[1]
            if named_full == (found.version.value in OLDEST_VERSIONS):
                if key not in mine:
                    yield f"{version} does not read {key}, we do"
                continue
        tables = dumped if plugin == TOP else dumped["plugins"].get(plugin, {})
        there = _folded(tables, path, any_case=version.line < (1, 5))
        if there == (key in mine):
            yield f"{version} {'reads' if there else 'does not read'} {key}, we differ"


def _folded(tree: Any, path: list[str], *, any_case: bool) -> bool:
    """Whether the dump has the key, in a case that the release takes."""
    for name in path:
        if not isinstance(tree, dict):
            return False
        alike = [k for k in tree if k.lower() == name.lower()]
        taken = [k for k in alike if any_case or name in (k, k.upper(), k.lower())]
        if not taken:
            return False
        tree = tree[taken[0]]
    return True
