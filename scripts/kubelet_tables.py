"""Write which flags and configuration fields each kubelet has, from the sources of its release.

    python -m scripts.kubelet_tables 1.35=GIT_DIR:REVISION 1.36=GIT_DIR:REVISION ...

Name every release of the table, in one call: a row says when it comes and when it goes. GIT_DIR is
a clone of kubernetes/kubernetes (v1.36.3), or of a program that has the kubelet among its vendored
sources: kubernetes/autoscaler (cluster-autoscaler-release-1.15 to -1.31) and openshift/microshift
(release-4.19, which is 1.32, to release-4.23) have all of 1.15 to 1.36.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, TypeVar

from scripts.go_source import Call, Source, Tree, calls

OUT = Path(__file__).resolve().parent.parent / "unshim/releases/kubelet_names.json"
NO_FIELD = "-"
T = TypeVar("T")
_APP = "k8s.io/kubernetes/cmd/kubelet/app"
_LEAVES = {
    "metav1.Duration": "duration",
    "time.Duration": "nanoseconds",
    "metav1.Time": "time",
    "resource.Quantity": "quantity",
    "resource.QuantityValue": "quantity",
    # Takes a duration's words too.
    "TimeOrMetaDuration": "nanoseconds",
    "int32": "int",
    "int64": "int",
    "uint32": "int",
    "uint": "int",
    "float64": "float",
    "byte": "int",
    "bool": "bool",
    "string": "string",
}
_METHODS = {
    "Bool": "bool",
    "String": "string",
    "StringSlice": "words",
    "Int": "int",
    "Int32": "int",
    "Int64": "int",
    "Uint64": "int",
    "Float64": "float",
    "Duration": "duration",
}
# What a flag's own type is called in the sources, and how it is written.
_VALUES = {
    "NewMapStringBool": "gates",
    "NewMapStringString": "pairs",
    "NewMapStringStringNoSplit": "pairs",
    "ConfigurationMap": "labels",
    "bindableNodeLabels": "labels",
    "NewLangleSeparatedMapStringString": "thresholds",
    "NewColonSeparatedMultimapStringString": "headers",
    "IPVar": "address",
    "NewTaintsVar": "taints",
    "RegisterWithTaintsVar": "taints",
    "ReservedMemoryVar": "reservations",
    "VerbosityLevelPflag": "int",
    "verbosity": "int",
    "Verbosity": "int",
    "VModule": "levels",
    "stderrThreshold": "int",
    "alsologtostderrthreshold": "int",
    "InfoBufferSize": "quantity",
    "VModuleConfigurationPflag": "levels",
    "vmodule": "levels",
    "traceLocation": "place",
    "DynamicConfigDir": "string",
}


# OpenShift's own, among its vendored sources: no release of Kubernetes has it.
_CARRIED = frozenset(("max-housekeeping-interval",))


class Flag(NamedTuple):
    """A flag of one release: how it is written, the field that it sets, whether it is deprecated
    in words of its own."""

    kind: str
    field: str
    deprecated: bool


class Release(NamedTuple):
    """What a release has: flags by name, types of fields by dotted path."""

    flags: Mapping[str, Flag]
    fields: Mapping[str, str]


class Reader:
    """Reads one release."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._config = "k8s.io/kubelet/config/v1beta1"
        self._go_paths: dict[str, str] = {}

    def release(self) -> Release:
        """All of it."""
        fields = dict(self._fields(self._config, "KubeletConfiguration", "", ""))
        return Release(dict(self._flags()), fields)

    def _fields(self, package: str, name: str, above: str, go: str) -> Iterator[tuple[str, str]]:
        source = self._tree.package(package)
        members = source.members(name)
        if members is None:
            raise ValueError(f"{package} has no struct {name}")
        for member in members:
            at, inside = f"{above}{member.key}", f"{go}{member.name}"
            if not member.key and not member.inline:
                continue
            if member.inline:
                at, inside = above.removesuffix("."), go.removesuffix(".")
            self._go_paths[inside] = at
            yield from self._typed(package, source, member.type, at, inside)

    def _typed(
        self, package: str, source: Source, kind: str, at: str, go: str
    ) -> Iterator[tuple[str, str]]:
        kind = kind.lstrip("*")
        leaf = _leaf(self._tree, package, source, kind)
        if leaf:
            yield at, leaf
            return
        held = re.fullmatch(r"(\[\]|map\[[\w.]+\])(.+)", kind)
        if held:
            yield from self._typed(package, source, held[2], f"{at}.*", f"{go}.*")
            return
        inner, name = _place(source, package, kind)
        there = self._tree.package(inner)
        if there.underlying(name):
            yield from self._typed(inner, there, there.underlying(name), at, go)
            return
        dot = "." if at else ""
        yield from self._fields(inner, name, f"{at}{dot}", f"{go}." if go else "")

    def _flags(self) -> Iterator[tuple[str, Flag]]:
        options = self._tree.package(f"{_APP}/options")
        runtime = self._tree.package("k8s.io/kubernetes/pkg/kubelet/config")
        server = self._tree.package(_APP)
        kubelet = options.function("AddFlags", "KubeletFlags")
        for body in (
            kubelet,
            options.function("addOSFlags", "KubeletFlags"),
            runtime.function("AddFlags", "ContainerRuntimeOptions"),
            options.function("addContainerRuntimeFlags"),
            server.function("NewKubeletCommand"),
        ):
            yield from self._declared(options, body)
        config = options.function("AddKubeletConfigFlags")
        yield from self._declared(options, config)
        yield from self._logging(config, options.function("AddGlobalFlags"))
        yield from self._registered(options)
        yield "version", Flag("bool", NO_FIELD, False)

    def _declared(
        self, source: Source, body: str, field: str = "", log: bool = False
    ) -> Iterator[tuple[str, Flag]]:
        """The flags that a function declares."""
        told = list(calls(body))
        deprecated = {
            source.constant(call.arguments[0]) for call in told if call.method == "MarkDeprecated"
        }
        for call in told:
            found = _flag(source, call)
            if found is None:
                continue
            name, target, kind = found
            path = re.search(r"&c\.([\w.]+)", target)
            at = self._json_path(f"{field}{path[1]}") if path else NO_FIELD
            yield _dashed(name), Flag(kind, at, log or name in deprecated)

    def _json_path(self, go: str) -> str:
        """The field's path as the file has it."""
        return self._go_paths.get(re.sub(r"(\.Duration)+$", "", go), NO_FIELD)

    def _logging(self, config: str, globals_: str) -> Iterator[tuple[str, Flag]]:
        """The flags of klog, and those that stand for the logging part of the configuration."""
        logs = self._tree.package("k8s.io/component-base/logs")
        api = self._tree.package("k8s.io/component-base/logs/api/v1")
        klog = self._tree.package("k8s.io/klog/v2")
        if not klog.text:  # up to 1.18
            klog = self._tree.package("k8s.io/klog")
        names = self._tree.package("k8s.io/component-base/logs/klogflags").function("Init")
        kept = set(re.findall(r'"(\w+)"', names))
        added = logs.function("AddFlags")
        declared = klog.function("InitFlags") + klog.function("init")
        skipped = {"v", "vmodule"} if "SkipLoggingConfigurationFlags" in globals_ else set()
        for name, flag in self._declared(klog, declared, log="pf.Deprecated" in added):
            if name not in skipped and (not kept or name in kept):
                yield (
                    name,
                    flag if name not in ("v", "vmodule") else flag._replace(deprecated=False),
                )
        if not skipped:
            yield "log-flush-frequency", Flag("duration", NO_FIELD, False)
        for source, function in (
            (logs, "BindLoggingFlags"),
            (api, "AddFlags"),
            (api, "addFlags"),
        ):
            if re.search(r"\b(BindLoggingFlags|logsapi\.AddFlags)\(", config):
                yield from self._declared(source, source.function(function), "Logging.")

    def _registered(self, options: Source) -> Iterator[tuple[str, Flag]]:
        """The flags that libraries declare for all programs, and that the kubelet takes over."""
        cadvisor = self._tree.below("github.com/google/cadvisor")
        azure = self._tree.package("k8s.io/kubernetes/pkg/credentialprovider/azure")
        kinds = dict(self._declared(cadvisor, cadvisor.text))
        kinds |= dict(self._declared(azure, azure.text))
        pattern = r'\b(registerDeprecated|register|pflagRegister)\((?:global, )?local, "([\w-]+)"'
        for how, name in re.findall(pattern, options.text):
            flag = kinds[_dashed(name)]
            if _dashed(name) not in _CARRIED:
                yield _dashed(name), flag._replace(deprecated=how == "registerDeprecated")


