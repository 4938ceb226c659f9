"""RESTORE.sh puts back what a run changed, by sh alone, and nothing that somebody changed since."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.carried import apply, take_back
from tests.steps import EXAMPLES
from unshim.apply import journal, restore_sh
from unshim.apply.codec import encode
from unshim.apply.ends import APPLIED, UNDONE
from unshim.apply.kinds import kind_of
from unshim.apply.turn import Former
from unshim.model.steps import (
    CordonNode,
    DrainNode,
    EnableUnit,
    LoadModule,
    RestartUnit,
    RunCommand,
    SetSysctl,
    StartUnit,
    Step,
    StopUnit,
    WriteFile,
)

from .acts.test_files import folder as folder

DONE, BY_HAND = 0, 1
HOSTILE = "a 'b' $(touch pwned) `id` \"c\"\n;d"


def _run(folder: Path, *steps: Step) -> Path:
    plan = {"format": 1, "steps": [encode(s) for s in steps], "checks": []}
    run = journal.new_run(plan, folder / "state")
    assert apply(run) == APPLIED
    return run


def _restore(run: Path) -> subprocess.CompletedProcess[str]:
    argv = ["sh", str(run / restore_sh.NAME)]
    return subprocess.run(argv, capture_output=True, text=True, cwd="/", check=False)


def _standing(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    files = (p for p in folder.rglob("*") if p.is_file() and "state" not in p.parts)
    return {str(p): (p.stat().st_mode, p.stat().st_uid, p.read_bytes()) for p in files}


@pytest.fixture
def steps(folder: Path) -> tuple[Step, ...]:
    """A file to write, one to remove, one to make in folders of its own; names that sh could take
    for more."""
    (folder / "a").write_bytes(b"a\0\xff\n")
    (folder / "a").chmod(0o640)
    (folder / HOSTILE).write_bytes(b"")
    (folder / HOSTILE).chmod(0o4755)
    return (
        WriteFile(str(folder / "a"), b"a\0\xff\n", b"A"),
        WriteFile(str(folder / HOSTILE), b"", None),
        WriteFile(str(folder / "new" / "er" / "c"), None, b"C"),
    )


def test_every_file_comes_back_with_its_bytes_mode_and_owner(
    folder: Path, steps: tuple[Step, ...]
) -> None:
    before = _standing(folder)
    run = _run(folder, *steps)
    assert _standing(folder) != before
    done = _restore(run)
    assert done.returncode == DONE, done.stdout + done.stderr
    assert "Everything is as it was before the run." in done.stdout
    assert _standing(folder) == before
    assert not (folder / "new").exists()
    assert not Path("/pwned").exists()
    assert take_back(run) == UNDONE
    assert _standing(folder) == before


def test_it_may_be_run_again_and_then_changes_nothing(
    folder: Path, steps: tuple[Step, ...]
) -> None:
    run = _run(folder, *steps)
    assert _restore(run).returncode == DONE
    numbers = {path: os.stat(path).st_ino for path in _standing(folder)}
    assert _restore(run).returncode == DONE
    assert {path: os.stat(path).st_ino for path in _standing(folder)} == numbers


def test_what_somebody_changed_since_stays_and_is_said(
    folder: Path, steps: tuple[Step, ...]
) -> None:
    run = _run(folder, *steps)
    (folder / "a").write_bytes(b"mine")
    (folder / "new" / "er" / "c").write_bytes(b"mine too")
    done = _restore(run)
    assert done.returncode == BY_HAND
    assert f"by hand: put back {folder / 'a'}: it was changed since" in done.stdout
    assert (folder / "a").read_bytes() == b"mine"
    assert (folder / "new" / "er" / "c").read_bytes() == b"mine too"
    assert (folder / HOSTILE).exists()


def test_owner_and_mode_that_somebody_changed_since_stay(
    folder: Path, steps: tuple[Step, ...]
) -> None:
    run = _run(folder, *steps)
    (folder / "a").chmod(0o600)
    os.chown(folder / "a", 5, 5)
    assert _restore(run).returncode == DONE
    status = (folder / "a").stat()
    assert (folder / "a").read_bytes() == b"a\0\xff\n"
    assert (status.st_mode & 0o7777, status.st_uid, status.st_gid) == (0o600, 5, 5)


def test_what_somebody_wrote_to_a_file_that_is_kept_beside_stays(
    folder: Path, steps: tuple[Step, ...]
) -> None:
    run = _run(folder, *steps)
    (beside,) = folder.glob(".unshim-*-0~")
    beside.write_bytes(b"theirs")
    assert _restore(run).returncode == DONE
    assert [path.read_bytes() for path in folder.glob(".unshim-*")] == [b"theirs"]


def test_a_former_file_that_is_damaged_is_not_put_back(
    folder: Path, steps: tuple[Step, ...]
) -> None:
    run = _run(folder, *steps)
    (run / "before" / "0").write_bytes(b"a\0\xfe\n")
    done = _restore(run)
    assert done.returncode == BY_HAND and "0 is damaged" in done.stdout
    assert (folder / "a").read_bytes() == b"A"


def test_xattrs_come_back_or_are_said(folder: Path) -> None:
    path = folder / "a"
    path.write_bytes(b"a")
    os.setxattr(path, "user.note", b"\0kept\n")
    run = _run(folder, WriteFile(str(path), b"a", b"A"))
    done = _restore(run)
    assert path.read_bytes() == b"a"
    if done.returncode == DONE:
        assert os.getxattr(path, "user.note") == b"\0kept\n"
    else:
        assert f"by hand: setfattr -n user.note -v 0sAGtlcHQK {path}" in done.stdout


def test_nobody_else_may_read_or_change_what_it_uses(folder: Path, steps: tuple[Step, ...]) -> None:
    run = _run(folder, *steps)
    modes = {p.name: p.stat().st_mode & 0o777 for p in (run, *run.rglob("*"))}
    assert set(modes.values()) <= {0o600, 0o700}
    assert modes["before"] == 0o700


UNITS: dict[str, tuple[Step, Former, list[str]]] = {
    "a unit that ran": (RestartUnit("a"), {"active": "active"}, ["reset-failed a", "restart a"]),
    "a unit that did not run": (RestartUnit("a"), {"active": "inactive"}, ["stop a"]),
    "a unit that tried": (
        RestartUnit("a"),
        {"active": "activating"},
        ["reset-failed a", "restart --no-block a"],
    ),
    "what was stopped along": (
        StopUnit("a"),
        {"active": {"a": "active", "b": "inactive"}},
        ["is-active --quiet a", "reset-failed a", "start a"],
    ),
}


def _with_a_systemctl(folder: Path, script: str, answer: int = 1) -> list[str]:
    """What a script asks of systemctl, in words."""
    told = folder / "told"
    (folder / "systemctl").write_text(f'#!/bin/sh\necho "$@" >>{told}\nexit {answer}\n')
    (folder / "systemctl").chmod(0o755)
    script = script.replace("PATH=/usr/local/sbin", f"PATH={folder}:/usr/local/sbin")
    (folder / "script").write_text(script)
    subprocess.run(["sh", str(folder / "script")], capture_output=True, check=False)
    return told.read_text().splitlines() if told.exists() else []


@pytest.mark.parametrize("name", UNITS)
def test_units_are_brought_back_as_they_ran(tmp_path: Path, name: str) -> None:
    step, former, asked = UNITS[name]
    assert _with_a_systemctl(tmp_path, restore_sh.text([step], [former])) == asked


def test_the_links_of_a_unit_come_back_and_no_other_stays(tmp_path: Path) -> None:
    etc = tmp_path / "etc"
    (etc / "multi-user.target.wants").mkdir(parents=True)
    gone, kept = etc / "multi-user.target.wants" / "a.service", etc / "alias.service"
    (etc / "a.service").symlink_to("/dev/null")
    former: dict[str, Any] = {
        "enablement": "enabled",
        "names": ["a.service", "alias.service"],
        "links": {str(gone): "/lib/a.service", str(kept): "/lib/a.service"},
        "folders": [],
    }
    script = restore_sh.text([EnableUnit("a.service", False)], [former])
    assert "/etc/systemd/system /run/systemd/system" in script
    script = script.replace("/etc/systemd/system /run/systemd/system", str(etc))
    assert _with_a_systemctl(tmp_path, script, 0) == ["daemon-reload"]
    assert os.readlink(gone) == os.readlink(kept) == "/lib/a.service"
    assert not (etc / "a.service").is_symlink()


def _on_files(folder: Path, step: Step, former: Former) -> str:
    """What is left by hand, where the kernel's files are those of a folder."""
    script = restore_sh.text([step], [former]).replace("/proc/sys", str(folder / "sys"))
    path = folder / "script"
    path.write_text(script.replace("/sys/module", str(folder / "module")))
    done = subprocess.run(["sh", str(path)], capture_output=True, text=True, check=False)
    return done.stdout.removesuffix("Everything is as it was before the run.\n")


