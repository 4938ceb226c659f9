"""The part of the bench that needs a real containerd: 100 tasks under a moving load, 100 images."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.bench_pty import steady
from scripts.bench_times import Checkout, beside, row, row_of, row_of_memory

if TYPE_CHECKING:
    from tests.lab.containerd import Daemon

COUNT = 100
SECONDS = 15.0
LOAD = "while :; do i=0; while [ $i -lt 400 ]; do i=$((i+1)); done; sleep 0.7; done"


def run(runs: int, ours: Checkout, before: Checkout | None) -> None:
    """Start a containerd, measure against it, end it."""
    from tests.lab import packages
    from tests.lab.containerd import Daemon
    from tests.lab.images import Image, busybox_image

    reason = packages.why_not()
    if reason:
        row("a real containerd", f"left out: {reason}")
        return
    name = "docker.io/library/busybox:1"
    with Daemon.start("1.6") as daemon:
        daemon.load(busybox_image(name), namespace="k8s.io")
        images = [
            Image(f"docker.io/library/app{n}:1", files={"n": str(n).encode()}) for n in range(COUNT)
        ]
        daemon.load(*images, namespace="k8s.io")
        daemon.run_tasks("k8s.io", (f"t{n}" for n in range(COUNT)), name, "sh", "-c", LOAD)
        other = [before.unshim, "--report", "json"] if before else []
        times = beside([ours.unshim, "--report", "json"], runs, other)
        row_of(f"unshim --report json, {COUNT} tasks and images", times, 16)
        ctr = f"{Path(daemon.binary).parent}/ctr -a {daemon.socket}"
        asked = ("version", "plugins ls", "-n k8s.io images ls", "-n k8s.io task ls")
        words = "; ".join(f"{ctr} {verb}" for verb in asked)
        theirs = beside(["sh", "-c", words], runs)
        row(
            "ctr version; plugins ls; images ls; task ls",
            f"{theirs.ours:.0f} ms",
            "stands beside it",
        )
        _panes(ours.unshim, daemon)


def _panes(unshim: str, daemon: Daemon) -> None:
    causes = [daemon.pid, *_shims()]
    quiet = steady(["sleep", "600"], "", SECONDS, causes)
    _, _, idle, _ = next(quiet)
    quiet.close()
    for keys, name in (("t", "tasks"), ("m", "metrics")):
        pane = steady([unshim], keys, SECONDS, causes)
        cpu, rate, caused, memory = next(pane)
        row(
            f"{name} pane, {COUNT} tasks at 1 Hz",
            f"{cpu:.1f} % of a core, {rate / 1000:.1f} kB/s",
            "at most 4 %, 15 kB/s",
            cpu <= 4 and rate <= 15000,
        )
        row(
            "  and in containerd and the shims",
            f"{caused:.1f} %, without us {idle:.1f} %",
        )
        row_of_memory(memory)
        cpu, rate, _, _ = pane.send("p")
        row(f"{name} pane, paused", f"{cpu:.1f} %, {rate:.0f} B/s", "0 B/s", rate == 0)
        pane.close()
    for name, peer in (("htop", _htop()), ("glances", _glances())):
        if peer:
            one = steady(peer, "", SECONDS)
            cpu, rate, _, memory = next(one)
            one.close()
            row(
                f"{name} at 1 Hz",
                f"{cpu:.1f} % of a core, {rate / 1000:.1f} kB/s",
                f"peak {memory:.0f} MB",
            )


def _shims() -> list[int]:
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if (folder / "comm").read_text().startswith("containerd-shim"):
                    found.append(int(folder.name))
            except OSError:
                continue
    return found


def _htop() -> list[str]:
    """htop from Debian's packages, unpacked into the lab's cache with the libraries it needs."""
    from tests.lab import packages

    try:
        tree = packages.unpacked("bookworm", "htop", "libnl-3-200", "libnl-genl-3-200").path
    except Exception as error:
        sys.stderr.write(f"htop: {error}\n")
        found = shutil.which("htop")
        return [found, "-d", "10"] if found else []
    libraries = ":".join(sorted({str(p.parent) for p in tree.rglob("*.so.*")}))
    return ["env", f"LD_LIBRARY_PATH={libraries}", str(tree / "usr/bin/htop"), "-d", "10"]


def _glances() -> list[str]:
    """glances in an environment of its own, in the cache."""
    top = os.environ.get("UNSHIM_LAB_CACHE") or str(Path.home() / ".cache" / "unshim-lab")
    folder = Path(top) / "glances"
    if not (folder / "bin" / "glances").exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "-q", "glances"]
        if subprocess.run(pip, check=False).returncode:
            return []
    return [str(folder / "bin" / "glances"), "-t", "1"]
