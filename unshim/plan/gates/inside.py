"""`python -I -m unshim.plan.gates.inside`: asks programs behind walls what they make of files.

One JSON object in, one out. `posts` are the files as a plan leaves them; then what is asked:
`dump` containerd's configuration, `verify` units, `shadow` a start of containerd.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from unshim.model.search_path import PATH
from unshim.plan.gates import shadow, walls

_PATIENCE = 20.0
_OWN_SOCKETS = ("containerd", "nri", "unshim")


def main() -> int:
    walls.end_with_parent()
    asked = json.load(sys.stdin)
    try:
        return walls.behind(lambda: _answer(asked))
    except OSError as error:
        sys.stderr.write(f"{error.filename}: {error.strerror}\n")
        return 71


def _answer(asked: Mapping[str, Any]) -> int:
    view = walls.View()
    view.stand_in(Path(os.path.realpath("/run")), without=_OWN_SOCKETS)
    view.hide(Path("/tmp"), 0o1777)  # systemd-analyze writes there
    view.lay_out(
        walls.Post(path, None if data is None else base64.b64decode(data), mode)
        for path, data, mode in asked["posts"]
    )
    for folder in asked.get("writable", ()):
        view.make_writable(Path(folder))
    for folder in asked.get("hidden", ()):
        if Path(folder).is_dir():
            view.hide(Path(folder))
    answers: dict[str, Any] = {}
    binary, config = asked.get("binary", ""), asked.get("config", "")
    if asked.get("dump"):
        answers["dump"] = _said([binary, "--config", config, "config", "dump"])
    if asked.get("verify"):
        units = asked["verify"]
        answers["verify"] = _said(["systemd-analyze", "verify", "--man=no", *units])
    if asked.get("shadow"):
        answers["shadow"] = shadow.start(binary, config)
    sys.stdout.write(json.dumps(answers))
    return 0


def _said(argv: Sequence[str]) -> dict[str, Any] | None:
    """A program's code and words; None where there is no such program or it does not end."""
    try:
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
            cwd="/",
            env={"PATH": PATH, "LC_ALL": "C.UTF-8"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    out, err = (s.decode("utf-8", "backslashreplace") for s in (done.stdout, done.stderr))
    return {"code": done.returncode, "out": out, "err": err}


if __name__ == "__main__":
    sys.exit(main())
