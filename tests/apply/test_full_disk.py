"""A disk that is full before a run or after it: nothing was changed, or all of it is undone."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest

from tests import TOP

SIZES = (0, 4, 16, 32, 40, 44, 48, 52, 56, 64, 80, 100, 128, 160, 256, 1024)
"""KiB that are free when a run begins."""

SCRIPT = """
import json, os, subprocess, sys
from pathlib import Path
from unshim.apply import journal
from unshim.apply.codec import encode
from unshim.model.steps import WriteFile

top = Path(sys.argv[1])
state = top / "state"
state.mkdir(mode=0o700)
OLD, NEW = b"old" * 3000, b"new" * 3000

def worker(verb, run):
    return subprocess.run([sys.executable, "-I", "-m", "unshim.apply", verb, run]).returncode

def fill(free):
    size = os.statvfs(top)
    used = size.f_bavail * size.f_frsize - free * 1024
    with open(top / "filler", "wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, used))

def look():
    return "".join({OLD: "o", NEW: "n"}.get((top / name).read_bytes(), "?") for name in "ab")

for free in json.loads(sys.argv[2]):
    for name in "ab":
        (top / name).write_bytes(OLD)
    steps = [encode(WriteFile(str(top / name), OLD, NEW)) for name in "ab"]
    fill(free)
    run, codes, seen = None, [], []
    try:
        run = journal.new_run({"format": 1, "expected": None, "steps": steps}, state)
    except OSError as error:
        codes, seen = [error.strerror], [look()]
    else:
        codes, seen = [worker("apply", run)], [look()]
        if codes == [0]:
            os.unlink(top / "filler")
            fill(0)
            codes.append(worker("undo", run))
            seen.append(look())
    said = journal.state_of(run) if run else ""
    left = sorted(p.name for p in top.iterdir() if p.name not in ("a", "b", "filler", "state"))
    print(json.dumps([free, codes, seen, said, left]))
    os.unlink(top / "filler")
    subprocess.run(["rm", "-rf", state / "tx"], check=True)
"""

MOUNTED = 'mount -t tmpfs -o size=4m,mode=755 none "$1" && exec "$2" -c "$3" "$1" "$4"'


def test_a_full_disk_refuses_a_run_and_hinders_no_undo(tmp_path: object) -> None:
    if (
        not shutil.which("unshare")
        or subprocess.run(["unshare", "-m", "true"], check=False).returncode
    ):
        pytest.skip("no private mounts here")
    done = subprocess.run(
        [
            *("unshare", "-m", "--propagation", "private", "sh", "-c", MOUNTED, "sh"),
            *(str(tmp_path), sys.executable, SCRIPT, json.dumps(SIZES)),
        ],
        capture_output=True,
        text=True,
        cwd=TOP,
        check=False,
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one[0] for one in told] == list(SIZES), done.stderr
    for free, codes, seen, said, left in told:
        if codes[0] == 0:
            assert (codes, seen, said) == ([0, 4], ["nn", "oo"], "undone"), free
        else:
            assert codes[0] in ("No space left on device", 6, 4), free
            assert seen == ["oo"], free
            assert said == {6: "refused", 4: "undone"}.get(codes[0], ""), free
        assert left == [], free
    ends = [one[1][0] for one in told]
    assert ends[0] == "No space left on device"
    assert 6 in ends
    assert ends[-1] == 0
