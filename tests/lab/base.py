"""What every node starts from: a Debian root with its packages, and the lab's additions to it.

Both are layers in the cache; their names hold a hash of the recipe, so a changed recipe is a
new layer.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import tomlkit

from .cache import LabError, build_once, call, digest
from .packages import HOME_SUITE, KEYRING, debootstrap, mirror
from .scratch import Scratch, overlay

PACKAGES = (
    "systemd",
    "systemd-sysv",
    "dbus",
    "containerd",
    "runc",
    "docker.io",
    "iptables",
    "containernetworking-plugins",
    "busybox-static",
    "procps",
    "iproute2",
    "python3",
    "python3-venv",
)
NODE_PYTHON = "3.11"
REPOSITORY = Path(__file__).resolve().parents[2]
REAL_RUNC = "/usr/libexec/lab/runc"
MASKED = ("apt-daily.timer", "apt-daily-upgrade.timer", "console-getty.service")


SETUP_UNIT = """\
[Unit]
Description=What a container lacks to be a node
DefaultDependencies=no
After=local-fs.target
Before=sysinit.target containerd.service docker.service kubelet.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/libexec/lab/setup

[Install]
WantedBy=sysinit.target
"""

SETUP = """\
#!/bin/sh
# /proc/sys is read-only but for the network's part, for the kernel is the machine's. What the
# kubelet sets at start is a file of the node's own, laid over the real one.
set -e
ln -sf /dev/null /dev/kmsg
ip link add eth0 type veth peer name uplink
ip address add 192.0.2.10/24 dev eth0
ip link set eth0 up
ip link set uplink up
ip route add default via 192.0.2.1
ip route add unreachable 169.254.169.254  # else the kubelet waits for a cloud to answer
mount --make-rshared /
for group in /sys/fs/cgroup/*; do
    if [ -d "$group" ] && [ ! -L "$group" ] && mountpoint -q "$group"; then
        mount -o remount,rw,bind "$group"
    fi
done
mkdir -p /run/lab
for name in vm/overcommit_memory vm/panic_on_oom kernel/panic kernel/panic_on_oops \\
    kernel/keys/root_maxkeys kernel/keys/root_maxbytes; do
    own=/run/lab/$(echo "$name" | tr / .)
    cat "/proc/sys/$name" >"$own"
    mount --bind "$own" "/proc/sys/$name"
done
"""

RUNC = """\
#!/bin/sh
# Without CAP_SYS_RESOURCE nobody may lower an oomScoreAdj, and every pod sandbox asks for it.
bundle=.
before=
making=
for word; do
    case $before in
        --bundle | -b) bundle=$word ;;
        --root) word=@STATE@$word ;;
    esac
    case $word in create | run) making=yes ;; esac
    before=$word
    set -- "$@" "$word"
    shift
done
if [ -n "$making" ] && [ -f "$bundle/config.json" ]; then
    sed -i 's/"oomScoreAdj": *-[0-9]*/"oomScoreAdj":0/g' "$bundle/config.json"
fi
@SETTINGS@exec @REAL@ "$@"
"""


def runc_wrapper(real: str, state: str = "", env: dict[str, str] | None = None) -> str:
    """A runc that works without CAP_SYS_RESOURCE, around the real one at that path.

    `state` is put before its root folder, which is the same for every containerd otherwise.
    """
    settings = "".join(f"export {name}={value}\n" for name, value in (env or {}).items())
    text = RUNC.replace("@REAL@", real).replace("@STATE@", state)
    return text.replace("@SETTINGS@", settings)


def rootfs() -> Path:
    """Debian with containerd, Docker and systemd, as debootstrap makes it (about a minute)."""
    return build_once(f"rootfs-{digest(HOME_SUITE, PACKAGES)}", _debootstrap)


def additions() -> Path:
    """A layer with unshim's environment in /opt/unshim, and what a node needs to boot here."""
    recipe = [rootfs().name, requirements(), SETUP_UNIT, SETUP, runc_wrapper(REAL_RUNC), MASKED]
    return build_once(f"additions-{digest(*recipe)}", _additions)


