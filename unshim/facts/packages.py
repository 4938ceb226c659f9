"""What packages are installed, from the databases that are text: dpkg's and apk's."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from unshim.host.host import Host
from unshim.model.values import Missing, Origin, Setting, Source
from unshim.text.escape import decode

_LIMIT = 64 * 1024 * 1024
_DPKG = "/var/lib/dpkg/status"
_APK = "/lib/apk/db/installed"
_FOLDERS = ("/usr/bin", "/usr/sbin", "/bin", "/sbin")
"""Where packages put programs; what lies elsewhere was put there by somebody else."""


def installed(
    host: Host, packages: Sequence[str], program: str | None
) -> tuple[Setting[str], ...] | Missing:
    """The versions of those of these packages that are installed, in their order.

    `program` is the path of what such a package would have brought, None where that is not there.
    """
    if program is not None and not _of_a_package(host, program):
        return ()
    for path, version in _DATABASES:
        file = host.read(path, _LIMIT)
        if isinstance(file, Missing):
            return file
        if file is not None:
            found = ((name, version(file.data, name.encode())) for name in packages)
            return tuple(
                Setting(decode(text), Source(Origin.PACKAGE, f"package {name} in {path}"))
                for name, text in found
                if text
            )
    return ()


def _of_a_package(host: Host, program: str) -> bool:
    real = host.resolve(program)
    path = real if isinstance(real, str) else program
    return path.rpartition("/")[0] in _FOLDERS


def _of_dpkg(data: bytes, package: bytes) -> bytes:
    """The version in the paragraph of an installed package, without its epoch."""
    start = (b"\n" + data).find(b"\nPackage: " + package + b"\n")
    block = data[start : (data + b"\n\n").find(b"\n\n", start)] if start >= 0 else b""
    if not _field(block, b"Status").endswith(b" installed"):
        return b""
    version = _field(block, b"Version")
    return version.partition(b":")[2] or version


def _of_apk(data: bytes, package: bytes) -> bytes:
    """The same of apk, whose fields are one letter and whose paragraphs all are installed."""
    for block in data.split(b"\n\n"):
        if _field(block, b"P") == package:
            return _field(block, b"V")
    return b""


def _field(block: bytes, name: bytes) -> bytes:
    for line in block.split(b"\n"):
        if line.startswith(name + b":"):
            return line[len(name) + 1 :].strip()
    return b""


_DATABASES: tuple[tuple[str, Callable[[bytes, bytes], bytes]], ...] = (
    (_DPKG, _of_dpkg),
    (_APK, _of_apk),
)
