"""What a node must be, from the plan's bytes and what stood there before: the engine is not asked.

After whatever happened, a node is OLD (as before), or NEW (as planned); what a run's state claims
must be so.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from tests.crash import world
from tests.crash.cases import Case
from tests.crash.world import Thing, World
from unshim.apply import journal
from unshim.model.steps import (
    CordonNode,
    DrainNode,
    EnableUnit,
    ImportImage,
    LoadModule,
    MaskUnit,
    ReloadSystemd,
    RestartUnit,
    RunCommand,
    SetSysctl,
    ShareImage,
    StartUnit,
    StopUnit,
    WaitFor,
    WriteFile,
)

_UNITS = "etc/systemd/system"
OLD_STATES = ("undone", "interrupted", "refused", "none")
NEW_STATES = ("applied", "verified", "waiting", "confirmed")


def planned(case: Case, old: World, node: Path) -> World:
    """What the node is once all of a case is carried out; `node` is one that is OLD."""
    things, units, read = dict(old.things), dict(old.units), dict(old.read)
    files: dict[str, bytes | None] = {}
    for step in case.steps:
        if isinstance(step, WriteFile):
            name = str(world.real(node, step.path).relative_to(node))
            files[name] = step.after
            _write(things, name, step)
        elif isinstance(step, StopUnit):
            units[step.unit] = "inactive"
        elif isinstance(step, (StartUnit, RestartUnit)):
            units[step.unit] = "active"
            read[step.unit] = "new"
        elif isinstance(step, ReloadSystemd):
            read["systemd"] = "new"
        elif isinstance(step, EnableUnit):
            link = f"{_UNITS}/multi-user.target.wants/{step.unit}"
            _link(things, link, f"/lib/systemd/system/{step.unit}", step.enabled)
        elif isinstance(step, MaskUnit):
            _link(things, f"{_UNITS}/{step.unit}", "/dev/null", step.masked)
        elif not _in_memory(things, step):
            raise AssertionError(f"nobody has said here what {step} does")
    return World(things, {}, units, read)


def _in_memory(things: dict[str, Thing], step: object) -> bool:
    """What a step does that no disk keeps; False where nobody has said here what it does."""
    if isinstance(step, SetSysctl):
        name = f"run/sys/{step.key.replace('.', '/')}"
        things[name] = things[name]._replace(data=f"{step.after}\n".encode())
    elif isinstance(step, LoadModule):
        known = things["run/modules"]
        line = f"{step.name} 16384 0 - Live 0x0\n".encode()
        things["run/modules"] = known._replace(data=known.data + line)
    elif isinstance(step, RunCommand) and step.name == "hold-package":
        things[f"run/held/{step.arguments[0]}"] = Thing("file", 0o644, 0, 0, (), b"")
    elif isinstance(step, (ShareImage, ImportImage)):
        digest = f"{step.digest}\n" if isinstance(step, ShareImage) else "sha256:m\n"
        known = Thing("file", 0o644, 0, 0, (), digest.encode())
        things[f"run/images/{step.name.replace('/', '_')}"] = known
    elif isinstance(step, CordonNode) and not step.cordoned:
        things.pop("run/cluster/cordoned")
    elif isinstance(step, (CordonNode, DrainNode)):
        things["run/cluster/cordoned"] = Thing("file", 0o644, 0, 0, (), b"")
    elif isinstance(step, RunCommand) and step.name == "swap-off":
        things["run/swaps"] = things["run/swaps"]._replace(data=world.SWAPS.encode())
    else:
        return isinstance(step, WaitFor)
    return True


def _folders(things: dict[str, Thing], name: str) -> None:
    for parent in reversed(Path(name).parents):
        things.setdefault(str(parent), Thing("folder", 0o755, 0, 0, (), b""))
    things.pop(".", None)


def _write(things: dict[str, Thing], name: str, step: WriteFile) -> None:
    if step.after is None:
        things.pop(name, None)
        return
    _folders(things, name)
    fresh = Thing("file", step.mode, 0, 0, (), step.after)
    things[name] = things.get(name, fresh)._replace(data=step.after)


def _link(things: dict[str, Thing], name: str, target: str, there: bool) -> None:
    if there:
        _folders(things, name)
        things[name] = Thing("link", 0o777, 0, 0, (), os.fsencode(target))
    else:
        things.pop(name, None)


def halves(old: World, new: World, now: World) -> Iterator[str]:
    """Files that are neither as they were nor as planned."""
    for name in sorted({*old.things, *new.things, *now.things}):
        before, after, is_ = (w.things.get(name) for w in (old, new, now))
        made = after is not None and after.kind == "folder" and is_ is not None
        if is_ not in (before, after) and not (made and is_ == after):
            yield f"half: {name} is {_short(is_)}, neither {_short(before)} nor {_short(after)}"


def differences(want: World, now: World, digests: tuple[str, str]) -> list[str]:
    """In what a node is not as it must be; `digests` are what who reads the old and the new files
    has read."""
    found = [
        f"{name} is {_short(now.things.get(name))}, not {_short(want.things.get(name))}"
        for name in sorted({*want.things, *now.things})
        if now.things.get(name) != want.things.get(name)
    ]
    for unit, state in want.units.items():
        if now.units.get(unit) != state:
            found.append(f"{unit} is {now.units.get(unit)}, not {state}")
    for unit, digest in want.read.items():
        wanted = digests[digest == "new"]
        if want.units.get(unit, "active") == "active" and now.read.get(unit) != wanted:
            found.append(f"{unit} has not read the files that stand there")
    return found


def _short(thing: Thing | None) -> str:
    if thing is None:
        return "nothing"
    data = thing.data if len(thing.data) < 30 else thing.data[:30] + b"..."
    return f"{thing.kind} {thing.mode:o} {thing.uid}:{thing.gid} {len(thing.data)} B {data!r}"


def state(node: Path) -> str:
    """The state that the node's newest run is told to be in, `none` where there is no run."""
    runs = journal.folders(node / world.OWN)
    return journal.state_of(runs[0]) if runs else "none"
