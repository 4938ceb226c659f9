"""unshim's view of several hundred configurations is the one that real daemons dump.

What is made up comes from a seed (tests/configs/generated.py), the rest is in the shape that
installers write (installers.py). Compared is every setting, every refusal, and which keys count
for nothing. Where a dump misleads, test_containerd_misleading.py asks the running daemon.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.configs import generated, installers
from tests.configs.differences import RELEASES, differences, dump, place
from tests.configs.generated import Made

from .cache import Unavailable
from .containerd import LINES, Line, release

SINGLE = 300
IMPORTED = 72


@pytest.fixture(params=LINES)
def line(lab: None, request: pytest.FixtureRequest) -> Line:
    found: Line = request.param
    try:
        release(found)
    except Unavailable as reason:
        pytest.skip(str(reason))
    return found


def _compared(line: Line, made: Iterator[Made], folder: Path) -> tuple[int, dict[str, list[str]]]:
    """How many were compared, and the differences by name."""
    (folder / "empty.toml").write_text("")
    default = dump(line, folder / "empty.toml").document
    assert default is not None

    def of(one: Made) -> tuple[str, list[str]]:
        return one.name, list(differences(line, place(one, folder / one.name), default))

    with ThreadPoolExecutor(2) as pool:
        found = dict(pool.map(of, made))
    return len(found), {name: words for name, words in found.items() if words}


def test_made_up_files(line: Line, tmp_path: Path) -> None:
    made = generated.single(RELEASES[line], SINGLE)
    assert _compared(line, made, tmp_path) == (SINGLE, {})


def test_two_and_three_files(line: Line, tmp_path: Path) -> None:
    made = generated.imported(RELEASES[line], IMPORTED)
    assert _compared(line, made, tmp_path) == (IMPORTED, {})


def test_what_installers_write(line: Line, tmp_path: Path) -> None:
    """Every release's own defaults too, edited as guides say, given to every other release."""

    def made() -> Iterator[Made]:
        yield from installers.written()
        for other in LINES:
            yield from installers.edited(other, _default_config(other))

    count, found = _compared(line, made(), tmp_path)
    assert found == {}
    assert count >= 50


def _default_config(line: Line) -> str:
    binary = release(line).path / "usr/bin/containerd"
    done = subprocess.run([binary, "config", "default"], capture_output=True, check=True)
    return done.stdout.decode()