def _dashed(name: str) -> str:
    return name.replace("_", "-")


def _flag(source: Source, call: Call) -> tuple[str, str, str] | None:
    """The name, the target and the kind of a flag, where a call declares one."""
    method = re.fullmatch(r"(\w*?)(Var)?(P)?", call.method)
    assert method is not None
    kind, var = _METHODS.get(method[1], ""), method[2]
    if not (kind or (var and not method[1])) or len(call.arguments) < 3:
        return None
    target, named = call.arguments[:2] if var else ("", call.arguments[0])
    name = source.constant(named)
    if not re.fullmatch(r"[A-Za-z][\w-]*", name):
        return None
    if not kind:
        words = re.findall(r"\w+", target)
        kinds = [_VALUES[word] for word in words if word in _VALUES]
        if not kinds:
            raise ValueError(f"--{name} is of a kind that is not known: {target}")
        kind = kinds[0]
    return name, target, kind


def _place(source: Source, package: str, kind: str) -> tuple[str, str]:
    """The package and the name of a type that a source of that package names."""
    alias, dot, name = kind.partition(".")
    return (source.imports[alias], name) if dot else (package, alias)


def _leaf(tree: Tree, package: str, source: Source, kind: str) -> str:
    """What a type that holds no keys of its own is called here; empty where it holds some."""
    if kind in _LEAVES:
        return _LEAVES[kind]
    if kind == "interface{}":
        return "any"
    held = re.fullmatch(r"(\[\]|map\[[\w.]+\])(.+)", kind)
    if held:
        inner = _leaf(tree, package, source, held[2].lstrip("*"))
        many = "[]" if held[1] == "[]" else "map of "
        return f"{many}{inner}".replace(" ", "-") if inner else ""
    at, name = _place(source, package, kind)
    if name in _LEAVES:
        return _LEAVES[name]
    there = tree.package(at)
    underlying = there.underlying(name)
    return _leaf(tree, at, there, underlying) if underlying else ""


