"""The boot guard: laid down whole, readable by systemd, before the daemons, and gone at the end."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from unshim.apply import boot


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run's folder in a state folder."""
    folder = tmp_path / "state" / "tx" / "000007-20260101-000000"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """A folder of systemd's."""
    folder = tmp_path / "system"
    folder.mkdir()
    return folder


def test_it_stands_while_a_run_goes_on_and_is_gone_afterwards(run: Path, units: Path) -> None:
    boot.stand(run, units)
    assert boot.stands(run)
    assert (run.parent.parent / "ACTIVE").resolve() == run
    assert (units / boot.WANTS / boot.UNIT).resolve() == units / boot.UNIT
    boot.lift(run, units)
    assert not boot.stands(run)
    assert list(units.iterdir()) == []
    assert sorted(p.name for p in run.parent.parent.iterdir()) == ["tx"]


def test_it_stands_again_over_what_a_cut_off_run_left(run: Path, units: Path) -> None:
    boot.stand(run, units)
    later = run.with_name("000008-20260101-000001")
    later.mkdir()
    boot.stand(later, units)
    assert boot.stands(later) and not boot.stands(run)
    assert str(later) in (units / boot.UNIT).read_text()


def test_what_others_have_in_the_folder_stays(run: Path, units: Path) -> None:
    (units / boot.WANTS).mkdir()
    (units / boot.WANTS / "other.service").symlink_to("/dev/null")
    boot.stand(run, units)
    boot.lift(run, units)
    assert os.listdir(units / boot.WANTS) == ["other.service"]


def test_nothing_to_lift_is_no_error(run: Path, units: Path) -> None:
    boot.lift(run, units)
    assert not boot.stands(run)


def test_others_may_read_it_but_not_change_it(run: Path, units: Path) -> None:
    old = os.umask(0o077)
    try:
        boot.stand(run, units)
    finally:
        os.umask(old)
    assert (units / boot.UNIT).stat().st_mode & 0o777 == 0o644
    assert (units / boot.WANTS).stat().st_mode & 0o777 == 0o755


def test_it_runs_this_python_alone_before_each_daemon(run: Path) -> None:
    lines = dict(line.split("=", 1) for line in boot.text(run).splitlines() if "=" in line)
    assert lines["ExecStart"] == f'"{sys.executable}" "-I" "-m" "unshim.apply" "boot" "{run}"'
    before = lines["Before"].split()
    for unit in ("containerd.service", "docker.service", "docker.socket", "kubelet.service"):
        assert unit in before
    assert lines["ConditionPathExists"] == str(run.parent.parent / "ACTIVE")


@pytest.mark.parametrize(
    ("word", "said"),
    [("/opt/a b", "/opt/a b"), ("50%", "50%%"), ('a"b', 'a\\"b'), ("$x", "$$x"), ("\\", "\\\\")],
)
def test_no_path_is_taken_for_more_by_systemd(word: str, said: str) -> None:
    assert boot.escaped(word) == said


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze here")
def test_systemd_finds_nothing_wrong_with_it(run: Path, units: Path) -> None:
    boot.stand(run, units)
    argv = ["systemd-analyze", "verify", "--man=no", str(units / boot.UNIT)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert boot.UNIT not in done.stderr, done.stderr
