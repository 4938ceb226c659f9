"""Make requirements.lock again: the newest versions inside pyproject.toml's ranges, one line a
package, with a marker where a Python takes another version than the others."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
HEAD = "# What tests and screenshots are made with: constraints for pip (-c). scripts/lock.py\n"
OURS = ("unshim", "#", "-e", "pip=", "setuptools=")


def frozen(version: str, extra: str) -> dict[str, str]:
    """name -> version of everything that `.[extra]` brings on this Python."""
    found = subprocess.run(["scripts/python", version], cwd=TOP, capture_output=True, text=True)
    if found.returncode:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([found.stdout.strip(), "-m", "venv", folder], check=True)
        pip = [f"{folder}/bin/python", "-m", "pip", "-q", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "-e", f".[{extra}]"], cwd=TOP, check=True)
        lines = subprocess.run([*pip, "freeze"], capture_output=True, text=True, check=True)
    rows = [
        line for line in lines.stdout.splitlines() if "==" in line and not line.startswith(OURS)
    ]
    return dict(row.split("==", 1) for row in rows)


def _sign(python: str, newest: str) -> str:
    return ">=" if python == newest else "=="


def lines_of(versions: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The lines of the file, from name -> Python -> version, in the order of the Pythons."""
    lines = []
    for name, by_python in sorted(versions.items(), key=lambda item: item[0].lower()):
        if len(set(by_python.values())) == 1:
            lines.append(f"{name}=={next(iter(by_python.values()))}\n")
        else:
            newest = max(by_python, key=lambda python: int(python.split(".")[1]))
            lines += [
                f"{name}=={version}; python_version {_sign(python, newest)} '{python}'\n"
                for python, version in by_python.items()
            ]
    return lines


def main() -> None:
    versions: dict[str, dict[str, str]] = defaultdict(dict)
    for python in ("3.10", "3.11", "3.12", "3.13", "3.14"):
        for name, version in frozen(python, "test" if python == "3.10" else "dev").items():
            versions[name][python] = version
    lines = lines_of(versions)
    (TOP / "requirements.lock").write_text(HEAD + "".join(lines), encoding="utf-8")
    sys.stdout.write(f"{len(lines)} lines\n")


if __name__ == "__main__":
    main()
