"""Facts against a real systemd and a real kubelet: what they really do is the expectation."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.lab import kubelet
from tests.lab.node import Node
from unshim.facts.systemd import command_line, environment
from unshim.facts.systemd import units as systemd
from unshim.facts.systemd.specifiers import Specifiers
from unshim.host.tree import TreeHost
from unshim.model.machine import Unit
from unshim.model.values import known

pytestmark = pytest.mark.lab

ETC, LIB, RUN = "/etc/systemd/system", "/usr/lib/systemd/system", "/run/systemd/system"
UNIT = r"""[Unit]
Description=probe
[Service]
Type=oneshot
Environment="A=one 'two three'" B=b "D=x y" 'E=q"q'
Environment=C=old F=\x41\n G=50%%
EnvironmentFile=-/etc/probe.env
EnvironmentFile=-/none
ExecStart=/bin/old
"""
DROP_IN = r"""[Service]
ExecStart=
ExecStart=-/usr/local/bin/probe $A ${A} x${B}y x$B $$B $NONE ${NONE} "$A" 50%% 'a b' a\ b \
   # a comment inside
   "c \x41 \102 \n \t" --d=$D ${D} $E ${E} $C $F ${F} $G $H ${I} $J $K $L $M "" '' $N \
   $O end\x20 \q
"""
ENV = rb"""# comment
; comment \
C=hidden
H='single \n $A' tail
I="dq \" \$ \n" rest
J=a\
b c
K="x\
y"
export L=1
M=un"quoted"mid 'x'
 N = spaced
O=trail\ blank\
# joined
P
"""
PROBE = b"""#!/usr/bin/python3
import os, sys
open("/run/probe.out", "wb").write(b"\\0".join(os.fsencode(a) for a in sys.argv[1:]))
"""
FILES = {
    f"{ETC}/lab-probe.service": UNIT,
    f"{ETC}/lab-probe.service.d/50-exec.conf": DROP_IN,
    f"{ETC}/lab-.service.d/10-a.conf": "[Service]\nTasksMax=1\n",
    f"{LIB}/lab-probe.service.d/10-a.conf": "[Service]\nTasksMax=2\n",
    f"{LIB}/lab-probe.service.d/20-b.conf": "[Service]\nTasksMax=3\n",
    f"{ETC}/service.d/30-all.conf": "[Service]\nOOMScoreAdjust=5\n",
    f"{LIB}/lab-probe.service.d/60-masked.conf": "[Service]\nKillMode=none\n",
    f"{ETC}/lab-probe.service.d/70-kill.conf": "[Service]\nKillMode=process\nKillMode=x\n",
}


@pytest.fixture(scope="module")
def probe() -> Iterator[Node]:
    def place(node: Node) -> None:
        node.write("/usr/local/bin/probe", PROBE, mode=0o755)
        node.run(["ln", "-s", "/dev/null", f"{ETC}/lab-probe.service.d/60-masked.conf"])

    files: dict[str, bytes | str] = {**FILES, "/etc/probe.env": ENV}
    with Node.boot(
        "probe", files=files, before_boot=place, docker="disabled", containerd="disabled"
    ) as node:
        yield node


def _unit(node: Node) -> Unit:
    unit = systemd.read(TreeHost(str(node.root)), ("lab-probe.service",))["lab-probe.service"]
    assert isinstance(unit, Unit)
    return unit


def test_a_command_line_is_what_systemd_starts(probe: Node) -> None:
    probe.systemctl("start", "lab-probe")
    real = probe.read("/run/probe.out").split(b"\0")
    unit = _unit(probe)
    host = TreeHost(str(probe.root))
    found = environment.read(host, unit.files, unit.name)
    words = known(command_line.expand(unit.files, found, Specifiers(host, unit.name)))
    assert [word.text.encode() for word in words[1:]] == real


def test_files_and_settings_are_what_systemd_loads(probe: Node) -> None:
    names = "FragmentPath,DropInPaths,KillMode,TasksMax,OOMScoreAdjust"
    lines = probe.text("systemctl", "show", "lab-probe", "-p", names).splitlines()
    real = dict(line.split("=", 1) for line in lines)
    unit = _unit(probe)
    assert unit.files[0].path == real["FragmentPath"]
    drop_ins = [path for path in real["DropInPaths"].split() if "masked" not in path]
    assert [file.path for file in unit.files[1:]] == drop_ins
    assert unit.kill_mode.value == real["KillMode"]
    for key in ("TasksMax", "OOMScoreAdjust"):
        assert unit.settings[f"Service.{key}"][-1].value == real[key]


def test_what_systemd_tells_gives_the_same_unit(probe: Node) -> None:
    script = (
        "import sys; sys.path.insert(0, '/opt/src')\n"
        "from unshim.facts.systemd import units as systemd\n"
        "from unshim.host.local import LocalHost\n"
        "unit = systemd.read(LocalHost(), ('lab-probe.service',))['lab-probe.service']\n"
        "print([file.path for file in unit.files], unit.state.load)\n"
    )
    told = probe.run(["/opt/unshim/bin/python", "-"], input=script.encode()).stdout.decode()
    assert told.strip() == f"{[file.path for file in _unit(probe).files]} loaded"


GATHER = """
import json, re, sys
sys.path.insert(0, "/opt/src")
from unshim.facts.systemd import units as systemd
from unshim.facts.gather import gather
from unshim.host.local import LocalHost
from unshim.model.values import known
from unshim.host.once import RecordingHost
from unshim.record.writing import write_record
from unshim.record.recorded import open_root
from unshim.report.facts import as_json

