"""What each kind of step has in RESTORE.sh, as calls of what `restore_sh.py` defines there."""

from __future__ import annotations

import os
from collections.abc import Iterable

from unshim.apply import acts
from unshim.apply.turn import Former
from unshim.model.steps import (
    CordonNode,
    DrainNode,
    EnableUnit,
    LoadModule,
    MaskUnit,
    ReloadSystemd,
    RestartUnit,
    RunCommand,
    SetSysctl,
    StartUnit,
    StopUnit,
    WriteFile,
)

_GOING, _DOWN = ("active", "reloading"), ("inactive", "failed")


def file(step: WriteFile, former: Former, number: int) -> list[str]:
    """The former file from the run's folder, with its owner, mode and xattrs."""
    real = former.get("real") or os.path.realpath(step.path)
    left = _sum(step.after)
    if not former.get("existed"):
        lines = [_call("drop", real, left)]
        return lines + [_call("rmdir", folder) for folder in reversed(former.get("made", ()))]
    owner, mode = f"{former['uid']}:{former['gid']}", f"{former['mode']:04o}"
    xattrs = [word for pair in sorted(former["xattrs"].items()) for word in pair]
    was = _sum(step.before)
    return [_call("put", str(number), real, was, left, owner, mode, *xattrs)]


def reload(_: ReloadSystemd, former: Former, number: int) -> list[str]:
    """The unit files read again."""
    return ["reload"]


def restart(step: RestartUnit, former: Former, number: int) -> list[str]:
    """The unit up or down, as it was, and with its old files."""
    was = former.get("active", "active")
    verb = {"active": "restart", "inactive": "stop"}.get(was, "try_again")
    return [_call(verb, step.unit)]


def stop(step: StopUnit, former: Former, number: int) -> list[str]:
    """What ran with it, started."""
    return _called("start", (u for u, was in former["active"].items() if was in _GOING))


def start(step: StartUnit, former: Former, number: int) -> list[str]:
    """What did not run, stopped."""
    return _called("stop", (u for u, was in former["active"].items() if was in _DOWN))


def links(step: EnableUnit | MaskUnit, former: Former, number: int) -> list[str]:
    """The very links that were there."""
    kept = sorted(former["links"].items())
    lines = [_call("unlink_others", ":".join(("", *(p for p, _ in kept), "")), *former["names"])]
    return [*lines, *(_call("link", target, path) for path, target in kept), "reload"]


def parameter(step: SetSysctl, former: Former, number: int) -> list[str]:
    """The former value, and those of what the kernel set along."""
    was = former.get("value")
    if was is None:
        return []
    along = (pair for pair in former["along"].items() if pair[1] is not None)
    path = acts.kernel.sysctl_path(step.key)
    return [_call("parameter", path, was, step.after, *(word for pair in along for word in pair))]


def module(step: LoadModule, former: Former, number: int) -> list[str]:
    """Without what it brought, as far as nothing uses that."""
    brings = list(reversed(former.get("brings", ())))
    return [_call("unload" if n == step.name else "unload_unused", n) for n in brings]


def command(step: RunCommand, former: Former, number: int) -> list[str]:
    """The command that brings back what was."""
    back = acts.commands.back_of(step, former)
    return [_call("try", *back)] if back else []


def cordon(step: CordonNode | DrainNode, former: Former, number: int) -> list[str]:
    """The node takes pods, or none, as before."""
    kubectl, *words = acts.cluster.verb(step, former.get("cordoned", False))
    return [_call("try", kubectl, *acts.cluster.options(step), *words)]


def _called(name: str, arguments: Iterable[str]) -> list[str]:
    return [_call(name, argument) for argument in arguments]


def _call(*words: str) -> str:
    from shlex import quote  # a report writes no script

    return " ".join(quote(word) for word in words)


def _sum(data: bytes | None) -> str:
    """The sha256 of what stands there, `none` for nothing."""
    import hashlib

    return "none" if data is None else hashlib.sha256(data).hexdigest()
