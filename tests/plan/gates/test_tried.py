"""A plan's files through all gates, on trees that have no program to ask; and the child itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.containerds import CONFIG
from tests.trees import tree
from unshim.apply import journal
from unshim.apply.codec import encode
from unshim.model.steps import RestartUnit, Step, WriteFile
from unshim.plan.gates.asking import Answer, Question, Said
from unshim.plan.gates.tried import Tried, tried, unanswered

OLD, NEW = b"version = 2\n", b"version = 2\noom_score = 1\n"
YAML = "/var/lib/kubelet/config.yaml"
TWICE = WriteFile(YAML, b"a: 1\n", b"a: 1\na: 2\n")


def test_a_file_that_a_parser_refuses_is_refused_with_its_name(tmp_path: Path) -> None:
    found = tried(tree(tmp_path, {YAML: "a: 1\n"}), [RestartUnit("kubelet.service"), TWICE])
    assert found.refused.startswith(f"{YAML} is not strict YAML: ")
    assert "(line 2)" in found.refused


@pytest.mark.parametrize(
    "steps",
    [
        [],
        [RestartUnit("containerd.service")],
        [WriteFile(YAML, b"a: 1\n", b"a: 2\n")],
        [WriteFile("/etc/crictl.yaml", b"a: 1\n", None)],
        [WriteFile(CONFIG, OLD, OLD), RestartUnit("containerd.service")],
    ],
)
def test_what_nothing_speaks_against_passes_without_a_word(
    tmp_path: Path, steps: list[Step]
) -> None:
    host = tree(tmp_path, {CONFIG: OLD, YAML: "a: 1\n"})
    assert tried(host, steps) == Tried("")


def test_a_containerd_that_is_not_there_to_be_asked_is_said(tmp_path: Path) -> None:
    found = tried(tree(tmp_path, {CONFIG: OLD}), [WriteFile(CONFIG, OLD, NEW)])
    assert found.refused == ""
    (note,) = found.notes
    assert note.startswith("containerd was not asked")


def test_what_is_asked_and_not_answered_is_said() -> None:
    asked, said = Question("/usr/bin/containerd", CONFIG, ("x.service",)), Said(0, "", "")
    assert unanswered(asked, Answer(said, said)) == ()
    assert unanswered(Question(), Answer()) == ()
    assert unanswered(asked, Answer()) == (
        "/usr/bin/containerd config dump gave no answer about the new files",
        "systemd-analyze verify gave no answer about the new files",
    )


def test_its_main_file_is_toml_whatever_it_is_called(tmp_path: Path) -> None:
    host = tree(tmp_path, {CONFIG: b'version = 2\nimports = ["/etc/containerd/more.conf"]\n'})
    found = tried(host, [WriteFile("/etc/containerd/more.conf", None, b"a = 1\na = 2\n")])
    assert found.refused == "/etc/containerd/more.conf is not TOML (line 2)"


def test_the_child_reads_a_runs_folder_and_answers_in_json(tmp_path: Path) -> None:
    run = journal.new_run({"format": 1, "steps": [encode(TWICE)]}, tmp_path / "state")
    argv = [sys.executable, "-I", "-m", "unshim.plan.gates", str(run)]
    done = subprocess.run(argv, capture_output=True, check=True)
    answer = json.loads(done.stdout)
    assert answer["notes"] == []
    assert answer["refused"].startswith(f"{YAML} is not strict YAML: ")
