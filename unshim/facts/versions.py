"""Release numbers: of a binary that is asked, of the package that installed it, or as assumed."""

from __future__ import annotations

from collections.abc import Sequence

from unshim.facts.packages import installed
from unshim.host.host import Host, Kind
from unshim.model.nouns import NamedTuple
from unshim.model.search_path import SEARCH_PATH
from unshim.model.values import Missing, Origin, Setting, Source, Version, Why
from unshim.text.escape import decode, visible
from unshim.text.patterns import lazy

_NUMBER = lazy(r"(?<![\w.])v?(\d{1,6})\.(\d{1,6})\.(\d{1,6})")


class Program(NamedTuple):
    """A program whose release is asked for: the name it goes by, and the packages that have it."""

    name: str
    packages: tuple[str, ...]


KUBELET = Program("kubelet", ("kubelet",))
# Microsoft's packages are those of AKS's images (AgentBaker vhdbuilder).
CONTAINERD = Program("containerd", ("containerd.io", "containerd", "moby-containerd"))
DOCKER = Program("docker", ("docker-ce", "docker.io", "moby-engine", "docker-engine"))
CRICTL = Program("crictl", ("cri-tools",))
NERDCTL = Program("nerdctl", ("nerdctl",))
BUILDKITD = Program("buildkitd", ("buildkit",))
PROGRAMS = (KUBELET, CONTAINERD, DOCKER, CRICTL, NERDCTL, BUILDKITD)


def parse(text: str) -> Version | None:
    """The first release number in a text: `Kubernetes v1.23.17`, `1.6.20~ds1`, `5:20.10.24-1`."""
    match = _NUMBER.search(text)
    return Version(int(match[1]), int(match[2]), int(match[3])) if match else None


def binary(
    host: Host, names: Sequence[str], known: Sequence[str] = ()
) -> Setting[str] | None | Missing:
    """The program: the first of the `known` paths that is there, else the first one found on the
    search path; None where there is none."""
    searched = [f"{folder}/{name}" for name in names for folder in SEARCH_PATH]
    missing: Missing | None = None
    for path in [*(p for p in known if p.startswith("/")), *searched]:
        entry = host.stat(path)
        if isinstance(entry, Missing):
            missing = missing or entry
        elif entry is not None and entry.kind is Kind.FILE:
            return Setting(path, Source(Origin.FILE, visible(path)))
    return _not_in_tree(host, known) if missing is None else missing


def _not_in_tree(host: Host, known: Sequence[str]) -> Missing | None:
    """A plain tree may be a part of a machine: what would lie in a folder that it has not may be
    there on the machine."""
    if host.at_rest is None:
        return None
    folders = [path.rpartition("/")[0] for path in known if path.startswith("/")]
    absent = next((folder for folder in folders if host.stat(folder) is None), None)
    if absent is None and all(host.stat(folder) is None for folder in SEARCH_PATH):
        absent = "/usr/bin"
    return Missing(f"this tree has no {visible(absent)}", Why.NOT_PRESENT) if absent else None


def of_binary(
    host: Host, path: Setting[str] | None | Missing, program: Program, *, expected: bool = False
) -> Setting[Version] | Missing:
    """What `PATH --version` prints; where nothing may run, what the package database says; in a
    plain tree else what is assumed.

    `expected`: something starts the program, so that a package counts even where it is not there.
    """
    if host.at_rest is not None:
        return _of_tree(host, path, program, host.at_rest.assumed.get(program.name), expected)
    asked = _asked(host, path) if isinstance(path, Setting) else path
    absent = asked is None and not expected
    if isinstance(asked, Setting) or isinstance(path, Missing) or absent:
        return _not_installed(program) if asked is None else asked
    packaged = _of_package(host, program, path)
    if packaged is not None:
        return packaged
    gone = f"{program.name}'s program is not there, and no package names its release"
    return Missing(gone, Why.NOT_PRESENT) if asked is None else asked


def _not_installed(program: Program) -> Missing:
    return Missing(f"{program.name} is not installed", Why.NOT_PRESENT)


def _of_tree(
    host: Host,
    path: Setting[str] | None | Missing,
    program: Program,
    assumed: Version | None,
    expected: bool,
) -> Setting[Version] | Missing:
    """What the tree's own text says counts before what is assumed."""
    packaged = _of_package(host, program, path)
    if packaged is not None:
        return packaged if assumed is None else _instead_of(packaged, assumed)
    option = f"--assume {program.name}="
    if assumed is not None:
        return Setting(assumed, Source(Origin.ASSUMED, f"assumed ({option}{assumed})"))
    if path is None and not expected:
        return Missing(f"{program.name} is not in this tree", Why.NOT_PRESENT)
    reason = f"no text in this tree names the release of {program.name}; {option}X.Y.Z says it"
    return Missing(reason, Why.NOT_PRESENT)


def _asked(host: Host, path: Setting[str]) -> Setting[Version] | Missing:
    answer = host.run([path.value, "--version"], timeout=3.0)
    if isinstance(answer, Missing):
        return answer
    version = parse(decode(answer.stdout[:4096]))
    if version is None:
        return Missing(f"{visible(path.value)} --version names no release")
    return Setting(version, Source(Origin.COMMAND, f"{visible(path.value)} --version"))


def _of_package(
    host: Host, program: Program, path: Setting[str] | None | Missing
) -> Setting[Version] | None:
    found = installed(host, program.packages, path.value if isinstance(path, Setting) else None)
    for setting in () if isinstance(found, Missing) else found:
        version = parse(setting.value)
        if version is not None:
            return Setting(version, setting.source)
    return None


def _instead_of(read: Setting[Version], assumed: Version) -> Setting[Version]:
    """What was read counts, and says so."""
    where = f"{read.source.where}, not {assumed} as assumed"
    return Setting(read.value, read.source._replace(where=where))
