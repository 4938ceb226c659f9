"""The systemd cgroup driver as unshim writes it, read by eight real containerds."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from fixes.cgroup.handler import set_systemd
from fixes.cri_tables import TABLES
from unshim.model.values import FileText
from unshim.text.edit.toml_text import remove_items

from .containerd import EVERY_LINE, Line, release

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

RUNC = 'containerd.runtimes.runc]\n  runtime_type = "io.containerd.runc.v2"\n'
BODIES = {
    "no table at all": "",
    "the plugin's table": "[{cri}]\n  enable_selinux = false\n",
    "the handler's table": "[{cri}." + RUNC,
    "the handler's options": "[{cri}." + RUNC + "  [{cri}.containerd.runtimes.runc.options]\n"
    '    Root = "/run/runc" # ours\n',
    "the key itself": "[{cri}." + RUNC + "  [{cri}.containerd.runtimes.runc.options]\n"
    "    SystemdCgroup = false # not yet\n",
    "Docker's own": 'disabled_plugins = ["cri"]\n',
}


def versions(line: Line) -> tuple[int, ...]:
    """The versions of configuration that a release reads."""
    # 2.0 to 2.2 drop the CRI settings of a version 1 file: there the fix is refused.
    return {"2.0": (2, 3), "2.1": (2, 3), "2.3": (1, 2, 3, 4)}.get(line, (1, 2))


# Short names of plugins belong to files of version 1 alone.
CASES = [
    (line, version, body)
    for line in EVERY_LINE
    for version in versions(line)
    for body in BODIES
    if version == 1 or body != "Docker's own"
]


def dumped(line: Line, folder: Path, text: bytes) -> dict[str, object]:
    """What that containerd makes of a file."""
    path = folder / "config.toml"
    path.write_bytes(text)
    done = subprocess.run(
        [str(release(line).path / "usr/bin/containerd"), "--config", str(path), "config", "dump"],
        capture_output=True,
        check=False,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr.decode()
    return tomllib.loads(done.stdout.decode())


def runc_of(document: dict[str, object]) -> dict[str, object]:
    """The table of the runc handler, wherever this release keeps it."""
    plugins = document["plugins"]
    assert isinstance(plugins, dict)
    for path in TABLES.values():
        table = plugins.get(path[1], {})
        found = table.get("containerd", {}).get("runtimes", {}).get("runc")
        if found is not None:
            return dict(found)
    raise AssertionError(f"no runc handler in {json.dumps(document)[:500]}")


@pytest.mark.parametrize(("line", "version", "body"), CASES)
def test_the_daemon_reads_systemd_where_unshim_wrote_it(
    lab: None, tmp_path: Path, line: Line, version: int, body: str
) -> None:
    plugin = TABLES[version][1]
    cri = f'plugins."{plugin}"' if version > 1 else f"plugins.{plugin}"
    head = f"version = {version}\n" if version > 1 else ""
    before = (head + BODIES[body].replace("{cri}", cri)).encode()
    after = set_systemd(FileText("/etc/containerd/config.toml", before), version, "runc")
    after = remove_items(after, ("disabled_plugins",), ["cri"], "/etc/containerd/config.toml")
    handler = runc_of(dumped(line, tmp_path, after))
    assert handler["runtime_type"] == "io.containerd.runc.v2"
    if line in ("1.3", "1.4"):
        return  # it tells nobody the options it has read
    options = handler["options"]
    assert isinstance(options, dict)
    assert options["SystemdCgroup"] is True
