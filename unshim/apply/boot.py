"""The boot guard: while a run goes on, a unit stands that undoes it at the next boot, before
containerd, Docker and the kubelet start."""

from __future__ import annotations

import os
from pathlib import Path

from unshim.apply.disk import flush_folder, replace
from unshim.apply.unit import program

UNIT = "unshim-boot.service"
FOLDER = Path("/etc/systemd/system")
WANTS = "sysinit.target.wants"
BEFORE = (
    "containerd.service docker.socket docker.service cri-docker.socket cri-docker.service "
    "crio.service buildkit.service kubelet.service"
)


def text(run: Path) -> str:
    """The unit of a run."""
    command = " ".join(f'"{escaped(word)}"' for word in program("boot", run))
    return f"""\
# Written by unshim while run {run.name} goes on, and removed at its end.
[Unit]
Description=unshim: undo run {run.name}, which was going on when the machine went down
DefaultDependencies=no
ConditionPathExists={active(run)}
RequiresMountsFor={run}
After=local-fs.target systemd-modules-load.service systemd-sysctl.service
Before=sysinit.target shutdown.target {BEFORE}
Conflicts=shutdown.target

[Service]
Type=oneshot
ExecStart={command}
SuccessExitStatus=4 5 6
TimeoutStartSec=300
"""


def active(run: Path) -> Path:
    """The link to the run that goes on."""
    return run.parent.parent / "ACTIVE"


def stand(run: Path, folder: Path = FOLDER) -> None:
    """Have the next boot undo this run. On disk when it returns. Raises: OSError."""
    link = active(run)
    temporary = link.with_name(f".{link.name}~")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(Path(run.parent.name) / run.name)
    temporary.replace(link)
    flush_folder(link.parent)
    replace(folder / UNIT, text(run).encode())
    (folder / UNIT).chmod(0o644)
    wants = folder / WANTS
    if not wants.is_dir():
        wants.mkdir(mode=0o755)
        wants.chmod(0o755)
    if not (wants / UNIT).is_symlink():
        (wants / UNIT).symlink_to(folder / UNIT)
    flush_folder(wants)
    flush_folder(folder)


def lift(run: Path, folder: Path = FOLDER) -> None:
    """Have the next boot leave it alone: the run has come to its end. Raises: OSError."""
    wants = folder / WANTS
    left = folder.glob(f".{UNIT}.*~")  # of one that was killed while it wrote that
    for path in (active(run), wants / UNIT, folder / UNIT, *left):
        if path.is_symlink() or path.exists():
            path.unlink()
            flush_folder(path.parent)
    if wants.is_dir() and not any(wants.iterdir()):
        wants.rmdir()
        flush_folder(folder)


def stands(run: Path) -> bool:
    """Whether the next boot undoes this run."""
    try:
        return os.readlink(active(run)).endswith(run.name)
    except OSError:
        return False


def escaped(word: str) -> str:
    """A word of a unit file. Source: systemd.service(5), command lines."""
    for character, said in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%"), ("$", "$$")):
        word = word.replace(character, said)
    return word
