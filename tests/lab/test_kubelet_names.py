"""The table of flags and fields against four kubelets: what it says they know, they take; what it
says they do not know stops them, or is ignored."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from unshim.releases import kubelet_names
from unshim.releases.kubelet_names import unknown_fields

from . import kubelet_asked
from .kubelet import Line
from .kubelet_asked import BAD, GOOD, config, given, reads, takes, unknown

LINES: tuple[Line, ...] = ("1.20", "1.23", "1.27", "1.36")
# Of 1.23 and 1.27 the folder's builds lack what Kubernetes' own main file adds, and the providers
# that were compiled in until 1.30.
NOT_BUILT = {
    line: {"azure-container-registry-config", "log-json-info-buffer-size", "log-json-split-stream"}
    for line in ("1.23", "1.27")
}
# A flag of OpenShift's, from whose sources these are built.
CARRIED = {line: {"max-housekeeping-interval"} for line in ("1.23", "1.27", "1.36")}
HIDDEN = {"experimental-dockershim-root-directory"}
OF_FILE = "This parameter should be set via the config file"

FLAGS = sorted(kubelet_names.flags())


def minor(line: str) -> int:
    return int(line.partition(".")[2])


def known(line: str) -> list[str]:
    """The flags that the table says it knows, but for those that it was built without."""
    held = (name for name in FLAGS if _flag(name).holds(minor(line)))
    return [name for name in held if name not in NOT_BUILT.get(line, ())]


def _flag(name: str) -> kubelet_names.Name:
    flag = kubelet_names.flag(name)
    assert flag is not None
    return flag


@pytest.fixture(scope="module", params=LINES)
def line(request: pytest.FixtureRequest, lab: None) -> Line:
    found: Line = request.param
    return found


@pytest.fixture(scope="module")
def program(line: Line) -> Path:
    return kubelet_asked.program(line)


def test_its_help_shows_the_flags_of_the_table(program: Path, line: Line, tmp_path: Path) -> None:
    said = kubelet_asked.asked(program, tmp_path, "--help")
    shown = re.findall(r"^ +(?:-\w, )?--([\w-]+)(?: ([\w.=,]+))?", said.text, re.MULTILINE)
    names = {name for name, _ in shown}
    assert names - set(known(line)) <= CARRIED.get(line, set())
    assert set(known(line)) - names <= HIDDEN


def test_it_takes_every_flag_that_it_is_said_to_know(
    program: Path, line: Line, tmp_path: Path
) -> None:
    names = [name for name in known(line) if name != "help"]
    assert len(names) > 140
    said = takes(program, tmp_path, *given(names, GOOD))
    assert said.code == 0, said.text
    assert f"Kubernetes v{line}." in said.text
    told = re.findall(r"Flag --([\w-]+) has been deprecated, (.*)", said.text)
    of_their_own = {name for name, why in told if not why.startswith(OF_FILE)}
    expected = {name for name in names if _flag(name).is_deprecated(minor(line))}
    assert of_their_own == expected


def test_every_other_flag_stops_it(program: Path, line: Line, tmp_path: Path) -> None:
    others = [name for name in FLAGS if name not in known(line)]
    assert len(others) > 10
    for flag in given(others, GOOD):
        said = takes(program, tmp_path, flag)
        assert said.code != 0, flag
        assert f"unknown flag: {flag.partition('=')[0]}" in said.text


def check_kinds(program: Path, folder: Path, names: list[str]) -> None:
    """It takes no other kind of value than the table says."""
    for flag in given([name for name in names if _flag(name).kind in BAD], BAD):
        said = takes(program, folder, flag)
        assert said.code != 0, flag
        assert "invalid argument" in said.text, said.text[-500:]
        assert flag.partition("=")[0] in said.text


def test_a_value_of_another_kind_is_refused(program: Path, line: Line, tmp_path: Path) -> None:
    seeded = random.Random(f"kinds {line}")
    check_kinds(program, tmp_path, seeded.sample(known(line), 12))


@pytest.mark.drill
def test_every_value_of_another_kind_is_refused(program: Path, line: Line, tmp_path: Path) -> None:
    check_kinds(program, tmp_path, known(line))


def fields_of(line: str) -> tuple[list[str], list[str]]:
    """The paths that the table says it knows, and all others."""
    fields = kubelet_names.fields()
    known = [path for path, field in fields.items() if field.holds(minor(line))]
    return known, [path for path in fields if path not in known]


def test_it_reads_every_field_that_it_is_said_to_know(
    program: Path, line: Line, tmp_path: Path
) -> None:
    known, _ = fields_of(line)
    assert len(known) > 90
    said = reads(program, tmp_path, config(known))
    assert not unknown(said)
    assert "strict decod" not in said.text


def test_it_ignores_every_field_that_it_is_said_not_to_know(
    program: Path, line: Line, tmp_path: Path
) -> None:
    _, others = fields_of(line)
    assert others
    slips: dict[str, object] = {
        "cgroupdriver": "systemd",
        "authentication": {"x510": {}, "webhook": {"ttl": "1s"}},
        "registerWithTaints": [{"key": "a", "effect": "NoSchedule", "Value": "b"}],
    }
    every = config(list(kubelet_names.fields()))
    # 1.20 says only the first of those that it does not know.
    for written in [config([path]) for path in others] if line == "1.20" else [every, slips]:
        told = {path for _, path in unknown_fields(flat(written), minor(line))}
        parts = {path.rpartition(".")[2] for path in told}
        assert unknown(reads(program, tmp_path, written)) == (told if minor(line) > 23 else parts)
        assert told


def flat(table: dict[str, object], above: str = "") -> dict[str, object]:
    """By dotted path, as unshim reads a configuration."""
    found: dict[str, object] = {}
    for name, value in table.items():
        found[f"{above}{name}"] = value
        if isinstance(value, dict):
            found |= flat(value, f"{above}{name}.")
    return found
