"""What an emulated machine starts from: Debian's kernel, its first memory disk, its root.

Everything is Debian's but the little that loads the disk's driver and that lets the lab ask.
"""

from __future__ import annotations

import io
import re
import shutil
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from . import base
from .cache import build_once, call, digest
from .packages import HOME_SUITE, busybox, depends, libraries, unpacked
from .scratch import Scratch, overlay

KERNEL = "linux-image-cloud-amd64"
SIZE = "6G"
"""Of the root's file system; the file that holds it is as large as what is in it."""
MODULES = ("virtio_pci", "virtio_blk", "virtio_console", "overlay", "veth", "br_netfilter")
"""What is loaded before the root is there; the rest is loaded when it is asked for."""
AGENT = Path(__file__).with_name("emulated_agent.py")
TOOLS = ("modprobe", "insmod", "lsmod", "rmmod")
"""Busybox does their work."""
MASKED = ("getty@tty1.service", "serial-getty@ttyS0.service", "e2scrub_reap.service")
DOCKER = ("multi-user.target.wants/docker.service", "sockets.target.wants/docker.socket")

INIT = f"""\
#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys /dev /root
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
/bin/busybox mount -t devtmpfs dev /dev
for name in {" ".join(MODULES)}; do
    /bin/busybox modprobe "$name"
done
until [ -b /dev/vda ]; do /bin/busybox sleep 0.1; done
/bin/busybox mount -t ext4 /dev/vda /root
/bin/busybox tar -xf /own.tar -C /root
for name in proc sys dev; do
    /bin/busybox umount "/$name"
done
exec /bin/busybox switch_root /root /sbin/init
"""

AGENT_UNIT = """\
[Unit]
Description=Lets the lab ask this node

[Service]
ExecStart=/usr/bin/python3 -I /usr/libexec/lab/agent /dev/vport0p1
KillMode=process

[Install]
WantedBy=multi-user.target
"""

NETWORK = """\
#!/bin/sh
# An address and a default route, as the kubelet wants them, which lead nowhere.
set -e
ip link add eth0 type veth peer name uplink
ip address add 192.0.2.10/24 dev eth0
ip link set eth0 up
ip link set uplink up
ip route add default via 192.0.2.1
ip route add unreachable 169.254.169.254  # else the kubelet waits for a cloud to answer
"""


def kernel() -> tuple[Path, str]:
    """Debian's stock kernel: its unpacked package, and its release."""
    (name,) = (n for n in depends(HOME_SUITE, KERNEL) if n.startswith("linux-image-"))
    tree = unpacked(HOME_SUITE, name).path
    return tree, name.removeprefix("linux-image-")


def modules() -> Path:
    """A layer with the kernel's modules, and the index that says which needs which."""
    tree, release = kernel()

    def build(part: Path) -> None:
        (part / "lib").symlink_to("usr/lib")
        shutil.copytree(tree / "lib/modules", part / "usr/lib/modules")
        call([str(busybox()), "depmod", "-b", str(part), release])

    return build_once(f"modules-{release}", build)


def disk(layers: Sequence[Path], versions: Mapping[str, str]) -> Path:
    """A root file system of these layers over the lab's own, with the kernel's modules.

    `versions` are those of packages that are in a layer, for the node's database of packages.
    """
    lowers = [*layers, modules(), *base.layers()]
    recipe = [
        *(str(path) for path in lowers),
        *versions.items(),
        *(AGENT.read_text(), AGENT_UNIT, NETWORK, MASKED, DOCKER, TOOLS, SIZE),
    ]

    def build(part: Path) -> None:
        with Scratch.make() as scratch:
            root = overlay(lowers, scratch, "disk")
            _furnish(root, versions)
            tree = unpacked(HOME_SUITE, "e2fsprogs", "libext2fs2", "libcom-err2", "libss2").path
            argv = [str(tree / "sbin/mke2fs"), "-q", "-t", "ext4", "-m", "0", "-d", str(root)]
            env = {"LD_LIBRARY_PATH": libraries(tree)}
            call([*argv, str(part / "root.ext4"), SIZE], env=env)

    return build_once(f"emulated-{digest(*recipe)}", build) / "root.ext4"


def _furnish(root: Path, versions: Mapping[str, str]) -> None:
    """Make a machine's root of a container's."""
    for name in TOOLS:
        (root / "usr/sbin" / name).symlink_to("/bin/busybox")
    units = root / "etc/systemd/system"
    for name in MASKED:
        (units / name).symlink_to("/dev/null")
    for name in DOCKER:
        (units / name).unlink()
    (units / "lab-agent.service").write_text(AGENT_UNIT)
    wanted = units / "multi-user.target.wants/lab-agent.service"
    wanted.symlink_to("../lab-agent.service")
    (root / "usr/libexec/lab/agent").write_bytes(AGENT.read_bytes())
    (root / "usr/libexec/lab/setup").write_text(NETWORK)
    shutil.copy(root / base.REAL_RUNC.lstrip("/"), root / "usr/sbin/runc")
    status = root / "var/lib/dpkg/status"
    text = status.read_text()
    for name, version in versions.items():
        text = re.sub(
            rf"(?m)(^Package: {name}\n(?:.+\n)*?Version: ).*", rf"\g<1>{version}", text, count=1
        )
    status.write_text(text)


def first_memory_disk(files: Mapping[str, tuple[bytes, int]]) -> bytes:
    """What the kernel is given beside the disk: what finds the disk, and files for it."""
    folder = f"lib/modules/{kernel()[1]}"
    tree = modules() / "usr" / folder
    index, wanted = _first(tree)
    entries: dict[str, tuple[bytes, int]] = {
        "init": (INIT.encode(), 0o100755),
        "bin/busybox": (busybox().read_bytes(), 0o100755),
        f"{folder}/modules.dep": (index, 0o100644),
        "own.tar": (_tar(files), 0o100644),
    }
    for name in wanted:
        entries[f"{folder}/{name}"] = ((tree / name).read_bytes(), 0o100644)
    folders = sorted({str(p) for name in entries for p in Path(name).parents} - {"."})
    return _cpio({**dict.fromkeys(folders, (b"", 0o40755)), **entries})


def _first(tree: Path) -> tuple[bytes, list[str]]:
    """Which module needs which, and the files of those that are loaded at first."""
    index = (tree / "modules.dep").read_bytes()
    needs = {
        Path(name).stem: [name, *rest.split()]
        for name, _, rest in (line.partition(":") for line in index.decode().splitlines())
    }
    return index, sorted({file for name in MODULES for file in needs[name]})


def _tar(files: Mapping[str, tuple[bytes, int]]) -> bytes:
    """Files with their modes, as tar unpacks them over a root."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, (data, mode) in files.items():
            member = tarfile.TarInfo(path.lstrip("/"))
            member.size, member.mode = len(data), mode
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def _cpio(entries: Mapping[str, tuple[bytes, int]]) -> bytes:
    """The archive that the kernel reads (newc, Documentation/driver-api/early-userspace)."""
    parts = []
    for number, (name, (data, mode)) in enumerate([*entries.items(), ("TRAILER!!!", (b"", 0))], 1):
        fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0)
        head = b"070701" + b"".join(b"%08X" % field for field in fields) + name.encode() + b"\0"
        parts += [head, b"\0" * (-len(head) % 4), data, b"\0" * (-len(data) % 4)]
    return b"".join(parts)
