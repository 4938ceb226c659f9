"""Configurations made up from a seed: the same ones every time, several hundred per release line.

Each is a set of files by name, config.toml the main one; @HERE@ stands for their folder. They hold
keys that the release reads, keys of other releases, misspelt and misplaced ones, wrong types,
other people's plugins, and every way of writing a table.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tests.configs.arrangements import ARRANGEMENTS, CRI, Tree
from unshim.model.values import Version
from unshim.releases.containerd import line_of
from unshim.releases.containerd_keys import RUNC, TOP, plugins, spans

SHORT = {
    CRI: "cri",
    "io.containerd.gc.v1.scheduler": "scheduler",
    "io.containerd.internal.v1.opt": "opt",
}
TYPES = ("io.containerd.runc.v2", "io.containerd.runc.v1", "io.containerd.kata.v2", "")
NAMES = ("runc", "kata", "nvidia", "crun", "my.own", "ein käfer")
HOSTS = ("docker.io", "registry.example.org:5000", "*", "10.0.0.1")
STRINGS = ("", "/opt/x", "with space", "overlayfs", "native", "käfer", "info", "a\\b", 'q"q')
NUMBERS = (0, 1, 3, 7, -1, 65536, 9_000_000_000)
LISTS: tuple[list[str], ...] = ([], ["/a"], ["/a", "/b c"], ["*"])
DURATIONS = ("0s", "100ms", "1m30s", "2h")
NO_DURATIONS: tuple[object, ...] = ("10", "1 s", "abc", 10, 0, "-1s", ".5s", "1d")
BROKEN = "broken"
BOM = "\ufeff"
WRONG: tuple[object, ...] = ("text", 5, True, 1.5, ["x"], [1], {"x": 1})


class Made(NamedTuple):
    """One configuration: its files by name."""

    name: str
    files: Mapping[str, str]


def single(release: Version, count: int) -> Iterator[Made]:
    """Configurations in one file."""
    for number in range(count):
        dice = random.Random(f"single {release.line} {number}")
        whole = text(dice, release, document(dice, release))
        spoilt = dice.random() < 0.08
        whole = broken(dice, whole) if spoilt else whole
        yield Made(f"{BROKEN if spoilt else 'single'}-{number}", {"config.toml": whole})


def imported(release: Version, count: int) -> Iterator[Made]:
    """Configurations in two and three files."""
    for number in range(count):
        dice = random.Random(f"imports {release.line} {number}")
        arrangement = ARRANGEMENTS[number % len(ARRANGEMENTS)]
        files = {
            name: text(dice, release, {**document(dice, release, tame=True), **lines})
            for name, lines in arrangement(dice).items()
        }
        if dice.random() < 0.08:
            files[dice.choice(list(files))] = dice.choice(("", "\n", "# nothing\n", BOM, "x"))
        yield Made(f"imports-{number}-{arrangement.__name__}", files)


def broken(dice: random.Random, whole: str) -> str:
    """A document with one thing wrong with it as a file."""
    at = dice.randrange(len(whole))
    return dice.choice((
        BOM + whole,
        whole + "\x00",
        whole[:at],
        whole[:at] + dice.choice('"[]=\n#{}.\'') + whole[at:],
        whole + "root = '/twice'\nroot = '/twice'\n",
        whole + "[debug]\n[debug]\n",
        whole.replace("\n", "\r", 1),
        "<<<<<<< HEAD\n" + whole,
    ))  # fmt: skip


def document(dice: random.Random, release: Version, *, tame: bool = False) -> Tree:
    """A configuration as nested tables; `tame` without wrong types."""
    newest = line_of(release).config
    version = dice.choice((None, 1, 2, 2, 2, max(2, newest - 1), newest, newest, newest))
    if not tame and dice.random() < 0.05:
        version = dice.choice((0, 3, 4, 5, -1))
    found: Tree = {} if version is None else {"version": version}
    tables: Tree = {}
    for plugin in plugins():
        if plugin == RUNC or (release.line < (2, 3) and plugin.startswith(_SINCE_2_3)):
            continue
        if plugin == TOP:
            found.update(_keys(dice, release, TOP, dice.randint(0, 6)))
            _complete(dice, found)
        elif dice.random() < (0.9 if plugin == CRI else 0.5):
            name = plugin if (version or 1) >= 2 or dice.random() < 0.1 else SHORT.get(plugin)
            if name:
                tables[name] = _keys(dice, release, plugin, dice.randint(0, 14))
    if (version or 1) >= 2 and dice.random() < 0.2:
        tables["io.containerd.grpc.v1.theirs"] = {"sandbox_image": "x", "enable_selinx": True}
    if dice.random() < 0.15:
        found["disabled_plugins"] = _disabled(dice, version or 1)
    if not tame and dice.random() < 0.25:
        _spoil(dice, release, tables if tables and dice.random() < 0.8 else found)
    if tables:
        found["plugins"] = tables
    return found


_SINCE_2_3 = ("io.containerd.server.", "io.containerd.metrics.v1.grpc-prometheus")


def _complete(dice: random.Random, top: Tree) -> None:
    """Most proxy plugins have a type; without one no release starts."""
    proxies = top.get("proxy_plugins")
    for proxy in proxies.values() if isinstance(proxies, dict) else ():
        if isinstance(proxy, dict) and dice.random() < 0.9:
            proxy.setdefault("type", "snapshot")


def _disabled(dice: random.Random, version: int) -> list[str]:
    short = ["cri", "aufs", "btrfs", "scheduler"]
    full = [CRI, "io.containerd.snapshotter.v1.btrfs", "io.containerd.gc.v1.scheduler"]
    wrong = dice.random() < 0.1
    return dice.sample(short if (version < 2) != wrong else full, dice.randint(1, 2))


def _keys(dice: random.Random, release: Version, plugin: str, count: int) -> Tree:
    """Some of a plugin's keys, most of them of this release, a few misspelt or of another place."""
    found: Tree = {}
    listed = {k: s for k, s in spans(plugin).items() if k.partition(".")[0] not in _APART}
    now = [k for k, s in listed.items() if s.holds(release)] or list(listed)
    for _ in range(count):
        key = dice.choice(now if dice.random() < 0.85 else list(listed))
        value = _value(dice, listed[key].kind)
        if value is None:
            continue
        path = [_name(dice, key) if part == "*" else part for part in key.split(".")]
        if path[-1] in _CHOICES:
            value = dice.choice(_CHOICES[path[-1]])
        if dice.random() < 0.04:
            path[-1] = _misspelt(dice, path[-1])
        elif dice.random() < 0.04 and "*" not in key:
            path[-1] = dice.choice((str.upper, str.title, str.capitalize))(path[-1])
        _put(found, path, value)
    if plugin != TOP and dice.random() < 0.1:
        _put(found, [dice.choice(("root", "oom_score", "sandbox_image"))], "/misplaced")
    return found


