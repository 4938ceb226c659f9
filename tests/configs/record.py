"""Asks real containerds of four release lines what they make of every configuration here.

    python -m tests.configs.record

A view is the part of `containerd config dump` that unshim works out for itself.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.configs import DUMPS, REFUSED, dumps, names, placed
from tests.lab.containerd import LINES, Line, release

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

View = dict[str, Any]


def dump(line: Line, name: str) -> View | str:
    """What this release makes of one configuration."""
    binary = release(line).path / "usr/bin/containerd"
    with tempfile.TemporaryDirectory(prefix="unshim-config-") as folder:
        main = placed(name, Path(folder))
        argv = [str(binary), "--config", str(main), "config", "dump"]
        done = subprocess.run(argv, capture_output=True, cwd="/", timeout=30)
    if done.returncode:
        return REFUSED
    return view(tomllib.loads(done.stdout.decode()))


def view(document: Mapping[str, Any]) -> View:
    """Of a dump, which is of the release's newest version, what unshim's own view holds."""
    plugins = document.get("plugins", {})
    old = plugins.get("io.containerd.grpc.v1.cri", {})
    images = plugins.get("io.containerd.cri.v1.images")
    runtime = plugins.get("io.containerd.cri.v1.runtime", old).get("containerd", {})
    if images is None:
        images, sandbox = old.get("containerd", {}), old.get("sandbox_image")
    else:
        sandbox = images.get("pinned_images", {}).get("sandbox")
    disabled = document.get("disabled_plugins", [])
    found: View = {"disabled": sorted(disabled), "address": document["grpc"]["address"]}
    if sandbox is None:
        return found  # 1.x leaves a disabled CRI plugin out of its dump
    handlers = {
        name: [handler.get("runtime_type", ""), systemd(handler.get("options") or {})]
        for name, handler in runtime.get("runtimes", {}).items()
    }
    return {
        **found,
        "sandbox": sandbox,
        "snapshotter": images.get("snapshotter"),
        "discard": images.get("discard_unpacked_layers"),
        "default": runtime.get("default_runtime_name"),
        "handlers": handlers,
    }


def systemd(options: Mapping[str, Any]) -> object:
    """Options are dumped as they are written; any case counts where they are used, and on 2.x the
    last of several in the order of the alphabet."""
    found = [options[key] for key in sorted(options) if key.lower() == "systemdcgroup"]
    return found[-1] if found else False


def main() -> None:
    with ThreadPoolExecutor(2) as pool:
        wanted = [(name, line) for name in names() for line in LINES]
        views = pool.map(lambda pair: dump(pair[1], pair[0]), wanted)
        # What a release said that is no longer to be had here stays.
        found: dict[str, dict[str, View | str]] = {name: dumps().get(name, {}) for name in names()}
        for (name, line), seen in zip(wanted, views, strict=True):
            found[name][line] = seen
    DUMPS.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
