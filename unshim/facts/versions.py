"""Release numbers: of a binary that is asked, or of the package that installed it."""

from __future__ import annotations

from collections.abc import Sequence

from unshim.host.host import Host, Kind
from unshim.model.search_path import SEARCH_PATH
from unshim.model.values import Missing, Origin, Setting, Source, Version, Why
from unshim.text.escape import decode, visible
from unshim.text.patterns import lazy

_NUMBER = lazy(r"(?<![\w.])v?(\d{1,6})\.(\d{1,6})\.(\d{1,6})")
_PACKAGE_LIMIT = 64 * 1024 * 1024
_DPKG = "/var/lib/dpkg/status"


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
    return missing


def of_binary(
    host: Host, path: Setting[str] | None | Missing, packages: Sequence[str]
) -> Setting[Version] | Missing:
    """What `PATH --version` prints; where nothing may run, what the package database says."""
    if isinstance(path, Missing):
        return path
    if path is None:
        return Missing(f"{packages[0]} is not installed", Why.NOT_PRESENT)
    answer = host.run([path.value, "--version"], timeout=3.0)
    if isinstance(answer, Missing):
        packaged = of_package(host, packages)
        return answer if isinstance(packaged, Missing) else packaged
    version = parse(decode(answer.stdout[:4096]))
    if version is None:
        return Missing(f"{visible(path.value)} --version names no release")
    return Setting(version, Source(Origin.COMMAND, f"{visible(path.value)} --version"))


def of_package(host: Host, packages: Sequence[str]) -> Setting[Version] | Missing:
    """The release of the first of these Debian packages that is installed."""
    status = host.read(_DPKG, _PACKAGE_LIMIT)
    if isinstance(status, Missing):
        return status
    if status is None:
        return Missing("no package database names its release", Why.NOT_PRESENT)
    for package in packages:
        block = _block(status.data, package.encode())
        version = parse(decode(_field(block, b"Version")).partition(":")[2]) if block else None
        version = version or (parse(decode(_field(block, b"Version"))) if block else None)
        if version is not None:
            return Setting(version, Source(Origin.PACKAGE, f"package {package} in {_DPKG}"))
    return Missing("no package database names its release", Why.NOT_PRESENT)


def _block(data: bytes, package: bytes) -> bytes:
    """The paragraph of an installed package; empty where it is not installed."""
    start = (b"\n" + data).find(b"\nPackage: " + package + b"\n")
    if start < 0:
        return b""
    end = data.find(b"\n\n", start)
    block = data[start : end if end >= 0 else len(data)]
    return block if _field(block, b"Status").endswith(b" installed") else b""


def _field(block: bytes, name: bytes) -> bytes:
    for line in block.split(b"\n"):
        if line.startswith(name + b":"):
            return line[len(name) + 1 :].strip()
    return b""