def test_parameters_come_back_with_what_was_set_along_unless_somebody_set_them_since(
    tmp_path: Path,
) -> None:
    conf = tmp_path / "sys/net/ipv4/conf"
    (conf / "eth0").mkdir(parents=True)
    own, along = conf.parent / "ip_forward", conf / "eth0/forwarding"
    step = SetSysctl("net.ipv4.ip_forward", "0 0", "1")
    former = {"value": "0 0", "along": {"net/ipv4/conf/eth0/forwarding": "0", "gone/x": "0"}}
    for path in (own, along):
        path.write_text("1\n")
    for _ in range(2):
        assert _on_files(tmp_path, step, former) == ""
        assert (own.read_text().split(), along.read_text()) == (["0", "0"], "0\n")
    along.write_text("1\n")
    own.write_text("2\n")
    left = _on_files(tmp_path, step, former)
    assert "by hand: sysctl -w net/ipv4/ip_forward='0 0': it was changed since\n" in left
    assert (own.read_text(), along.read_text()) == ("2\n", "1\n")
    assert _on_files(tmp_path, step, {"value": None, "along": {}}) == ""


def test_modules_packages_and_nodes_are_told_back_or_left_to_a_person(tmp_path: Path) -> None:
    former = {"brings": ["no_such_need", "no_such_module"]}
    (tmp_path / "module/no_such_need").mkdir(parents=True)
    assert _on_files(tmp_path, LoadModule("no_such_module"), former) == ""
    (tmp_path / "module/no_such_module").mkdir()
    left = _on_files(tmp_path, LoadModule("no_such_module"), former)
    assert left == "by hand: rmmod no_such_module\nThe rest is by hand.\n"
    lines = [
        kind_of(step).by_sh(step, former, 0)
        for step, former in (
            (RunCommand("hold-package", ("kubelet",)), {"state": "free"}),
            (RunCommand("hold-package", ("kubelet",)), {"state": "held"}),
            (CordonNode("worker-1", "/k"), {"cordoned": False}),
            (DrainNode("worker-1", "/k", 60), {"cordoned": True}),
        )
    ]
    options = "--kubeconfig=/k --cache-dir=/run/unshim/kubectl --request-timeout=20s"
    assert lines == [
        ["try apt-mark unhold kubelet"],
        [],
        [f"try kubectl {options} uncordon worker-1"],
        [f"try kubectl {options} cordon worker-1"],
    ]


def test_what_sh_has_no_words_for_is_left_to_a_person(tmp_path: Path) -> None:
    step: Step = next(s for s in EXAMPLES if kind_of(s).name == "share-image")
    lines = kind_of(step).by_sh(step, {}, 0)
    command = kind_of(step).undo_command(step, {})
    assert len(lines) == 1 and lines[0].startswith("hand ") and command in lines[0]


@pytest.mark.parametrize("step", EXAMPLES, ids=lambda s: kind_of(s).name)
def test_each_kind_of_step_has_a_script_that_sh_can_read(tmp_path: Path, step: Step) -> None:
    several = isinstance(step, (StopUnit, StartUnit))
    active = {"a.service": "active"} if several else "active"
    former: Former = {"active": active, "existed": False, "links": {}, "names": []}
    path = tmp_path / "script"
    path.write_text(restore_sh.text([step], [former]))
    assert subprocess.run(["sh", "-n", str(path)], check=False).returncode == 0
