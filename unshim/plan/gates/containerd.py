"""The gates of containerd: what it makes of its new files, and whether it comes up with them."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Sequence

from unshim.facts.containerd import containerd as facts
from unshim.facts.systemd import units
from unshim.host import programs
from unshim.host.host import Host
from unshim.host.once import OnceHost
from unshim.model.machine import ParseError, Program
from unshim.model.nouns import NamedTuple
from unshim.model.parts.containerd import Containerd, ContainerdConfig
from unshim.model.steps import Step, WriteFile
from unshim.model.values import Missing, Setting
from unshim.plan.gates.asking import Answer, Question, Started, words
from unshim.plan.gates.effective import Seen, unlike
from unshim.plan.pictures.node import with_steps

_UNIT = "containerd.service"
_NRI_PLUGINS = "/opt/nri/plugins"
_DEVICES = ("devmapper", "zfs", "blockfile", "btrfs")
Ask = Callable[[Question, Sequence[WriteFile]], Answer]


class Case(NamedTuple):
    """containerd before a plan and after it, as far as files tell."""

    before: Containerd
    after: Containerd

    @property
    def path(self) -> str:
        """Its main file."""
        config = self.after.config
        if isinstance(config, Missing):
            return ""
        return config.path.value if isinstance(config, ContainerdConfig) else config.path


def concerns(steps: Sequence[Step]) -> bool:
    """Whether a plan may be about containerd at all."""
    return any(
        s.path.endswith(".toml") or "/containerd" in s.path
        if isinstance(s, WriteFile)
        else getattr(s, "unit", "") == _UNIT
        for s in steps
    )


def case(host: Host, steps: Sequence[Step]) -> Case | None:
    """What the plan does to containerd's configuration; None where that stays as it is."""
    before, after = _read(host), _read(with_steps(host, steps).overlay)
    return None if _files(before) == _files(after) else Case(before, after)


def _read(host: Host) -> Containerd:
    host = OnceHost(host)
    return facts.read(host, host.processes(), units.read(host))


def _files(containerd: Containerd) -> object:
    config = containerd.config
    return config.files if isinstance(config, ContainerdConfig) else config


def files_of(case: Case) -> frozenset[str]:
    """The files that are containerd's, whatever they are called."""
    configs = (case.before.config, case.after.config)
    named = {f.path for c in configs if isinstance(c, ContainerdConfig) for f in c.files}
    return frozenset({*named, case.path} - {""})


def question(case: Case) -> Question:
    """What to ask; of a containerd that is not known, nothing."""
    binary = _program(case.after)
    if not binary or not case.path:
        return Question()
    config = case.after.config
    if not isinstance(config, ContainerdConfig):
        return Question(binary, case.path)
    writable = [_text(config, "opt.path"), _text(config, "cni.conf_dir")]
    named = [s.value for key, s in config.values.items() if key.endswith(".plugin_path")]
    hidden = [_NRI_PLUGINS, *(path for path in named if isinstance(path, str))]
    absolute = (tuple(filter(posixpath.isabs, paths)) for paths in (writable, hidden))
    return Question(binary, case.path, (), not touches(config), *absolute)


def _program(containerd: Containerd) -> str:
    """What the unit starts as root anyway; else a binary that nobody but root can have written."""
    if isinstance(containerd.program, Program):
        return containerd.program.path
    found = (
        programs.find(containerd.binary.value) if isinstance(containerd.binary, Setting) else None
    )
    return found.path if isinstance(found, programs.Program) and found.user is None else ""


def _text(config: ContainerdConfig, name: str) -> str:
    setting = config.effective.get(name)
    return str(setting.value) if isinstance(setting, Setting) else ""


def touches(config: ContainerdConfig) -> str:
    """What a second containerd would touch of this machine, "" for nothing."""
    if config.snapshotter.value in _DEVICES:
        return f"the snapshotter {config.snapshotter.value} works on real devices"
    for key in config.values:
        parts = key.split(".")
        if parts[0] == "proxy_plugins":
            return "it would work with programs outside of it (proxy_plugins)"
        if parts[-1] in ("root_path", "pool_name", "scratch_file", "plugin_dir"):
            return f"{parts[-1]} names a place outside of its root"
        if parts == ["cgroup", "path"]:
            return "it would enter a cgroup (cgroup.path)"
    return ""


def complaints(
    host: Host, case: Case, before: Answer, after: Answer, again: Callable[[], Answer]
) -> Iterator[str]:
    """What speaks against the new files. `again` starts a containerd with the old ones."""
    if after.dump is not None and after.dump.code:
        if before.dump is None or before.dump.code == 0:
            yield f"containerd does not take its new configuration: {_last(after.dump.err)}"
        return
    refused, was_refused = case.after.config, case.before.config
    if isinstance(refused, ParseError) and not isinstance(was_refused, ParseError):
        yield f"containerd would not start with {refused.path}: {words(refused.message)}"
        return
    if after.dump is not None and before.dump is not None:
        was = Seen(_config(case.before), before.dump.out if not before.dump.code else "")
        now = Seen(_config(case.after), after.dump.out)
        found = unlike(host, case.after.version, was, now)
        if found:
            yield f"containerd would not take its new files as the plan means them: {words(found)}"
            return
    if after.shadow is not None and (reason := _down(after.shadow)):
        told = worse(again().shadow, after.shadow)
        if told:
            yield f"a containerd started with the new files beside the real one {reason}: {told}"


def _config(containerd: Containerd) -> ContainerdConfig | None:
    config = containerd.config
    return None if isinstance(config, (Missing, ParseError)) else config


def _down(started: Started) -> str:
    if started.ended is not None:
        return "ends"
    return "never answers" if started.failed is None else "is not whole" if started.failed else ""


def worse(before: Started | None, after: Started) -> str:
    """What fails of the new that did not fail of the old, "" for nothing."""
    if after.ended is not None:
        ends = before is not None and before.ended is not None
        return "" if ends else words(after.ended) or "without a word"
    if after.failed is None:
        return "" if before is not None and before == after else "it was waited for in vain"
    if before is not None and before.failed is None:
        return ""  # it did not come up at all before: this is better, and its checks tell the rest
    old = {} if before is None or before.failed is None else before.failed
    # What merely rests on another says so at length: the shortest words are the cause's own.
    new = sorted((len(said), name, said) for name, said in after.failed.items() if name not in old)
    return f"{new[0][1]}: {words(new[0][2])}" if new else ""


def _last(text: str) -> str:
    lines = text.strip().splitlines()
    return words(lines[-1]) if lines else "without a word"
