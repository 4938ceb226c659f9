"""What the next start does otherwise: files by their times, programs, flags by what they say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.trees import recorded
from unshim.facts.systemd import staged
from unshim.facts.systemd.service import Service
from unshim.host.host import Host
from unshim.model.machine import Flag, Process, StagedChange
from unshim.model.values import FileText, Missing, Origin, Source, Why, known

STARTED = 1000.0
PROCESS = Process(7, "dockerd", "/usr/bin/dockerd", (), STARTED)
EXE = "/proc/7/exe"
DENIED = Missing("not root", Why.NOT_PERMITTED)


def _host(folder: Path, **paths: dict[str, Any]) -> Host:
    """A node with the process' program as it was started; `exe` and `program` change it."""
    index: dict[str, Any] = {
        EXE: paths.get("exe", {"kind": "file", "real": "/usr/bin/dockerd"}),
        "/usr/bin/dockerd": paths.get("program", {"kind": "file", "mtime": STARTED - 9}),
    }
    return recorded(folder, paths=index)


def _flags(*flags: str) -> tuple[Flag, ...]:
    """`a=1` or `a`, each on a line of its own."""
    pairs = [flag.partition("=") for flag in flags]
    return tuple(
        Flag(name, value if equals else None, Source(Origin.FLAG, "/unit", line))
        for line, (name, equals, value) in enumerate(pairs, 1)
    )


def _words(changes: tuple[StagedChange, ...] | Missing) -> list[tuple[str, str]]:
    return [(change.what, change.path) for change in known(changes)]


@pytest.mark.parametrize(
    ("age", "newer"),
    [(-9.0, False), (-1.5, False), (-1.0, None), (0.0, None), (2.0, None), (2.5, True)],
)
def test_seconds_around_a_start_tell_nothing(
    age: float, newer: bool | None, tmp_path: Path
) -> None:
    assert staged.newer(STARTED + age, PROCESS) is newer
    file = FileText("/etc/x\x1b", b"", mtime=STARTED + age)
    found = staged.staged(_host(tmp_path), PROCESS, [("unit file", file)])
    change = StagedChange("unit file", r"/etc/x\x1b", STARTED + age, STARTED)
    assert found == ((change,) if newer else ())


def test_without_a_process_nothing_is_staged_and_that_is_not_an_empty_list(tmp_path: Path) -> None:
    host = _host(tmp_path)
    assert staged.staged(host, None) == Missing("it does not run", Why.NOT_RUNNING)
    assert staged.staged(host, DENIED) == DENIED


@pytest.mark.parametrize(
    ("configured", "running", "changes"),
    [
        (["a=1", "b"], ["a=1", "b"], []),
        (["a=2"], ["a=1"], [("--a=2", "/unit:1"), ("without --a=1", "process dockerd")]),
        (["a"], ["a="], [("--a", "/unit:1"), ("without --a=", "process dockerd")]),
        (["a=1", "a=1"], ["a=1"], [("--a=1", "/unit:2")]),
        (["a=1"], ["a=1", "a=1"], [("without --a=1", "process dockerd")]),
        (["a=1", "a=2"], ["a=2", "a=1"], [("order of the flags", "/unit")]),
        ([], ["a=1"], [("without --a=1", "process dockerd")]),
        ([], [], []),
    ],
)
def test_flags_on_one_side_only(
    tmp_path: Path, configured: list[str], running: list[str], changes: list[tuple[str, str]]
) -> None:
    found = staged.staged(_host(tmp_path), PROCESS, (), _flags(*configured), _flags(*running))
    assert _words(found) == [(what, where.partition(":")[0]) for what, where in changes]


def test_flags_that_are_not_known_on_one_side_are_not_compared(tmp_path: Path) -> None:
    host = _host(tmp_path)
    assert staged.staged(host, PROCESS, (), DENIED, _flags("a=1")) == ()
    assert staged.staged(host, PROCESS, (), _flags("a=1"), DENIED) == ()


HIDDEN = {"missing": "not root", "why": "not-permitted"}
DELETED = {"kind": "file", "real": "/usr/bin/dockerd (deleted)"}


@pytest.mark.parametrize(
    ("exe", "age", "replaced"),
    [(DELETED, -9.0, True), (DELETED, 9.0, True), (HIDDEN, 9.0, True), (HIDDEN, -9.0, False)],
)
def test_a_program_that_was_replaced(
    tmp_path: Path, exe: dict[str, Any], age: float, replaced: bool
) -> None:
    """The kernel marks it; where that may not be seen, its time speaks."""
    host = _host(tmp_path, exe=exe, program={"kind": "file", "mtime": STARTED + age})
    change = StagedChange("binary", "/usr/bin/dockerd", STARTED + age, STARTED)
    assert staged.binary(host, PROCESS) == ((change,) if replaced else ())


def test_a_packages_own_times_say_nothing_of_a_program_that_can_be_seen(tmp_path: Path) -> None:
    host = _host(tmp_path, program={"kind": "file", "mtime": STARTED + 9})
    assert staged.binary(host, PROCESS) == ()


def test_a_program_that_is_gone_for_good(tmp_path: Path) -> None:
    host = recorded(tmp_path, paths={EXE: DELETED})
    assert staged.binary(host, PROCESS) == (
        StagedChange("binary", "/usr/bin/dockerd", None, STARTED),
    )


@pytest.mark.parametrize(
    ("age", "names"),
    [(9.0, ["drop-in folder"]), (1.0, []), (-9.0, [])],
)
def test_a_folder_in_which_names_came_or_went(tmp_path: Path, age: float, names: list[str]) -> None:
    host = recorded(tmp_path, paths={"/d": {"kind": "directory", "mtime": STARTED + age}})
    found = staged.folder(host, "drop-in folder", "/d", PROCESS)
    assert [change.what for change in found] == names
    assert staged.folder(host, "drop-in folder", "/none", PROCESS) == ()


def test_a_services_files_are_told_apart(tmp_path: Path) -> None:
    late = [FileText(path, b"", mtime=STARTED + 9) for path in ("/env", "/config")]
    started = Service("", _flags("a=1"), (late[0],))
    found = staged.of_service(_host(tmp_path), None, PROCESS, started, [late[1]], _flags())
    assert _words(found) == [
        ("environment file", "/env"),
        ("configuration", "/config"),
        ("--a=1", "/unit"),
    ]
