"""Runs in a node: lays out an arrangement of a kubelet, and tells what it and unshim say of it.

The question comes as JSON on standard input, the answer goes the same way. It runs as a script with
unshim's own sources at /opt/src.
"""

from __future__ import annotations

import json
import os
import shutil
import ssl
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

sys.path[0] = "/opt/src"

from unshim.facts.kubelet import kubelet  # noqa: E402
from unshim.facts.systemd import units as systemd  # noqa: E402
from unshim.host.local import LocalHost  # noqa: E402
from unshim.model.values import Missing, Setting, known  # noqa: E402

UNIT = "/etc/systemd/system/kubelet.service"


def text(*argv: str) -> str:
    """What a command prints."""
    return subprocess.run(argv, capture_output=True, text=True).stdout


def lay_out(files: dict[str, str], links: dict[str, str]) -> None:
    """Start the kubelet on these files and links, as old as an hour."""
    subprocess.run(["systemctl", "stop", "kubelet"], check=True)
    Path(UNIT).unlink(missing_ok=True)
    for folder in (UNIT + ".d", "/etc/lab"):
        shutil.rmtree(folder, ignore_errors=True)
    hour_ago = time.time() - 3600
    for path, content in files.items():
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(content)
        os.utime(path, (hour_ago, hour_ago))
    for path, target in links.items():
        Path(path).symlink_to(target)
    for folder, _, _ in os.walk("/etc/lab"):
        os.utime(folder, (hour_ago, hour_ago))
    subprocess.run(["systemctl", "daemon-reload"], check=True)
    subprocess.run(["systemctl", "reset-failed", "kubelet"])
    subprocess.run(["systemctl", "start", "kubelet"], check=True)


def configz(pid: int, port: int) -> dict[str, Any]:
    """The kubelet's own configuration, as soon as it answers."""
    context = ssl._create_unverified_context()
    until = time.monotonic() + 120
    while True:
        try:
            url = f"https://127.0.0.1:{port}/configz"
            with urllib.request.urlopen(url, context=context, timeout=5) as answer:
                found: dict[str, Any] = json.load(answer)["kubeletconfig"]
                return found
        except OSError as error:
            if time.monotonic() > until or not Path(f"/proc/{pid}").exists():
                log = text("journalctl", f"_PID={pid}", "-o", "cat")
                ended = [line for line in log.splitlines() if line.startswith(("F", "E"))]
                sys.exit(f"{error}\n" + "\n".join(ended[:20]))
            time.sleep(0.05)


def plain(settings: Any) -> Any:
    """Settings as JSON."""
    if isinstance(settings, Missing):
        return settings.reason
    return {
        name: ["value", found.value, str(found.source)]
        if isinstance(found, Setting)
        else ["missing", found.reason, ""]
        for name, found in settings.items()
    }


def main() -> None:
    """Ask both and print it."""
    asked = json.load(sys.stdin)
    if asked["files"]:
        lay_out(asked["files"], asked["links"])
    pid = int(text("systemctl", "show", "-p", "MainPID", "--value", "kubelet"))
    answer = configz(pid, asked["port"])
    if asked["write"]:
        time.sleep(3)  # a change must be later than the start beyond all doubt
    for path, content in asked["write"].items():
        Path(path).write_text(content)
    for path in asked["replace"]:
        shutil.copy2(path, path + ".new")
        Path(path + ".new").rename(path)
    host = LocalHost()
    found = known(kubelet.read(host, host.processes(), systemd.read(host)))
    told = {
        "configz": answer,
        "log": text("journalctl", f"_PID={pid}", "-o", "cat", "--no-pager"),
        "version": str(known(found.version).value),
        "flags": [flag[:2] for flag in known(found.flags)],
        "running_flags": [flag[:2] for flag in known(found.running_flags)],
        "effective": plain(found.effective),
        "running": plain(found.running),
        "staged": [change[:2] for change in known(found.staged)],
    }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
