"""A handler's options: what its shim is given, and what keeps a pod of it from being made."""

from __future__ import annotations

from pathlib import Path

import pytest

from unshim.facts.containerd import options
from unshim.model.values import Missing, Origin, Setting, Source, Version
from unshim.text.toml_marks import Table

from .test_effective import OLD, read

WRONG = f"""\
version = 2
[{OLD}.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[{OLD}.containerd.runtimes.runc.options]
SystemdCgroup = "true"
BinaryName = "crun"
"""
RELEASES = [Version(1, 3, 10), Version(1, 4, 13), Version(1, 6, 20), Version(1, 7, 24)]


@pytest.mark.parametrize("release", [*RELEASES, Version(2, 1, 9)])
def test_a_wrong_type_is_a_fault_of_the_handler_and_not_of_the_file(
    release: Version, tmp_path: Path
) -> None:
    found = read(tmp_path, release, config=WRONG)
    fault = found.handlers[0].fault
    place = Source(Origin.FILE, str(tmp_path / "config.toml"), 5)
    assert fault == Setting("SystemdCgroup must be true or false", place)
    assert isinstance(found.cgroup_driver, Missing)
    assert str(place) in found.cgroup_driver.reason
    binary = found.effective["runtimes.runc.options.BinaryName"]
    assert isinstance(binary, Setting)
    assert binary.value == "crun"
    assert isinstance(found.effective["runtimes.runc.options.SystemdCgroup"], Missing)
    assert found.unread == ()


def test_another_spelling_beside_a_wrong_type_is_still_told(tmp_path: Path) -> None:
    found = read(tmp_path, Version(1, 6, 20), config=WRONG + "SystemdGruop = true\n")
    assert [unread.nearest for unread in found.unread] == ["SystemdCgroup"]


def test_sound_options_are_no_fault(tmp_path: Path) -> None:
    found = read(tmp_path, Version(1, 6, 20), config=WRONG.replace('"true"', "true"))
    assert found.handlers[0].fault is None


def test_options_of_a_runtime_that_is_not_known_are_as_they_are_written() -> None:
    default = Source(Origin.DEFAULT, "x")
    table = Table(default, {"ConfigPath": Setting("/etc/kata\x1b.toml", default)})
    found = options.read(table, "io.containerd.kata.v2", False, Version(1, 7, 24), default)
    assert found.fault is None
    assert found.settings == {"ConfigPath": Setting("/etc/kata\\x1b.toml", default)}
