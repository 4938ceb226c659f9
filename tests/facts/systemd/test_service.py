"""What a unit gives its daemon: the program, its flags, and which process it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.trees import recorded, tree
from unshim.facts.systemd import service
from unshim.facts.systemd import units as systemd
from unshim.facts.systemd.service import Service
from unshim.host.host import Host
from unshim.model.machine import Process, Unit, UnitState
from unshim.model.values import Missing, Why, known

FRAGMENT = "/usr/lib/systemd/system/kubelet.service"
NAMES = ("kubelet",)
DENIED = Missing("not root", Why.NOT_PERMITTED)
STOPPED = Missing("nothing runs", Why.AT_REST)


def _process(exe: str = "/usr/bin/kubelet", *argv: str, pid: int = 7, uid: int = 0) -> Process:
    return Process(pid, "kubelet", exe, argv or ("kubelet", "--live=1"), 0.0, uid)


def _unit(host: Host) -> Unit:
    unit = systemd.read(host)["kubelet.service"]
    assert isinstance(unit, Unit)
    return unit


def _read(
    folder: Path, lines: str, process: Process | None | Missing = None, **files: str
) -> Service:
    all_files = {FRAGMENT: f"[Service]\n{lines}", **{f"/{name}": t for name, t in files.items()}}
    host = tree(folder, all_files)
    return service.read(host, _unit(host), process, NAMES, ())


def _flags(found: Service) -> list[str]:
    return [f"{flag.name}={flag.value}" for flag in known(found.flags)]


@pytest.mark.parametrize(
    ("command", "flags"),
    [
        ("/usr/bin/kubelet --a=1 b", ["a=1"]),
        ("/opt/x/kubelet --a 1", ["a=1"]),
        ("-/usr/bin/kubelet --a=1", ["a=1"]),
        ("@/usr/bin/kubelet zero --a=1", ["a=1"]),
        ("/usr/bin/hyperkube kubelet --a=1", ["a=1"]),
        ("/usr/bin/kubelet", []),
    ],
)
def test_flags_begin_after_the_program(tmp_path: Path, command: str, flags: list[str]) -> None:
    found = _read(tmp_path, f"ExecStart={command}\n", _process())
    assert _flags(found) == flags
    assert found.program == command.lstrip("-@").partition(" ")[0]


@pytest.mark.parametrize(
    "command",
    ["/bin/sh -c 'kubelet --a=1'", "/usr/bin/hyperkube proxy --a=1", "/usr/bin/hyperkube"],
)
def test_another_program_hides_the_flags_but_not_those_of_what_runs(
    tmp_path: Path, command: str
) -> None:
    alone = _read(tmp_path, f"ExecStart={command}\n")
    program = command.partition(" ")[0]
    words = f"{program} in kubelet.service hides the flags it starts with"
    assert (alone.program, alone.flags) == ("", Missing(words))
    running = _read(tmp_path, f"ExecStart={command}\n", _process())
    assert (running.program, _flags(running)) == ("", ["live=1"])


def test_a_unit_without_a_command_has_the_flags_of_what_runs(tmp_path: Path) -> None:
    assert _flags(_read(tmp_path, "Environment=A=1\n", _process())) == ["live=1"]
    none = Missing("neither a unit nor a process gives its flags", Why.NOT_PRESENT)
    assert _read(tmp_path, "Environment=A=1\n").flags == none
    assert _read(tmp_path, "Environment=A=1\n", STOPPED).flags == none
    assert _read(tmp_path, "Environment=A=1\n", DENIED).flags == DENIED


def test_without_a_unit_the_process_says_it(tmp_path: Path) -> None:
    host = tree(tmp_path, {})
    assert _flags(service.read(host, None, _process(), NAMES, ())) == ["live=1"]
    assert service.read(host, None, DENIED, NAMES, ()).flags == DENIED


def test_a_unit_that_may_not_be_read_gives_no_other_flags(tmp_path: Path) -> None:
    """What runs now says nothing of the next start."""
    found = service.read(tree(tmp_path, {}), DENIED, _process(), NAMES, ())
    assert found == Service("", DENIED, (), starts=DENIED)


def test_a_unit_that_systemd_refuses_keeps_its_files_and_names(tmp_path: Path) -> None:
    lines = "Environment=A=1\nEnvironmentFile=/env\nExecStart=/usr/bin/kubelet 'open\n"
    found = _read(tmp_path, lines, _process(), env="B=2\n")
    assert isinstance(found.flags, Missing)
    assert f"an open quote in {FRAGMENT}:4" in found.flags.reason
    assert [file.path for file in found.env_files] == ["/env"]
    assert found.variables == {"A", "B"}


def test_an_environment_file_that_may_not_be_read_hides_the_flags(tmp_path: Path) -> None:
    text = "[Service]\nEnvironmentFile=/env\nExecStart=/usr/bin/kubelet --a=1\n"
    host = recorded(
        tmp_path,
        paths={
            FRAGMENT: {"kind": "file", "text": text},
            "/env": {"kind": "file", "missing": "not root", "why": "not-permitted"},
        },
    )
    found = service.read(host, _unit(host), _process(), NAMES, ())
    assert isinstance(found.flags, Missing)
    assert "not root" in found.flags.reason
    assert found.program == "/usr/bin/kubelet"


def test_flags_of_what_runs() -> None:
    assert service.running_flags(None, "the kubelet", ()) == Missing(
        "the kubelet does not run", Why.NOT_RUNNING
    )
    assert service.running_flags(DENIED, "the kubelet", ()) == DENIED
    hyperkube = _process("/usr/bin/hyperkube", "/hyperkube", "kubelet", "--a=1")
    for process, flag in ((hyperkube, "a"), (_process(), "live")):
        assert [f.name for f in known(service.running_flags(process, "k", ()))] == [flag]


def test_programs_are_where_the_unit_and_the_process_say() -> None:
    started = Service("/opt/kubelet", (), ())
    assert service.paths(started, _process()) == ["/opt/kubelet", "/usr/bin/kubelet"]
    assert service.paths(Service("", (), ()), DENIED) == []
    assert service.paths(Service("", (), ()), _process("")) == []


@pytest.mark.parametrize(
    ("process", "counts"),
    [
        (_process(), True),
        (_process("/usr/bin/evil"), False),
        (_process(""), True),
        (_process("", uid=1000), False),
        (_process(uid=1000), False),
        (_process("/usr/bin/hyperkube", "h", "kubelet"), True),
        (_process("/usr/bin/hyperkube", "h", "proxy"), False),
        (_process("/usr/bin/hyperkube", "h"), False),
    ],
)
def test_a_process_counts_by_its_executable(process: Process, counts: bool) -> None:
    assert service.process_of((process,), None, NAMES) == (process if counts else None)


def test_the_main_process_goes_before_the_first(tmp_path: Path) -> None:
    first, second = _process(pid=7), _process(pid=8)
    unit = _unit(tree(tmp_path, {FRAGMENT: "[Service]\n"}))
    assert isinstance(unit.state, Missing)
    assert service.process_of((first, second), unit, NAMES) == first
    told = unit._replace(state=UnitState("loaded", "active", "running", "enabled", 8, 0, False))
    assert service.process_of((first, second), told, NAMES) == second
    assert service.process_of((first,), told, NAMES) == first
    assert service.process_of(DENIED, unit, NAMES) == DENIED