def table(releases: Mapping[int, Release]) -> dict[str, dict[str, str]]:
    """A row for each flag and each field: what it is, and the releases in which it comes, goes and
    comes by turns; of a flag also since when it is deprecated."""
    flags: dict[str, str] = {}
    for name, held in _held({minor: release.flags for minor, release in releases.items()}):
        kind = _one(name, (flag.kind for flag in held.values()))
        field = _one(name, (flag.field for flag in held.values() if flag.field != NO_FIELD))
        told = _turns(held, [minor for minor, flag in held.items() if flag.deprecated])
        deprecated = f" deprecated {told}" if told else ""
        flags[name] = f"{kind} {field or NO_FIELD} {_turns(releases, held)}{deprecated}"
    fields = {
        name: f"{_one(name, held.values())} {_turns(releases, held)}"
        for name, held in _held({minor: release.fields for minor, release in releases.items()})
    }
    return {"fields": fields, "flags": flags}


def _held(releases: Mapping[int, Mapping[str, T]]) -> Iterator[tuple[str, dict[int, T]]]:
    """Each name, with what it is in the releases that have it."""
    for name in sorted({name for held in releases.values() for name in held}):
        yield name, {minor: held[name] for minor, held in releases.items() if name in held}


def _one(name: str, words: Iterable[str]) -> str:
    """The one word that all are; empty where there is none."""
    different = sorted(set(words))
    if len(different) > 1:
        raise ValueError(f"{name} changes between releases: {different}")
    return "".join(different)


def _turns(releases: Iterable[int], held: Collection[int]) -> str:
    turns, there = [], False
    for minor in sorted(releases):
        if (minor in held) is not there:
            there = not there
            turns.append(str(minor))
    return " ".join(turns)


def main(words: list[str]) -> int:
    releases: dict[int, Release] = {}
    for word in words:
        line, _, place = word.partition("=")
        git_dir, _, revision = place.rpartition(":")
        releases[int(line.partition(".")[2])] = Reader(Tree(git_dir, revision)).release()
    OUT.write_text(json.dumps(table(releases), indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
