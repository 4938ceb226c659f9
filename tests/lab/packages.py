"""Debian packages of any suite, unpacked into the cache; nothing is installed on the machine.

apt runs with lists, cache, status and sources of its own. The mirror is the one that the
machine's own apt sources name.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import cgroups
from .cache import LabError, Unavailable, build_once, cache_dir, call, digest, locked

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
HOME_SUITE = "bookworm"
"""The suite of the lab's own tools and of its nodes; its glibc is the machine's."""

GONE: frozenset[str] = frozenset()
"""Suites that Debian's mirrors no longer have: what needs them is skipped, and nothing else is."""

SUITES = frozenset(
    ("bullseye", "bookworm", "trixie", "forky", "oldoldstable", "oldstable", "stable", "testing")
)
LONGEST = 200
"""More cannot be the name of a folder."""
NEEDED = ("apt-get", "chroot", "dpkg", "dpkg-deb", "gpgv", "mount", "nsenter", "umount", "wget")


@dataclass(frozen=True)
class Tree:
    """Packages unpacked side by side into one folder."""

    path: Path
    versions: dict[str, str]


def mirror() -> str | None:
    """The address of the Debian mirror in the machine's own apt sources."""
    folder = Path("/etc/apt/sources.list.d")
    one_line = [Path("/etc/apt/sources.list"), *sorted(folder.glob("*.list"))]
    for path in sorted(folder.glob("*.sources")):
        for address in _deb822(path.read_text()):
            return address
    for path in one_line:
        if path.exists():
            for address in _one_line(path.read_text()):
                return address
    return None


def _deb822(text: str) -> Iterator[str]:
    without_comments = re.sub(r"(?m)^#.*\n?", "", text)
    for stanza in re.split(r"\n\s*\n", without_comments):
        fields = {
            name.lower(): value.split()
            for name, value in re.findall(r"(?m)^([\w-]+):((?:.*)(?:\n[ \t].*)*)", stanza)
        }
        if fields.get("enabled") == ["no"] or "deb" not in fields.get("types", []):
            continue
        if SUITES & set(fields.get("suites", [])) and "main" in fields.get("components", []):
            yield from _usable(fields.get("uris", []))


def _one_line(text: str) -> Iterator[str]:
    for uri, suite, parts in re.findall(r"(?m)^deb\s+(?:\[.*?\]\s+)?(\S+)\s+(\S+)\s+(.+)$", text):
        if suite in SUITES and "main" in parts.split():
            yield from _usable([uri])


def _usable(uris: list[str]) -> Iterator[str]:
    for uri in uris:
        if uri.startswith(("http://", "https://", "file:/")):
            yield uri.rstrip("/")


def why_not() -> str | None:
    """Why this machine cannot run the lab, in one line; None when it can."""
    if os.geteuid() != 0:
        return "the lab needs root"
    if Path("/proc/self/uid_map").read_text().split() != ["0", "0", "4294967295"]:
        return "the lab needs the machine's root, not that of a user namespace"
    if missing := [name for name in NEEDED if shutil.which(name) is None]:
        return f"the lab needs {', '.join(missing)} on PATH"
    if mirror() is None:
        return "no Debian mirror in this machine's apt sources"
    if not KEYRING.exists():
        return f"no {KEYRING}: the mirror's packages cannot be verified"
    status = Path("/proc/self/status").read_text()
    effective = int(re.findall(r"CapEff:\s*(\w+)", status)[0], 16)
    if not effective >> 21 & 1:
        return "the lab needs CAP_SYS_ADMIN to mount and to make namespaces"
    if not (folders := cgroups.of()) or not all(os.access(path, os.W_OK) for path in folders):
        return "the lab needs cgroups that it can write to"
    if "\toverlay\n" not in Path("/proc/filesystems").read_text():
        return "this kernel has no overlayfs"
    return None


def unpacked(suite: str, *names: str) -> Tree:
    """These packages of that suite in one folder, downloaded and unpacked when first asked for."""
    name = "+".join(names)
    if len(name) > LONGEST:
        name = f"{names[0]}-{digest(*names)}"
    tree = build_once(f"packages/{suite}/{name}", lambda part: _download(suite, names, part))
    lines = (tree / ".versions").read_text().splitlines()
    return Tree(tree, dict(line.split(" ", 1) for line in lines))


def _download(suite: str, names: tuple[str, ...], part: Path) -> None:
    if suite in GONE:
        raise Unavailable(f"the mirrors no longer have {suite}")
    debs = part / ".debs"
    debs.mkdir()
    with locked(f"apt-{suite}"):
        fetch = ["apt-get", *_options(suite), "download", *names]
        _update(suite)
        try:
            call(fetch, cwd=debs)
        except LabError:  # the mirror may have moved on since the lists were read
            _update(suite, again=True)
            call(fetch, cwd=debs)
    versions = []
    for deb in sorted(debs.iterdir()):
        call(["dpkg", "-x", str(deb), str(part)])
        versions.append(call(["dpkg-deb", "-W", "--showformat=${Package} ${Version}\n", str(deb)]))
    shutil.rmtree(debs)
    (part / ".versions").write_text("".join(versions))


