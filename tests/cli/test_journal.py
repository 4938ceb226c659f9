"""`unshim journal RUN` and `unshim forget RUN`, as they are typed, on runs of their own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import TOP, carried
from tests.apply.acts.test_files import folder as folder
from unshim.apply import ends, journal
from unshim.apply.codec import encode
from unshim.model.steps import WriteFile

APART = """
mount -t tmpfs -o mode=755 none /var/lib && mount -t tmpfs -o mode=755 none /run
cp -a "$1" /var/lib/unshim && shift && exec "$@"
"""
"""This machine with runs of its own in place of its own ones."""


def _unshim(state: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "unshim", *words]
    return subprocess.run(
        [
            "unshare",
            "-m",
            "--propagation",
            "private",
            "sh",
            "-ec",
            APART,
            "sh",
            str(state),
            *command,
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=TOP,
        check=False,
    )


@pytest.fixture
def applied(folder: Path) -> Path:
    """A state folder with one run that wrote one file."""
    if (
        not shutil.which("unshare")
        or subprocess.run(["unshare", "-m", "true"], check=False).returncode
    ):
        pytest.skip("no private mounts here")
    (folder / "a").write_bytes(b"mode: a\n")
    step = WriteFile(str(folder / "a"), b"mode: a\n", b"mode: b\n")
    plan = {"format": 1, "began": 1, "who": "ada", "checks": ["a-check"], "steps": [encode(step)]}
    assert carried.apply(journal.new_run(plan, folder / "state")) == ends.APPLIED
    return folder / "state"


def test_one_run_is_told_whole_as_text_and_as_json(applied: Path) -> None:
    (run,) = journal.folders(applied)
    done = _unshim(applied, "journal", "000001")
    assert done.returncode == 0, done.stderr
    assert "+mode: b" in done.stdout
    assert "What can be done now" in done.stdout
    done = _unshim(applied, "journal", run.name, "--json")
    told = json.loads(done.stdout)
    assert told["run"]["id"] == run.name
    assert told["run"]["began"] == "1970-01-01T00:00:01Z"
    assert [moment["state"] for moment in told["moments"]] == ["prepared", "intent", "applied"]
    assert told["means"] == "run 000001 was carried out, and never verified"
    assert told["ways"] and told["diffs"][0]["lines"][-1] == "+mode: b"


def test_a_run_that_is_not_there_is_wrong_usage(applied: Path) -> None:
    done = _unshim(applied, "journal", "000007")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "unshim: there is no run 000007; see `unshim journal`\n"


def test_a_run_is_set_aside_only_where_somebody_says_so(applied: Path) -> None:
    done = _unshim(applied, "forget", "000001")
    assert done.returncode == 6
    assert "Run 000001 was carried out, and never verified." in done.stdout
    assert "nobody is there to confirm; give --yes to forget it" in done.stderr
    done = _unshim(applied, "forget", "000001", "--yes")
    assert done.returncode == 0, done.stderr
    assert "Run 000001 is in /var/lib/unshim/forgotten/000001-" in done.stdout
    done = _unshim(applied, "forget", "000009", "--yes")
    assert done.returncode == 6
    assert "there is no run 000009" in done.stdout


def test_a_damaged_run_is_refused_with_a_way_out(applied: Path) -> None:
    (run,) = journal.folders(applied)
    whole = (run / "journal").read_bytes()
    (run / "journal").write_bytes(whole.replace(b'"state": "intent"', b'"state": "entint"'))
    for words in (("undo", "--yes"), ("undo", "000001", "--yes")):
        done = _unshim(applied, *words)
        assert done.returncode == 6
        assert "record 2 of its journal is damaged, and good ones follow (2)" in done.stdout
        assert "`unshim forget 000001` sets it aside" in " ".join(done.stdout.split())


def test_runs_that_may_be_somebody_elses_are_told_as_such_and_not_acted_on(applied: Path) -> None:
    (applied / "tx").chmod(0o777)
    done = _unshim(applied, "journal")
    assert done.returncode == 0 and "000001-" in done.stdout
    says = "/var/lib/unshim/tx can be written to by others than root"
    assert done.stderr.startswith(f"unshim: {says}")
    for words in (("undo", "--yes"), ("forget", "000001", "--yes")):
        done = _unshim(applied, *words)
        assert done.returncode == 6
        assert says in " ".join(done.stdout.split())
