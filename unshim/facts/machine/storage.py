"""Disks: where containers, images and logs lie, on which file system, and what room is left."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence

from unshim.facts.machine import mounts
from unshim.host.host import Host
from unshim.model.parts.containerd import Containerd, ContainerdConfig
from unshim.model.parts.docker import Docker
from unshim.model.parts.kubelet import Kubelet
from unshim.model.parts.storage import Disk, Mount, Space, Storage
from unshim.model.values import Missing, Origin, Setting, Source, present
from unshim.text.escape import decode
from unshim.text.patterns import lazy

_Path = Setting[str]
# Devices and mount points may hold blanks; the four columns between them do not.
_ROW = lazy(r".*?\s+(\d+|-)\s+(\d+|-)\s+(-?\d+|-)\s+(?:\d+%|-)\s+/")


def read(
    host: Host,
    kubelet: Kubelet | Missing,
    containerd: Containerd | Missing,
    docker: Docker | Missing,
) -> Storage:
    """The mounts, and each disk by its use. Room is asked of df(1), in one call for all."""
    mounted = mounts.read(host)
    paths = {
        "root": _default("/", "the machine"),
        "containerd-root": _of_containerd(containerd, "root", "/var/lib/containerd"),
        "containerd-state": _of_containerd(containerd, "state", "/run/containerd"),
        "docker-root": _docker_root(docker),
        "kubelet-root": _of_kubelet(kubelet, "root-dir", "/var/lib/kubelet"),
        "pod-logs": pod_logs(kubelet),
    }
    reals = {use: _nearest(host, path.value) for use, path in paths.items()}
    there = sorted({above for _, above in reals.values()})
    spaces = _spaces(host, there)
    disks = (_disk(use, path, *reals[use], mounted, spaces) for use, path in paths.items())
    return Storage(mounted, tuple(disks))


def _disk(
    use: str,
    path: _Path,
    real: str | None | Missing,
    above: str,
    mounted: Sequence[Mount] | Missing,
    spaces: Mapping[str, Space] | Missing,
) -> Disk:
    if isinstance(real, Missing):
        # Between the folder above and this one anything may be mounted.
        return Disk(use, path, real, real, real)
    none = Missing(f"df says nothing of {above}")
    space = spaces if isinstance(spaces, Missing) else spaces.get(above, none)
    return Disk(use, path, real, _mount(mounted, above), space)


def _default(path: str, of: str) -> _Path:
    return Setting(path, Source(Origin.DEFAULT, f"default of {of}"))


def _of_containerd(containerd: Containerd | Missing, key: str, default: str) -> _Path:
    known = present(containerd)
    if known is not None and isinstance(known.config, ContainerdConfig):
        setting = known.config.effective.get(key)
        if isinstance(setting, Setting) and setting.value:
            return Setting(str(setting.value), setting.source)
    return _default(default, "containerd")


def _docker_root(docker: Docker | Missing) -> _Path:
    """What the running Docker tells (with userns-remap, a folder of its root); else --data-root or
    --graph, daemon.json's `data-root` or `graph` (17.05 and before)."""
    known = present(docker)
    if known is None:
        return _default("/var/lib/docker", "Docker")
    running = present(known.running)
    answered = present(running.root) if running else None
    if answered is not None:
        return answered
    for flag in reversed(present(known.flags) or ()):
        if flag.name in ("data-root", "graph") and flag.value:
            return Setting(flag.value, flag.source)
    if isinstance(known.config, Mapping):
        for key in ("data-root", "graph"):
            setting = known.config.get(key)
            if setting is not None and setting.value:
                return Setting(str(setting.value), setting.source)
    return _default("/var/lib/docker", "Docker")


def pod_logs(kubelet: Kubelet | Missing) -> _Path:
    """`podLogsDir` of the kubelet's configuration (1.30 and later)."""
    return _of_kubelet(kubelet, "podLogsDir", "/var/log/pods")


def _of_kubelet(kubelet: Kubelet | Missing, name: str, default: str) -> _Path:
    known = present(kubelet)
    setting = known.effective.get(name) if known else None
    if isinstance(setting, Setting) and setting.value:
        return Setting(str(setting.value), setting.source)
    return _default(default, "the kubelet")


def _nearest(host: Host, path: str) -> tuple[str | None | Missing, str]:
    """The real path, and it or the nearest real folder above that is there."""
    real = host.resolve(path) if path.startswith("/") else Missing(f"{path} is not absolute")
    if isinstance(real, str):
        return real, real
    above = posixpath.dirname(path) if path.startswith("/") else "/"
    while above != "/":
        resolved = host.resolve(above)
        if isinstance(resolved, str):
            return real, resolved
        above = posixpath.dirname(above)
    return real, "/"


def _mount(mounted: Sequence[Mount] | Missing, path: str) -> Mount | Missing:
    if isinstance(mounted, Missing):
        return mounted
    return mounts.of_path(mounted, path) or Missing(f"no mount holds {path}")


def _spaces(host: Host, paths: Sequence[str]) -> Mapping[str, Space] | Missing:
    """`df -P` twice: bytes, and inodes (POSIX df(1); `-i` is GNU's and busybox's)."""
    sizes = _df(host, "-Pk", paths)
    if isinstance(sizes, Missing):
        return sizes
    inodes = _df(host, "-Pi", paths)
    counts = {} if isinstance(inodes, Missing) else inodes
    spaces = {}
    for path, (total, used, free) in sizes.items():
        files, _, unused = counts.get(path, (0, 0, 0))
        spaces[path] = Space(total * 1024, used * 1024, free * 1024, files, unused)
    return spaces


def _df(
    host: Host, option: str, paths: Sequence[str]
) -> Mapping[str, tuple[int, int, int]] | Missing:
    answer = host.run(["df", option, "--", *paths], timeout=3.0)
    if isinstance(answer, Missing):
        return answer
    rows = [_ROW.match(line) for line in decode(answer.stdout, newlines=True).splitlines()[1:]]
    if len(rows) != len(paths):
        return Missing(f"df answered for {len(rows)} of {len(paths)} paths")
    pairs = zip(paths, rows, strict=True)
    return {p: (_number(r[1]), _number(r[2]), _number(r[3])) for p, r in pairs if r}


def _number(text: str) -> int:
    """`-` stands for none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
