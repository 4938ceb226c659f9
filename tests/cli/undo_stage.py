"""What `unshim undo` does on a machine whose /var/lib and /run are this process's own: each scene
is a function, run by test_undoing.py as `python -m tests.cli.undo_stage SCENE FOLDER`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from unshim.apply import journal
from unshim.apply.codec import encode
from unshim.model.steps import WriteFile

DONE, INCOMPLETE, REFUSED = 0, 5, 6


def _unshim(code: int, *words: str) -> str:
    """What it says where it ends so, its blanks made one."""
    command = [sys.executable, "-m", "unshim", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
    return " ".join(done.stdout.split())


def _worker(verb: str, run: Path) -> int:
    command = [sys.executable, "-I", "-m", "unshim.apply", verb, str(run)]
    return subprocess.run(command, check=False).returncode


def _begun(*steps: WriteFile) -> Path:
    plan = {"format": 1, "expected": None, "checks": ["x"], "who": "ada", "began": 1}
    return journal.new_run({**plan, "steps": [encode(step) for step in steps]})


def _applied(folder: Path) -> tuple[Path, Path]:
    """Two files that a run has written."""
    a, b = folder / "a", folder / "b"
    for path in (a, b):
        path.write_bytes(b"port: 1\n")
    run = _begun(*(WriteFile(str(path), b"port: 1\n", b"port: 2\n") for path in (a, b)))
    assert _worker("apply", run) == 0
    return a, b


def one_file_changed_since(folder: Path) -> None:
    a, b = _applied(folder)
    a.write_bytes(b"port: 2\nuid: 7\n")
    said = _unshim(INCOMPLETE, "undo", "--yes")
    assert "+uid: 7" in said, "what was changed since"
    assert f"unshim undo 000001 --keep {a} leaves it so, and" in said
    assert (a.read_bytes(), b.read_bytes()) == (b"port: 2\nuid: 7\n", b"port: 1\n")
    assert "could not be undone whole" in _unshim(DONE, "journal", "000001")
    said = _unshim(REFUSED, "undo", "--yes", "--keep", str(b))
    assert "was changed since that run" in said, "of that nothing was said"
    assert "is not of run 000001" in _unshim(REFUSED, "undo", "--yes", "--keep", "/etc/hosts")
    _unshim(DONE, "undo", "--yes", "--keep", str(a))
    assert (a.read_bytes(), b.read_bytes()) == (b"port: 2\nuid: 7\n", b"port: 1\n")
    assert "there is nothing to undo" in _unshim(REFUSED, "undo", "--yes")
    assert sorted(os.listdir(folder)) == ["a", "b"]


def one_file_changed_since_and_put_back(folder: Path) -> None:
    a, b = _applied(folder)
    a.write_bytes(b"port: 2\nuid: 7\n")
    said = _unshim(DONE, "undo", "--yes", "--force", str(a))
    assert "-uid: 7" in said
    assert a.read_bytes() == b.read_bytes() == b"port: 1\n"


def all_changed_since(folder: Path) -> None:
    a, b = _applied(folder)
    for path in (a, b):
        path.write_bytes(b"by hand\n")
    said = _unshim(REFUSED, "undo", "--yes")
    assert f"undo with --keep {a} leaves it so, with --force {a} puts back" in said
    assert "was carried out" in _unshim(DONE, "journal", "000001")
    _unshim(DONE, "undo", "--yes", "--keep", f"{a},{b}")
    assert a.read_bytes() == b.read_bytes() == b"by hand\n"


def cut_off_and_then_changed_by_hand(folder: Path) -> None:
    a, b = _applied(folder)
    (run,) = journal.folders()
    lines = (run / "journal").read_bytes()
    assert b'"applied"' in lines
    whole = [record["state"] for record in journal.records(run)]
    assert whole[-1] == "applied"
    with journal.Journal(run) as torn:
        torn.add("failed", reason="the worker was killed")
    assert journal.state_of(run) == "unfinished"
    a.write_bytes(b"by hand\n")
    assert "unfinished" in _unshim(DONE, "journal")
    _unshim(INCOMPLETE, "undo", "--yes")
    _unshim(DONE, "undo", "--yes", "--keep", str(a))
    assert (a.read_bytes(), b.read_bytes()) == (b"by hand\n", b"port: 1\n")


def an_undo_that_failed_is_tried_again(folder: Path) -> None:
    """A file that is mounted over cannot be exchanged."""
    a, b = _applied(folder)
    subprocess.run(["mount", "--bind", str(a), str(a)], check=True)
    said = _unshim(INCOMPLETE, "undo", "--yes")
    assert f"{a}" in said and "by hand" in said
    assert (a.read_bytes(), b.read_bytes()) == (b"port: 2\n", b"port: 1\n")
    subprocess.run(["umount", str(a)], check=True)
    _unshim(DONE, "undo", "--yes")
    assert a.read_bytes() == b.read_bytes() == b"port: 1\n"
    assert sorted(os.listdir(folder)) == ["a", "b"]


def what_was_closed_stays_closed(folder: Path) -> None:
    a, _ = _applied(folder)
    a.chmod(0o600)
    os.chown(a, 5, 5)
    _unshim(DONE, "undo", "--yes")
    status = a.stat()
    assert a.read_bytes() == b"port: 1\n"
    assert (status.st_mode & 0o777, status.st_uid, status.st_gid) == (0o600, 5, 5)


def a_link_that_leads_elsewhere_since(folder: Path) -> None:
    for name in ("real", "other"):
        (folder / name).write_bytes(b"port: 1\n")
    link = folder / "link"
    link.symlink_to("real")
    assert _worker("apply", _begun(WriteFile(str(link), b"port: 1\n", b"port: 2\n"))) == 0
    link.unlink()
    link.symlink_to("other")
    assert "leads to" in _unshim(REFUSED, "undo", "--yes")
    assert (folder / "other").read_bytes() == b"port: 1\n"
    _unshim(DONE, "undo", "--yes", "--force", str(link))
    assert (folder / "real").read_bytes() == (folder / "other").read_bytes() == b"port: 1\n"


def one_step_alone(folder: Path) -> None:
    a, b = _applied(folder)
    said = _unshim(DONE, "undo", "--yes", "--step", str(a))
    assert f"put back {b}" not in said and f"{a} is undone; the rest stands" in said
    assert (a.read_bytes(), b.read_bytes()) == (b"port: 1\n", b"port: 2\n")
    assert "was carried out" in _unshim(DONE, "journal", "000001")
    assert "is not of run" in _unshim(REFUSED, "undo", "--yes", "--step", "docker.service")
    _unshim(DONE, "undo", "--yes")
    assert a.read_bytes() == b.read_bytes() == b"port: 1\n"
    assert sorted(os.listdir(folder)) == ["a", "b"]


def one_step_of_a_run_that_is_broken(folder: Path) -> None:
    a, b = _applied(folder)
    a.write_bytes(b"by hand\n")
    _unshim(INCOMPLETE, "undo", "--yes")
    said = _unshim(REFUSED, "undo", "--yes", "--step", str(b))
    assert "as a whole alone" in said


SCENES = {
    scene.__name__: scene
    for scene in (
        one_step_alone,
        one_step_of_a_run_that_is_broken,
        one_file_changed_since,
        one_file_changed_since_and_put_back,
        all_changed_since,
        cut_off_and_then_changed_by_hand,
        an_undo_that_failed_is_tried_again,
        what_was_closed_stays_closed,
        a_link_that_leads_elsewhere_since,
    )
}

if __name__ == "__main__":
    SCENES[sys.argv[1]](Path(sys.argv[2]))
