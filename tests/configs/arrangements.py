"""How the files of one configuration lie beside each other: what imports what, and by which name.

Each gives, by file name, the lines that its file has besides what is made up for it.
"""

from __future__ import annotations

import random
from collections.abc import Callable

Tree = dict[str, object]

CRI = "io.containerd.grpc.v1.cri"


def _two(dice: random.Random) -> dict[str, Tree]:
    return {"config.toml": {"imports": ["more.toml"]}, "more.toml": {}}


def _absolute(dice: random.Random) -> dict[str, Tree]:
    return {"config.toml": {"imports": ["@HERE@/sub/more.toml"]}, "sub/more.toml": {}}


def _three(dice: random.Random) -> dict[str, Tree]:
    order = dice.sample(["b.toml", "a.toml"], 2)
    return {"config.toml": {"imports": order}, "a.toml": {}, "b.toml": {}}


def _nested(dice: random.Random) -> dict[str, Tree]:
    inner: dict[str, Tree] = {"conf.d/a.toml": {"imports": ["b.toml"]}, "conf.d/b.toml": Tree()}
    return {"config.toml": {"imports": ["conf.d/a.toml"]}, **inner}


def _glob(dice: random.Random) -> dict[str, Tree]:
    folder: dict[str, Tree] = {"conf.d/20.toml": {}, "conf.d/10.toml": {}}
    return {"config.toml": {"imports": ["@HERE@/conf.d/*.toml"]}, **folder}


def _relative_glob(dice: random.Random) -> dict[str, Tree]:
    return {"config.toml": {"imports": ["conf.d/*.toml"]}, "conf.d/x.toml": {}, "conf.d/y.toml": {}}


def _glob_of_folders(dice: random.Random) -> dict[str, Tree]:
    folders: dict[str, Tree] = {"b/c.toml": {}, "a/d.toml": {}}
    return {"config.toml": {"imports": ["@HERE@/*/*.toml"]}, **folders}


def _circle(dice: random.Random) -> dict[str, Tree]:
    return {"config.toml": {"imports": ["more.toml"]}, "more.toml": {"imports": ["config.toml"]}}


def _twice(dice: random.Random) -> dict[str, Tree]:
    names = ["more.toml", "./more.toml", "more.toml"]
    return {"config.toml": {"imports": names}, "more.toml": {}}


def _missing(dice: random.Random) -> dict[str, Tree]:
    return {"config.toml": {"imports": ["more.toml", "gone/*.toml"]}, "more.toml": {}}


def _breadth(dice: random.Random) -> dict[str, Tree]:
    files: dict[str, Tree] = {"a.toml": {"imports": ["b.toml"]}, "b.toml": {}}
    return {"config.toml": {"imports": ["a.toml", "b.toml"]}, **files}


def _disabling(dice: random.Random) -> dict[str, Tree]:
    one: Tree = {"version": 2, "disabled_plugins": ["io.containerd.snapshotter.v1.btrfs"]}
    other: Tree = {"version": 2, "disabled_plugins": [CRI] if dice.random() < 0.3 else [_GC, _GC]}
    return {"config.toml": {**one, "imports": ["more.toml"]}, "more.toml": other}


_GC = "io.containerd.gc.v1.scheduler"


def _upwards(dice: random.Random) -> dict[str, Tree]:
    files: dict[str, Tree] = {"a/b.toml": {"imports": ["../c.toml", "./d.toml"]}, "a/d.toml": {}}
    return {"config.toml": {"imports": ["a/../a/b.toml"]}, "c.toml": {}, **files}


def _signs(dice: random.Random) -> dict[str, Tree]:
    """Only a star makes a pattern; beside one the other signs count."""
    names = dice.sample(["c?.toml", "[ab].toml", "*.d/[!x]?.toml", "~/c.toml", "d/*"], 2)
    files: dict[str, Tree] = {"c1.toml": {}, "a.toml": {}, "x.d/y1.toml": {}, "d/.hidden.toml": {}}
    return {"config.toml": {"imports": names}, **files}


def _no_match(dice: random.Random) -> dict[str, Tree]:
    return {"config.toml": {"imports": ["@HERE@/conf.d/*.toml"]}, "conf.d/a.toml~": {}}


def _folder(dice: random.Random) -> dict[str, Tree]:
    names = ["conf.d" if dice.random() < 0.5 else "conf.*"]
    return {"config.toml": {"imports": names}, "conf.d/a.toml": {}}


def _of_version(dice: random.Random) -> dict[str, Tree]:
    """Each file says one, or none: the main file's counts on 2.x, the last one on 1.x."""
    versions: tuple[Tree, ...] = ({}, {"version": 1}, {"version": 2}, {"version": 3})
    files = {name: dict(dice.choice(versions)) for name in ("config.toml", "a.toml", "b.toml")}
    files["config.toml"]["imports"] = ["a.toml", "b.toml"]
    return files


def _wrong_imports(dice: random.Random) -> dict[str, Tree]:
    wrong: tuple[object, ...] = ("more.toml", [1], True, ["more.toml", 1], [""], [["more.toml"]])
    return {"config.toml": {"imports": dice.choice(wrong)}, "more.toml": {}}


def _requiring(dice: random.Random) -> dict[str, Tree]:
    names = ("cri", CRI, _GC, "io.containerd.cri.v1.runtime", "nothing.of.the.kind", "a.b", "")
    main: Tree = {"imports": ["more.toml"], "required_plugins": dice.sample(names, 1)}
    return {"config.toml": main, "more.toml": {"required_plugins": dice.sample(names, 2)}}


ARRANGEMENTS: tuple[Callable[[random.Random], dict[str, Tree]], ...] = (
    _two, _absolute, _three, _nested, _glob, _relative_glob, _glob_of_folders, _circle, _twice,
    _missing, _breadth, _disabling, _upwards, _signs, _no_match, _folder, _of_version,
    _wrong_imports, _requiring,
)  # fmt: skip