def told(node):
    # Without the sizes of files: a record keeps no comment and no description of a unit.
    return re.sub('"size": [0-9]+', "", as_json(node, "", {}))

host = RecordingHost(LocalHost())
node = gather(host)
write_record(host, "/root/record.tar.gz")
again = gather(open_root("/root/record.tar.gz"))
k = known(node.kubelet)
configured = {(f.name, f.value) for f in known(k.flags)}
running = {(f.name, f.value) for f in known(k.running_flags)}
print(json.dumps({
    "same": told(again._replace(origin=node.origin, live=True)) == told(node),
    "version": str(known(k.version).value),
    "flags": sorted(configured ^ running, key=str),
    "count": len(running),
    "unit": [known(k.unit.state).active, known(k.unit.state).main_pid == known(k.process).pid],
    "driver": str(known(k.cgroup_driver).value),
    "runtime": str(known(node.runtime).value),
    "docker": [str(known(known(node.docker).version).value), known(node.docker).active],
    "docker_pods": [p.name for p in known(known(node.docker).pods).pods],
    "origins": sorted({str(p.origin) for p in known(known(node.docker).pods).pods}),
    "docker_driver": str(known(known(node.docker).cgroup_driver).value),
    "static": [p.name for p in known(node.static_pods)],
    "images": [i.name for p in known(node.static_pods) for i in p.images],
    "systemd": node.machine.systemd,
    "socket": repr(known(k.endpoint_socket)),
}))
"""


@pytest.mark.slow
def test_a_real_kubelet_with_dockershim() -> None:
    with kubelet.boot("dockershim", [kubelet.Pod("web")]) as node:
        done = node.run(["/opt/unshim/bin/python", "-"], input=GATHER.encode(), timeout=60)
        found = json.loads(done.stdout)
        real = json.loads(node.text("docker", "info", "--format", "{{json .CgroupDriver}}"))
    assert found["same"]
    assert found["version"] == "1.20.2"
    assert found["flags"] == []
    assert found["count"] > 2
    assert found["unit"] == ["active", True]
    assert found["runtime"] == "dockershim"
    assert found["docker"] == ["20.10.24", True]
    assert found["docker_driver"] == real
    assert found["docker_pods"] == [f"web-{node.name}"]
    assert found["origins"] == ["static"]
    assert found["static"] == ["web"]
    assert found["images"]
    assert found["systemd"] is True
    assert "not connected to" in found["socket"]
