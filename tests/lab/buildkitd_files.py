"""Arrangements of buildkitd: its flags, the file in /etc/buildkit, and one that --config names."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple

USUAL, OTHER = "/etc/buildkit/buildkitd.toml", "/etc/other.toml"
SOCKET = "unix:///run/buildkit/b.sock"
CONTAINERD = "[worker.oci]\nenabled = false\n[worker.containerd]\nenabled = true\n"


class Arrangement(NamedTuple):
    """`usual` and `other` are texts of files, None where there is none."""

    usual: str | None = None
    flags: tuple[str, ...] = ()
    other: str | None = None


def _named(*flags: str) -> tuple[str, ...]:
    return (f"--config={OTHER}", *flags)


ODD = {
    "nothing at all": Arrangement(),
    "an empty file": Arrangement(""),
    "containerd's worker": Arrangement(CONTAINERD),
    "the kubelet's namespace": Arrangement(f'{CONTAINERD}namespace = "k8s.io"\n'),
    "an empty namespace": Arrangement(f'{CONTAINERD}namespace = ""\n'),
    "a namespace by flag": Arrangement(CONTAINERD, ("--containerd-worker-namespace=k8s.io",)),
    "a flag before the file": Arrangement(
        f'{CONTAINERD}namespace = "a"\n', ("--containerd-worker-namespace", "b")
    ),
    "keys in capitals": Arrangement(f'{CONTAINERD}NAMESPACE = "k8s.io"\n'),
    "a key in two cases": Arrangement(f'{CONTAINERD}namespace = "a"\nNamespace = "b"\n'),
    "another snapshotter": Arrangement(f'{CONTAINERD}snapshotter = "native"\n'),
    "a snapshotter by flag": Arrangement(CONTAINERD, ("--containerd-worker-snapshotter=native",)),
    "workers by flags": Arrangement(None, ("--oci-worker=false", "--containerd-worker=true")),
    "workers by letters": Arrangement(None, ("--oci-worker=F", "--containerd-worker=1")),
    "no worker": Arrangement("worker.oci.enabled = false\nworker.containerd.enabled = false\n"),
    "a flag that is no answer": Arrangement(CONTAINERD, ("--containerd-worker=maybe",)),
    "automatic by flag": Arrangement(CONTAINERD, ("--oci-worker=Auto",)),
    "another socket of its own": Arrangement(f'[grpc]\naddress = ["{SOCKET}"]\n{CONTAINERD}'),
    "two sockets": Arrangement(f'[grpc]\naddress = ["{SOCKET}", "unix:///run/c"]\n{CONTAINERD}'),
    "no sockets": Arrangement(f"[grpc]\naddress = []\n{CONTAINERD}"),
    "sockets by flags": Arrangement(CONTAINERD, (f"--addr={SOCKET}", "--addr", "unix:///run/c")),
    "a comma in a flag": Arrangement(CONTAINERD, ("--addr=unix:///run/a,unix:///run/b",)),
    "a socket without a scheme": Arrangement('[grpc]\naddress = ["/run/b.sock"]\n'),
    "a socket of another scheme": Arrangement('[grpc]\naddress = ["http://127.0.0.1"]\n'),
    "a port": Arrangement(f'[grpc]\naddress = ["tcp://127.0.0.1:1234"]\n{CONTAINERD}'),
    "one word for a list": Arrangement(f'[grpc]\naddress = "{SOCKET}"\n'),
    "a list with a number": Arrangement(f'[grpc]\naddress = ["{SOCKET}", 1]\n'),
    "a number for a namespace": Arrangement(f"{CONTAINERD}namespace = 1\n"),
    "a text for a switch": Arrangement('[worker.containerd]\nenabled = "true"\n'),
    "a number for a switch": Arrangement("[worker.containerd]\nenabled = 1\n"),
    "a word for a table": Arrangement('[worker]\ncontainerd = "x"\n'),
    "a table for a list": Arrangement("[worker.oci.gcpolicy]\nall = true\n"),
    "a policy": Arrangement(f'{CONTAINERD}[[worker.oci.gcpolicy]]\nkeepDuration = "48h"\n'),
    "a policy of no time": Arrangement('[[worker.oci.gcpolicy]]\nkeepDuration = "2 days"\n'),
    "sizes": Arrangement(f'{CONTAINERD}gckeepstorage = 9000\nreservedSpace = "10%"\n'),
    "a size of words": Arrangement(f'{CONTAINERD}reservedSpace = "much"\n'),
    "a size of a switch": Arrangement(f"{CONTAINERD}reservedSpace = true\n"),
    "a fraction for a number": Arrangement(f"{CONTAINERD}max-parallelism = 1.5\n"),
    "labels": Arrangement(f'{CONTAINERD}[worker.containerd.labels]\na = "b"\n'),
    "labels of numbers": Arrangement(f"{CONTAINERD}[worker.containerd.labels]\na = 1\n"),
    "keys that it does not know": Arrangement(f"colour = 1\n{CONTAINERD}colour = 1\n"),
    "a registry": Arrangement(f'{CONTAINERD}[registry."docker.io"]\nmirrors = ["m.test"]\n'),
    "a registry of a word": Arrangement('[registry]\n"docker.io" = "m.test"\n'),
    "a mirror that is no list": Arrangement('[registry."docker.io"]\nmirrors = "m.test"\n'),
    "a level": Arrangement(f'[log]\nlevel = "debug"\n{CONTAINERD}'),
    "an unknown level": Arrangement(f'[log]\nlevel = "loud"\n{CONTAINERD}'),
    "an unknown format": Arrangement(f'[log]\nformat = "xml"\n{CONTAINERD}'),
    "no pulls at once": Arrangement(f"[system]\nmaxRegistryConcurrency = 0\n{CONTAINERD}"),
    "the same key twice": Arrangement("debug = true\ndebug = true\n"),
    "the same table twice": Arrangement(f"{CONTAINERD}[worker.oci]\nrootless = false\n"),
    "a byte order mark": Arrangement(f"\ufeff{CONTAINERD}"),
    "ends of lines as in Windows": Arrangement(CONTAINERD.replace("\n", "\r\n")),
    "YAML": Arrangement("worker:\n  containerd:\n    enabled: true\n"),
    "a table that is not closed": Arrangement("[worker.oci\nenabled = false\n"),
    "a comma too many": Arrangement("worker = {oci = {enabled = false,}}\n"),
    "tables in lines": Arrangement("worker = {oci = {enabled = false}}\n"),
    "a control character": Arrangement(f"{CONTAINERD}# \x07\n"),
    "a number too large": Arrangement("[grpc]\nuid = 99999999999999999999\n"),
    "another file": Arrangement(None, _named(), CONTAINERD),
    "another file that is not there": Arrangement(CONTAINERD, _named()),
    "both files": Arrangement(
        f'{CONTAINERD}namespace = "k8s.io"\nsnapshotter = "native"\n'
        f'[grpc]\naddress = ["{SOCKET}"]\n',
        _named(),
        CONTAINERD,
    ),
    "both files and a namespace": Arrangement(
        f'{CONTAINERD}namespace = "a"\n', _named(), f'{CONTAINERD}namespace = "b"\n'
    ),
    "the usual file broken": Arrangement("debug = 1\n", _named(), CONTAINERD),
    "the other file broken": Arrangement(CONTAINERD, _named(), "debug = 1\n"),
    "another containerd": Arrangement(f'{CONTAINERD}address = "/run/containerd/containerd.sock"\n'),
    "containerd with a scheme": Arrangement(
        '[worker.oci]\nenabled = false\n[worker.containerd]\n'
        'address = "unix:///run/containerd/containerd.sock"\n'
    ),
}  # fmt: skip
"""By what is odd in them."""

_LINES = {
    "": (
        *("debug = true", "debug = 1", "colour = 1", 'root = "/run/bk"', "root = 1", "worker = 1"),
        *('provenanceEnvDir = "/x"', "proxyNetwork = 0", 'insecure-entitlements = ["device"]'),
    ),
    "[grpc]": (
        *(f'address = ["{SOCKET}"]', "address = []", f'address = "{SOCKET}"', "uid = 0"),
        *('gid = "0"', 'debugAddress = ""', "address = [1]", 'address = ["b.sock"]'),
    ),
    "[worker.oci]": (
        *("enabled = true", "Enabled = false", 'enabled = "no"', "gc = true", "gc = 0"),
        *('snapshotter = "native"', "gckeepstorage = 1", 'maxUsedSpace = "1GB"', "rootless = 0"),
        *('minFreeSpace = "x"', "cniPoolSize = 0", "cniPoolSize = 0.5", "noProcessSandbox = false"),
    ),
    "[worker.containerd]": (
        *('namespace = "k8s.io"', 'Namespace = "default"', "namespace = 0", 'namespace = ""'),
        *('snapshotter = "native"', "snapshotter = 1", "platforms = []", 'platforms = "x"'),
        *("labels = {}", "labels = {a = 1}", 'apparmor-profile = ""', "selinux = false"),
    ),
    "[history]": ('maxAge = "48h"', "maxAge = 1", 'maxAge = "1d"', "maxEntries = 5"),
    "[dns]": ('nameservers = ["1.1.1.1"]', 'nameservers = "1.1.1.1"', "options = []"),
}  # fmt: skip
_FLAGS = (
    *("--debug", "--containerd-worker-namespace=flagged", "--containerd-worker-snapshotter=native"),
    *("--oci-worker=false", "--containerd-worker=true", "--containerd-worker=no", "--oci-worker=T"),
    *(f"--addr={SOCKET}", f"--config={OTHER}", f"--config={OTHER}"),
)


def generated(seed: int, count: int) -> Iterator[tuple[str, Arrangement]]:
    """Arrangements put together by a seed; OCI's worker, which is slow, is mostly off."""
    choose = random.Random(seed)
    for number in range(count):
        flags = [flag for flag in _FLAGS if choose.random() < 0.1]
        if choose.random() < 0.8 and not any("oci" in flag for flag in flags):
            flags.append("--oci-worker=false")
        other = _file(choose) if any(OTHER in flag for flag in flags) else None
        usual = _file(choose) if choose.random() < 0.8 else None
        yield f"{seed}.{number}", Arrangement(usual, tuple(dict.fromkeys(flags)), other)


def _file(choose: random.Random) -> str:
    lines = []
    for table, entries in _LINES.items():
        chosen = [entry for entry in entries if choose.random() < 0.12]
        if chosen:
            lines += [table, *chosen]
    return "\n".join(lines) + "\n"
