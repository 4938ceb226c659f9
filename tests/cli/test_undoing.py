"""`unshim undo` on files that somebody changed since, and where it could not do all: each state has
a way that leads out of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import TOP
from tests.cli.undo_stage import SCENES

APART = 'mount -t tmpfs none /var/lib && mount -t tmpfs none /run && exec "$@"'


@pytest.mark.parametrize("scene", SCENES)
def test_an_undo(scene: str, tmp_path: Path) -> None:
    unshare = ["unshare", "-m", "--propagation", "private"]
    if not shutil.which("unshare") or subprocess.run([*unshare, "true"], check=False).returncode:
        pytest.skip("no private mounts here")
    play = [sys.executable, "-m", "tests.cli.undo_stage", scene, str(tmp_path)]
    order = [*unshare, "sh", "-c", APART, "sh", *play]
    plain = {name: value for name, value in os.environ.items() if name != "SUDO_USER"}
    done = subprocess.run(order, cwd=TOP, env=plain, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