_APART = (
    "imports", "disabled_plugins", "required_plugins", "version", "plugin_dir", "temp",
    "stream_processors", "timeouts",
)  # fmt: skip


_PROXIES = ("snapshot",) * 12 + ("content", "io.containerd.snapshotter.v1", "diff", "sandbox", "x")
_CHOICES = {"runtime_type": TYPES, "default_runtime_name": NAMES, "type": _PROXIES}


def _name(dice: random.Random, key: str) -> str:
    return dice.choice(NAMES if ".runtimes." in f".{key}" else HOSTS)


def _misspelt(dice: random.Random, key: str) -> str:
    at = dice.randrange(len(key))
    if len(key) == 1:
        return f"{key}x"
    return dice.choice((key[:at] + key[at + 1 :], key[:at] + "x" + key[at:], key.replace("_", "-")))


def _value(dice: random.Random, kind: str) -> object:
    match kind:
        case "string":
            return dice.choice(STRINGS)
        case "bool":
            return dice.random() < 0.5
        case "int":
            return dice.choice(NUMBERS)
        case "float":
            return dice.choice((0.5, 0.02, 1.0))
        case "[]string":
            return dice.choice(LISTS)
        case "duration" | "nanoseconds":
            return dice.choice(DURATIONS) if dice.random() < 0.98 else dice.choice(NO_DURATIONS)
        case "options":
            return _options(dice)
    return None


def _options(dice: random.Random) -> Tree:
    keys = dice.sample(list(spans(RUNC)), dice.randint(0, 4))
    found: Tree = {key: _value(dice, spans(RUNC)[key].kind) for key in keys}
    if dice.random() < 0.1:
        found["SystemdCgoup"] = True
    if dice.random() < 0.1:
        found["ConfigPath"] = "/etc/kata.toml"
    return found


def _put(tree: Tree, path: list[str], value: object) -> None:
    """Set it, unless another spelling of the key is there: which one counts is tested elsewhere."""
    for name in path[:-1]:
        inner = tree.setdefault(name, {})
        if not isinstance(inner, dict):
            return
        tree = inner
    if path[-1].lower() not in {key.lower() for key in tree}:
        tree[path[-1]] = value


def _spoil(dice: random.Random, release: Version, tree: Tree) -> None:
    """Give one value another type."""
    while True:
        key = dice.choice(list(tree) or ["root"])
        inner = tree.get(key)
        if isinstance(inner, dict) and inner and dice.random() < 0.85:
            tree = inner
            continue
        tree[key] = dice.choice(WRONG)
        return


def text(dice: random.Random, release: Version, tree: Tree) -> str:
    """A document in TOML, in one of many hands."""
    lines: list[str] = ["# made up"] if dice.random() < 0.3 else []
    _write(dice, lines, [], tree, dice.choice(("", "  ", "\t")))
    end = "\r\n" if dice.random() < 0.1 else "\n"
    return end.join(lines) + end


def _write(dice: random.Random, lines: list[str], path: list[str], tree: Tree, indent: str) -> None:
    tables: list[tuple[str, Tree]] = []
    rows: list[str] = []
    for key, value in tree.items():
        if isinstance(value, dict) and not (path and value and dice.random() < 0.1):
            tables.append((key, value))
        else:
            gap = dice.choice(("", " "))
            rows.append(f"{indent * len(path)}{_key(dice, key)}{gap}={gap}{_toml(dice, value)}")
    if path and (rows or not tree):
        lines.append(f"{indent * len(path)}[{'.'.join(_key(dice, k) for k in path)}]")
    lines += rows
    for key, table in tables:
        _write(dice, lines, [*path, key], table, indent)


def _key(dice: random.Random, key: str) -> str:
    bare = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    if bare and dice.random() < 0.97:
        return key
    return f"'{key}'" if dice.random() < 0.3 else f'"{key}"'


def _toml(dice: random.Random, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        plain = "'" not in value and dice.random() < 0.2
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f"'{value}'" if plain else f'"{escaped}"'
    if isinstance(value, list):
        return "[" + ", ".join(_toml(dice, item) for item in value) + "]"
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{_key(dice, k)} = {_toml(dice, v)}" for k, v in value.items()) + "}"
        )
    return str(value)
