"""The kernel: what of it matters to containers, now and after a reboot."""

from __future__ import annotations

from unshim.facts.machine import modules, sysctls
from unshim.facts.places import Places, joined
from unshim.host.host import Host
from unshim.model.parts.kernel import Kernel, Swap
from unshim.model.values import FileText, Missing, Origin, Setting, Source, Why
from unshim.text import redact
from unshim.text.escape import decode
from unshim.text.patterns import lazy

_APPARMOR = "/sys/module/apparmor/parameters/enabled"
_KIB = lazy("[0-9]{1,18}")
_SELINUX = "/sys/fs/selinux/enforce"
_FILESYSTEMS, _CMDLINE, _SWAPS = "/proc/filesystems", "/proc/cmdline", "/proc/swaps"

PLACES = joined(
    Places(read=(_FILESYSTEMS, _CMDLINE, _SWAPS, _SELINUX, _APPARMOR)),
    modules.PLACES,
    sysctls.PLACES,
)


def read(host: Host) -> Kernel:
    """Everything known of the kernel (proc(5), selinux(8), apparmor(7))."""
    filesystems = _filesystems(host)
    parameters = _parameters(host)
    return Kernel(
        modules=modules.read(host, filesystems, parameters),
        sysctls=sysctls.read(host, parameters),
        filesystems=filesystems,
        parameters=parameters,
        swaps=_swaps(host),
        selinux=_selinux(host),
        apparmor=_apparmor(host),
    )


def _of_proc(host: Host, path: str) -> FileText | Missing:
    file = host.read(path)
    return Missing(f"{path} is not there", Why.NOT_RUNNING) if file is None else file


def _filesystems(host: Host) -> frozenset[str] | Missing:
    file = _of_proc(host, _FILESYSTEMS)
    if isinstance(file, Missing):
        return file
    return frozenset(decode(line.split(b"\t")[-1]) for line in file.data.split(b"\n") if line)


def _parameters(host: Host) -> tuple[str, ...] | Missing:
    file = _of_proc(host, _CMDLINE)
    if isinstance(file, Missing):
        return file
    # Installers and agents are given passwords and tokens here.
    return redact.argv(decode(file.data.strip()).split())


def _swaps(host: Host) -> tuple[Swap, ...] | Missing:
    file = _of_proc(host, _SWAPS)
    if isinstance(file, Missing):
        return file
    swaps = []
    for line in file.data.split(b"\n")[1:]:
        fields = [decode(field) for field in line.split()]
        if len(fields) >= 4 and all(_KIB.fullmatch(field) for field in fields[2:4]):
            swaps.append(Swap(fields[0], int(fields[2]) * 1024, int(fields[3]) * 1024))
    return tuple(swaps)


def _of_sys(host: Host, path: str) -> FileText | None | Missing:
    """None where a kernel runs and has no such file; Missing where none runs."""
    file = host.read(path)
    if file is not None:
        return file
    gone = _of_proc(host, _FILESYSTEMS)
    return gone if isinstance(gone, Missing) else None


def _selinux(host: Host) -> Setting[str] | Missing:
    """`disabled` where the running kernel has no SELinux file system mounted."""
    source = Source(Origin.FILE, _SELINUX)
    file = _of_sys(host, _SELINUX)
    if isinstance(file, Missing):
        return file
    if file is None:
        return Setting("disabled", source)
    return Setting("enforcing" if file.data.strip() == b"1" else "permissive", source)


def _apparmor(host: Host) -> Setting[bool] | Missing:
    file = _of_sys(host, _APPARMOR)
    if isinstance(file, Missing):
        return file
    on = file is not None and file.data.strip() == b"Y"
    return Setting(on, Source(Origin.FILE, _APPARMOR))