def depends(suite: str, name: str) -> list[str]:
    """The names of the packages that a package depends on."""
    with locked(f"apt-{suite}"):
        _update(suite)
        said = call(["apt-cache", *_options(suite)[1:], "depends", "--important", name])
    return re.findall(r"(?m)^ *Depends: (\S+)", said)


def source_files(suite: str, name: str, part: Path) -> None:
    """Download the source package of that name (its .dsc and tarballs) into a folder."""
    with locked(f"apt-{suite}-src"):
        _update(suite, kind="deb-src")
        call(["apt-get", *_options(suite, "deb-src"), "source", "--download-only", name], cwd=part)


def _state(suite: str, kind: str) -> Path:
    return cache_dir() / "apt" / (suite if kind == "deb" else f"{suite}-src")


def _options(suite: str, kind: str = "deb") -> list[str]:
    state = _state(suite, kind)
    settings = {
        "Dir::State": state / "state",
        "Dir::State::Lists": state / "lists",
        "Dir::State::status": "/dev/null",
        "Dir::Cache": state / "cache",
        "Dir::Etc::SourceList": state / "sources.list",
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::Etc::Preferences": "/dev/null",
        "Dir::Etc::PreferencesParts": "/dev/null",
        "APT::Sandbox::User": "root",
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
    }
    return ["-q", *(f"-o{name}={value}" for name, value in settings.items())]


def _update(suite: str, *, kind: str = "deb", again: bool = False) -> None:
    state = _state(suite, kind)
    done = state / "updated"
    if done.exists() and not again:
        return
    for folder in ("state", "lists/partial", "cache/archives/partial"):
        (state / folder).mkdir(parents=True, exist_ok=True)
    source = f"{kind} [signed-by={KEYRING}] {mirror()} {suite} main\n"
    (state / "sources.list").write_text(source)
    call(["apt-get", *_options(suite, kind), "update"])
    done.touch()


@dataclass(frozen=True)
class Tool:
    """A program of an unpacked package: how to call it, and the environment it needs."""

    path: Path
    env: dict[str, str]


def debootstrap() -> Tool:
    """debootstrap, from its package."""
    tree = unpacked(HOME_SUITE, "debootstrap").path
    return Tool(
        tree / "usr/sbin/debootstrap", {"DEBOOTSTRAP_DIR": str(tree / "usr/share/debootstrap")}
    )


NSPAWN = (
    *("systemd-container", "libsystemd-shared"),
    *("libcap2", "libip4tc2", "libkmod2", "libseccomp2", "libssl3"),
)


def nspawn() -> Tool:
    """systemd-nspawn, from its package, with the libraries that a small Debian lacks."""
    tree = unpacked(HOME_SUITE, *NSPAWN).path
    return Tool(
        tree / "usr/bin/systemd-nspawn",
        {
            "LD_LIBRARY_PATH": libraries(tree),
            "SYSTEMD_SECCOMP": "0",
            "SYSTEMD_NSPAWN_API_VFS_WRITABLE": "network",
        },
    )


def runc() -> Tool:
    """runc 1.1, which serves every containerd here: newer ones need a newer glibc."""
    tree = unpacked(HOME_SUITE, "runc", "libseccomp2").path
    return Tool(tree / "usr/sbin/runc", {"LD_LIBRARY_PATH": libraries(tree)})


QEMU = (
    *("qemu-system-x86", "qemu-system-common", "qemu-system-data", "seabios"),
    *("libaio1", "libbpf1", "libcapstone4", "libdaxctl1", "libelf1", "libfdt1", "libfuse3-3"),
    *("libglib2.0-0", "libibverbs1", "libjpeg62-turbo", "libkmod2", "libndctl6", "libnl-3-200"),
    *("libnl-route-3-200", "libnuma1", "libpcre2-8-0", "libpixman-1-0", "libpmem1"),
    *("libpng16-16", "librdmacm1", "libsasl2-2", "libseccomp2", "libslirp0", "liburing2"),
    "libvdeplug2",
)


def qemu() -> Tool:
    """QEMU for x86-64, from its package, with the libraries that a small Debian lacks."""
    tree = unpacked(HOME_SUITE, *QEMU).path
    modules = next(tree.glob("usr/lib/*/qemu"))
    return Tool(
        tree / "usr/bin/qemu-system-x86_64",
        {"LD_LIBRARY_PATH": libraries(tree), "QEMU_MODULE_DIR": str(modules)},
    )


def libraries(tree: Path) -> str:
    """The library folders of unpacked packages, for LD_LIBRARY_PATH."""
    folders = [*tree.glob("usr/lib/*/systemd"), *tree.glob("usr/lib/*-*"), *tree.glob("lib/*-*")]
    return ":".join(str(folder) for folder in folders)


def busybox() -> Path:
    """A static busybox, from its package."""
    return unpacked(HOME_SUITE, "busybox-static").path / "bin/busybox"
