"""unshim's view of several hundred configurations is the one that real daemons dump.

What is made up comes from a seed (tests/configs/generated.py), the rest is in the shape that
installers write (installers.py). Compared is every setting, every refusal, and which keys count
for nothing. Where a dump misleads, test_containerd_misleading.py asks the running daemon. The first
of each are compared every time, all of them in drills.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.configs import generated, installers
from tests.configs.differences import RELEASES, differences, dump, place
from tests.configs.generated import Made
from unshim.model.values import Version

from .containerd import BUILT, EVERY_LINE, LINES, Line, release

ALL = 300
SAMPLES: dict[Line, tuple[int, int]] = dict.fromkeys(LINES, (100, 38))
SAMPLES |= dict.fromkeys(BUILT, (40, 38))


@pytest.fixture(params=EVERY_LINE)
def line(lab: None, request: pytest.FixtureRequest) -> Line:
    found: Line = request.param
    release(found)
    return found


def _compared(line: Line, made: Iterator[Made], folder: Path) -> tuple[int, dict[str, list[str]]]:
    """How many were compared, and the differences by name."""
    (folder / "empty.toml").write_text("")
    default = dump(line, folder / "empty.toml").document
    assert default is not None

    def of(one: Made) -> tuple[str, list[str]]:
        broken = one.name.startswith(generated.BROKEN)
        main = place(one, folder / one.name)
        return one.name, list(differences(line, main, default, broken=broken))

    with ThreadPoolExecutor(2) as pool:
        found = dict(pool.map(of, made))
    return len(found), {name: words for name, words in found.items() if words}


def test_made_up_files(line: Line, tmp_path: Path) -> None:
    count = SAMPLES[line][0]
    assert _compared(line, generated.single(RELEASES[line], count), tmp_path) == (count, {})


def test_two_and_three_files(line: Line, tmp_path: Path) -> None:
    count = SAMPLES[line][1]
    assert _compared(line, generated.imported(RELEASES[line], count), tmp_path) == (count, {})


@pytest.mark.drill
@pytest.mark.parametrize("made", [generated.single, generated.imported])
def test_all_of_them(
    made: Callable[[Version, int], Iterator[Made]], line: Line, tmp_path: Path
) -> None:
    assert _compared(line, made(RELEASES[line], ALL), tmp_path) == (ALL, {})


def test_what_installers_write(line: Line, tmp_path: Path) -> None:
    """Defaults too, edited as guides say: its own, and those of Debian's others."""

    def made() -> Iterator[Made]:
        yield from installers.written()
        for other in LINES if line in LINES else (line,):
            yield from installers.edited(other, _default_config(other))

    count, found = _compared(line, made(), tmp_path)
    assert found == {}
    assert count >= 35


def _default_config(line: Line) -> str:
    binary = release(line).path / "usr/bin/containerd"
    done = subprocess.run([binary, "config", "default"], capture_output=True, check=True)
    return done.stdout.decode()
