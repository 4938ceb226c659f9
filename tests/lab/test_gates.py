"""Gates on real containerds: what a plan would write is tried behind walls, and nothing is changed.

Each fault stands with a word of the daemon's own or of the gate's. The first faults are tried every
time, all of them and what installers write in drills.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.configs import installers
from tests.configs.differences import RELEASES
from tests.containerds import CONFIG, configured
from tests.laws.nodes import NAMES, host, plan
from tests.trees import tree
from unshim.host.host import Host
from unshim.host.local import LocalHost
from unshim.model.machine import Program
from unshim.model.parts.containerd import ContainerdConfig
from unshim.model.steps import WriteFile
from unshim.model.values import Origin, Setting, Source
from unshim.plan.gates import containerd as gate
from unshim.plan.gates.asking import Answer, ask

from .containerd import Line
from .containerd import release as programs

LINES: tuple[Line, ...] = ("1.6", "1.7", "2.1")
Files = Mapping[str, bytes]
RUNC = 'runtime_type = "io.containerd.runc.v2"\n'
CRI = 'version = 2\n[plugins."io.containerd.grpc.v1.cri"]\n'


def _below(table: str, text: str) -> str:
    return f'version = 2\n[plugins."io.containerd.grpc.v1.cri".{table}]\n{text}\n'


FAULTS = {
    "a handler that is none": (_below("containerd", 'default_runtime_name = "x"'), "no correspond"),
    "mirrors beside config_path": (
        _below("registry", 'config_path = "/etc/x"')
        + _below("registry.mirrors.a", 'endpoint = ["b"]')[12:],
        "`mirrors` cannot be set",
    ),
    "a plugin by its short name": ('version = 2\ndisabled_plugins = ["cri"]\n', "disabled plugin"),
    "an address that is none": ('version = 2\n[metrics]\naddress = "nonsense"\n', "missing port"),
    "a word for a switch": (CRI + 'enable_selinux = "yes"\n', "bool"),
    "a time that is none": (CRI + 'stream_idle_timeout = "abc"\n', "invalid duration"),
    "a plugin that is not there": (
        'version = 2\nrequired_plugins = ["io.containerd.x.v1.y"]\n',
        "required plugin",
    ),
    "a key written wrongly": (CRI + 'sandbox_imgae = "x"\n', "sandbox_imgae does not count"),
    "an option written wrongly": (
        _below("containerd.runtimes.runc", RUNC)
        + _below("containerd.runtimes.runc.options", "SystemdCgruop = true")[12:],
        "SystemdCgruop does not count",
    ),
    "a word for a number": ('version = 2\noom_score = "a"\n', "containerd does not take"),
    "a timeout that is none": (
        'version = 2\n[timeouts]\n"io.containerd.timeout.task.state" = "x"\n',
        "time duration",
    ),
    "an import that is not there": ('version = 2\nimports = ["/nosuch.toml"]\n', "/nosuch.toml"),
    "a base specification that is not there": (
        _below(
            "containerd.runtimes.runc",
            'base_runtime_spec = "/nosuch.json"\nruntime_type = "io.containerd.runc.v2"',
        ),
        "/nosuch.json",
    ),
}
EVERY_TIME = tuple(FAULTS)[:4]
SOUND = {
    "nothing": "",
    "a cgroup driver": _below("containerd.runtimes.runc", RUNC)
    + _below("containerd.runtimes.runc.options", "SystemdCgroup = true")[12:],
    "addresses of the machine": CRI
    + 'stream_server_address = "10.1.2.3"\n[metrics]\naddress = "10.1.2.3:1338"\n',
}


RECORDED = ("containerd-cri-disabled", "containerd-with-secrets", "half-migrated")


def _posts(files: Files) -> list[WriteFile]:
    return [WriteFile(path, None, data) for path, data in files.items()]


def _complaints(line: Line, case: gate.Case, before: Files, after: Files) -> list[str]:
    """What the gates of a containerd say of these files."""
    binary = programs(line).path / "usr/bin/containerd"
    program = Program(str(binary), Source(Origin.UNIT, "the test"), there=True)
    case = case._replace(after=case.after._replace(program=program))
    asked = gate.question(case)
    assert asked.binary
    new, old = ask(asked, _posts(after)), ask(asked._replace(shadow=False), _posts(before))
    assert new.why == old.why == ""
    assert new.dump is not None
    assert new.dump.code or not asked.shadow or new.shadow is not None

    def again() -> Answer:
        return ask(asked, _posts(before))

    return list(gate.complaints(LocalHost(), case, old, new, again))


def _made(line: Line, folder: Path, text: str) -> list[str]:
    """The same of one file of containerd's that was nearly empty."""
    version = Setting(RELEASES[line], Source(Origin.FLAG, "the test"))

    def of(name: str, data: str) -> Host:
        return tree(folder / name, {CONFIG: data})

    start = "version = 2\n"
    hosts = (of("before", start), of("after", text))
    case = gate.Case(*(configured(host, version) for host in hosts))
    return _complaints(line, case, {CONFIG: start.encode()}, {CONFIG: text.encode()})


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("fault", EVERY_TIME)
def test_a_fault_is_seen_before_anything_is_written(
    lab: None, line: Line, fault: str, tmp_path: Path
) -> None:
    text, word = FAULTS[fault]
    (told,) = _made(line, tmp_path, text)
    assert word in told


@pytest.mark.drill
@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("fault", [name for name in FAULTS if name not in EVERY_TIME])
def test_so_is_each_other(lab: None, line: Line, fault: str, tmp_path: Path) -> None:
    text, word = FAULTS[fault]
    (told,) = _made(line, tmp_path, text)
    assert word in told


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("name", SOUND)
def test_what_is_sound_passes(lab: None, line: Line, name: str, tmp_path: Path) -> None:
    assert _made(line, tmp_path, SOUND[name]) == []


def _line_of(case: gate.Case) -> Line:
    """The release line to ask; another where this one is not to be had, or not known."""
    version = case.after.version
    known = f"{version.value.major}.{version.value.minor}" if isinstance(version, Setting) else ""
    return next((line for line in LINES if line == known), "1.6")


def _files(case: gate.Case, side: int) -> dict[str, bytes]:
    config = case[side].config
    return {f.path: f.data for f in config.files} if isinstance(config, ContainerdConfig) else {}


@pytest.mark.parametrize("name", RECORDED)
def test_what_fixes_write_for_recorded_nodes_passes(lab: None, name: str) -> None:
    case = gate.case(host(name), plan(name).steps)
    assert case is not None
    assert _complaints(_line_of(case), case, _files(case, 0), _files(case, 1)) == []


@pytest.mark.drill
def test_it_passes_for_every_recorded_node(lab: None) -> None:
    found = {}
    for name in NAMES:
        steps = plan(name).steps
        case = gate.case(host(name), steps) if gate.concerns(steps) else None
        if case is not None:
            found[name] = _complaints(_line_of(case), case, _files(case, 0), _files(case, 1))
    assert {*RECORDED} < {*found}
    assert {name: told for name, told in found.items() if told} == {}


@pytest.mark.drill
@pytest.mark.parametrize("line", LINES)
def test_where_installers_files_do_not_pass_the_daemon_says_why(
    lab: None, line: Line, tmp_path: Path
) -> None:
    """Or unshim's own table of keys: none is refused by what the gates compare."""
    told = [
        word
        for made in installers.written()
        if len(made.files) == 1
        for word in _made(line, tmp_path / made.name, *made.files.values())
    ]
    assert told
    assert [word for word in told if "not mean" in word or "to containerd, not" in word] == []
