"""What a kubelet does not start with is told of it, and nothing else: as real kubelets have it."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks.kubelet.configuration import (
    kubelet_config_refused,
    kubelet_credential_provider_missing,
)
from tests import kubelet_refusals as refusals
from tests.checks.changed import FILE, evidence, result, verdict, with_settings
from tests.kubelet_refusals import CREDENTIALS, EVERY, Case
from tests.laws.nodes import node
from tests.trees import CONFIG, FLAGS, KUBEADM, installed, tree
from unshim.facts.gather import gather
from unshim.host.tree import TreeHost
from unshim.model.checks import Outcome
from unshim.model.node import Node

FOLDERS = {"/etc/kubernetes/manifests/.keep": "", "/usr/local/libexec/.keep": ""}
RELEASES = {"1.23": "1.23.1", "1.27": "1.27.7", "1.36": "1.36.3"}


def _node(folder: Path, case: Case, release: str) -> Node:
    """A plain tree with these files, and a kubelet of this release."""
    args = f"--container-runtime-endpoint=unix:///run/a.sock {case.flags}"
    files = {
        **KUBEADM,
        **installed(kubelet=f"{release}-00"),
        **FOLDERS,
        **case.files,
        FLAGS: f'KUBELET_KUBEADM_ARGS="{args}"\n',
    }
    files[CONFIG] = (case.config or "") if case.whole else KUBEADM[CONFIG] + (case.config or "")
    if case.config is None:
        del files[CONFIG]
    host = tree(folder, files)
    program = folder / refusals.ECR.lstrip("/")
    if program.exists():
        program.chmod(0o755)
    return gather(host)


@pytest.mark.parametrize("line", refusals.LINES)
@pytest.mark.parametrize("case", EVERY, ids=lambda case: case.name)
def test_what_stops_a_kubelet_is_told(case: Case, line: str, tmp_path: Path) -> None:
    if line not in case.lines:
        return
    seen = _node(tmp_path, case, RELEASES[line])
    told = [
        check
        for check in (kubelet_config_refused, kubelet_credential_provider_missing)
        if result(check, seen).outcome is not Outcome.PASS
    ]
    of = kubelet_credential_provider_missing if case in CREDENTIALS else kubelet_config_refused
    assert told == ([of] if line in case.stops else [])
    for check in told:
        assert result(check, seen).outcome is Outcome.FAIL


def test_a_fault_stands_with_its_file_and_line(tmp_path: Path) -> None:
    case = next(case for case in EVERY if case.name == "a text for a number")
    seen = _node(tmp_path, case, "1.27.7")
    shown = evidence(kubelet_config_refused, seen)["maxPods"]
    assert (shown.value, shown.expected) == ('"many"', "a whole number")
    assert str(shown.source) == f"{CONFIG}:5"


@pytest.mark.parametrize("flags", [refusals.FOLDER_FLAG, refusals.BOTH_FLAGS])
def test_what_lies_outside_of_a_tree_is_no_fault(flags: str, tmp_path: Path) -> None:
    elsewhere = flags.replace("/etc/kubernetes", "/opt/a").replace("/usr/local/libexec", "/opt/b")
    seen = _node(tmp_path, Case("elsewhere", (), flags=elsewhere), "1.36.3")
    checks = (kubelet_config_refused, kubelet_credential_provider_missing)
    assert {str(result(check, seen).outcome) for check in checks} == {"pass", "unknown"}


def test_a_folder_of_providers_is_not_judged(tmp_path: Path) -> None:
    """A kubelet 1.36 takes one, a 1.27 does not."""
    folder = {f"{refusals.PROVIDERS}/a.yaml": "providers: [\n", refusals.ECR: refusals.SCRIPT}
    case = Case("a folder", (), flags=refusals.BOTH_FLAGS, files=folder)
    check = kubelet_credential_provider_missing
    assert result(check, _node(tmp_path / "new", case, "1.36.3")).outcome is Outcome.UNKNOWN
    assert result(check, _node(tmp_path / "old", case, "1.27.7")).outcome is Outcome.FAIL


@pytest.mark.parametrize(("release", "want"), [("1.27.7", Outcome.PASS), ("1.36.3", Outcome.FAIL)])
def test_a_program_that_cannot_be_executed(release: str, want: Outcome, tmp_path: Path) -> None:
    case = next(case for case in CREDENTIALS if case.name == "a provider")
    seen = _node(tmp_path, case, release)
    assert result(kubelet_credential_provider_missing, seen).outcome is Outcome.PASS
    (tmp_path / refusals.ECR.lstrip("/")).chmod(0o644)
    again = gather(TreeHost(str(tmp_path)))
    assert result(kubelet_credential_provider_missing, again).outcome is want


@pytest.mark.parametrize(("line", "want"), [("1.27", "pass"), ("1.28", "fail"), ("1.30", "pass")])
def test_drop_ins_that_want_a_variable(line: str, want: str, tmp_path: Path) -> None:
    """1.27 has no such flag, which is no matter of its configuration."""
    files = {f"{refusals.DROP_INS}/50-x.conf": f"{refusals.HEAD}maxPods: 50\n"}
    case = Case("a drop-in", (), flags=refusals.FOLDER_FLAG, files=files)
    seen = _node(tmp_path, case, f"{line}.1")
    assert str(result(kubelet_config_refused, seen).outcome) == want


@pytest.mark.parametrize(
    ("name", "want"),
    [("containerd-1.7-with-kubelet-1.27", "pass"), ("containerd-2.1-with-kubelet-1.36", "error")],
)
def test_a_flag_turns_the_gate_off_too(name: str, want: str) -> None:
    gate = {"featureGates.KubeletCgroupDriverFromCRI": False}
    assert verdict(kubelet_config_refused, with_settings(node(name), FILE, **gate)) == want