def layers() -> list[Path]:
    """The read-only layers of a node, uppermost first."""
    return [additions(), rootfs()]


def requirements() -> str:
    """unshim's own dependencies as pip reads them, pinned as the repository's lock pins them."""
    metadata = tomlkit.parse((REPOSITORY / "pyproject.toml").read_text()).unwrap()
    wanted: list[str] = metadata["project"]["dependencies"]
    lock = REPOSITORY / "requirements.lock"
    pins = lock.read_text().splitlines() if lock.exists() else []
    lines: list[str] = []
    for line in wanted:
        name = re.split(r"[<>=;~! ]", line, maxsplit=1)[0].lower()
        lines += [pin for pin in pins if pin.lower().startswith(f"{name}==")] or [line]
    return "".join(f"{line}\n" for line in lines)


def _debootstrap(part: Path) -> None:
    tool = debootstrap()
    source = mirror()
    if source is None:
        raise LabError("no Debian mirror in this machine's apt sources")
    call(
        [
            str(tool.path),
            "--variant=minbase",
            f"--keyring={KEYRING}",
            f"--include={','.join(PACKAGES)}",
            HOME_SUITE,
            str(part),
            source,
        ],
        env=tool.env,
        timeout=1800,
    )
    call(["chroot", str(part), "apt-get", "clean"])
    shutil.rmtree(part / "var/lib/apt/lists")
    (part / "var/lib/apt/lists").mkdir()


def _additions(part: Path) -> None:
    _venv(part)
    runc = rootfs() / "usr/sbin/runc"
    _put(part / REAL_RUNC.lstrip("/"), runc.read_bytes(), 0o755)
    _put(part / "usr/sbin/runc", runc_wrapper(REAL_RUNC).encode(), 0o755)
    _put(part / "usr/libexec/lab/setup", SETUP.encode(), 0o755)
    units = part / "etc/systemd/system"
    _put(units / "lab-setup.service", SETUP_UNIT.encode(), 0o644)
    wanted = units / "sysinit.target.wants"
    wanted.mkdir()
    (wanted / "lab-setup.service").symlink_to("../lab-setup.service")
    for name in MASKED:
        (units / name).symlink_to("/dev/null")


def _put(path: Path, data: bytes, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    path.chmod(mode)


def _venv(part: Path) -> None:
    with Scratch.make() as scratch:
        root = overlay([rootfs()], scratch, "venv")
        wheels = root / "wheels"
        wheels.mkdir()
        (wheels / "requirements.txt").write_text(requirements())
        call([*_pip(), "download", "-q", "--only-binary=:all:", "--python-version", NODE_PYTHON,
              "-d", str(wheels), "-r", str(wheels / "requirements.txt")])  # fmt: skip
        inside = ["env", "-i", "PATH=/usr/bin:/usr/sbin", "HOME=/root", "chroot", str(root)]
        call([*inside, "python3", "-m", "venv", "/opt/unshim"])
        call([*inside, "/opt/unshim/bin/pip", "install", "-q", "--no-index", "--find-links=/wheels",
              "-r", "/wheels/requirements.txt"])  # fmt: skip
        packages = root / f"opt/unshim/lib/python{NODE_PYTHON}/site-packages"
        (packages / "unshim-source.pth").write_text("/opt/src\n")
        (part / "opt/src").mkdir(parents=True)
        shutil.copytree(root / "opt/unshim", part / "opt/unshim", symlinks=True)


def _pip() -> list[str]:
    argv = [sys.executable, "-m", "pip"]
    try:
        call([*argv, "--version"])
    except LabError:
        found = shutil.which("pip3") or shutil.which("pip")
        if found is None:
            raise LabError("no pip to fetch unshim's dependencies with") from None
        return [found]
    return argv
