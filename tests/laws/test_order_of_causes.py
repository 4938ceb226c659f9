"""What keeps the kubelet or CRI from coming up is named before everything else, and what only
follows from something after it: in the sentence and under Next, over every two faults recorded."""

from __future__ import annotations

from functools import cache

import pytest

from checks.cgroup.driver import cgroup_old_systemd_cgroup_key
from checks.cgroup.version import cgroup_v1_refused
from checks.kubelet.configuration import (
    kubelet_config_refused,
    kubelet_credential_provider_missing,
)
from checks.kubelet.endpoint import kubelet_endpoint_invalid, kubelet_endpoint_missing
from checks.kubelet.flags import (
    kubelet_container_runtime_flag,
    kubelet_container_runtime_not_remote,
    kubelet_removed_flags,
)
from checks.kubelet.running import kubelet_not_running
from checks.logs.rotation import log_rotation_invalid
from checks.runtime.config import containerd_config_parse_error
from checks.runtime.cri import cri_api_skew, cri_plugin_disabled, cri_plugin_failed
from checks.runtime.daemon import containerd_not_running
from checks.runtime.target import runtime_target_too_new_for_docker
from checks.systemd.programs import containerd_unit_without_program, kubelet_unit_without_program
from checks.workload.static_pods import static_pods_not_running
from unshim.judge.verdict import verdict
from unshim.model.checks import Result, Severity, id_of
from unshim.model.session import Look

from .nodes import NAMES, node, results

CAUSES = {
    id_of(check)
    for check in (
        containerd_unit_without_program,
        kubelet_unit_without_program,
        containerd_config_parse_error,
        containerd_not_running,
        cgroup_old_systemd_cgroup_key,
        cri_plugin_failed,
        cri_plugin_disabled,
        cri_api_skew,
        kubelet_removed_flags,
        kubelet_container_runtime_flag,
        kubelet_container_runtime_not_remote,
        log_rotation_invalid,
        kubelet_config_refused,
        kubelet_credential_provider_missing,
        cgroup_v1_refused,
        kubelet_endpoint_missing,
        kubelet_endpoint_invalid,
        runtime_target_too_new_for_docker,
    )
}
SYMPTOMS = {id_of(kubelet_not_running), id_of(static_pods_not_running)}


@cache
def _errors() -> dict[str, tuple[str, Result]]:
    """Each error that is recorded, with a node that shows it as a root."""
    shown: dict[str, tuple[str, Result]] = {}
    for name in NAMES:
        for check_id, result in results(name).items():
            root = not all(finding.caused_by for finding in result.findings)
            if result.severity is Severity.ERROR and root:
                shown.setdefault(check_id, (name, result))
    return shown


def _named_first(name: str, one: Result, other: Result) -> str:
    """The check that a node with both errors names first, under Next and in the sentence."""
    told = set()
    for pair in ((one, other), (other, one)):
        said = verdict(Look(node(name), pair, 0.0), ())
        first = next(r for r in pair if r.check.id == said.suggestions[0].check_id)
        stopped = said.sentence.startswith("The kubelet does not run; ")
        if first.check.id not in SYMPTOMS or not stopped:
            assert first.findings[0].summary in said.sentence
        told.add(first.check.id)
    (check_id,) = told
    return check_id


def test_every_cause_and_every_symptom_is_recorded() -> None:
    assert set(_errors()) >= CAUSES | SYMPTOMS


@pytest.mark.parametrize("cause", sorted(CAUSES))
def test_what_keeps_the_node_down_is_named_before_what_does_not(cause: str) -> None:
    name, result = _errors()[cause]
    wrong = [
        check_id
        for check_id, (_, other) in _errors().items()
        if check_id not in CAUSES and _named_first(name, result, other) != cause
    ]
    assert wrong == []


@pytest.mark.parametrize("symptom", sorted(SYMPTOMS))
def test_what_mostly_follows_is_named_after_all_else(symptom: str) -> None:
    name, result = _errors()[symptom]
    wrong = [
        check_id
        for check_id, (_, other) in _errors().items()
        if check_id not in SYMPTOMS and _named_first(name, result, other) != check_id
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("containerd-logs-of-one-file", log_rotation_invalid),
        ("containerd-2.1-with-an-old-kubelet", cri_api_skew),
        ("containerd-old-cgroup-key", cgroup_old_systemd_cgroup_key),
        ("containerd-kubelet-1.27-with-removed-flags", kubelet_removed_flags),
        ("containerd-kubelet-1.36-with-removed-flags", kubelet_removed_flags),
        ("containerd-kubelet-1.27-with-a-removed-flag", kubelet_container_runtime_flag),
        ("containerd-kubelet-1.36-refuses-cgroup-v1", cgroup_v1_refused),
        ("containerd-kubelet-1.36-with-a-broken-drop-in", kubelet_config_refused),
        (
            "containerd-kubelet-1.27-without-its-credential-provider",
            kubelet_credential_provider_missing,
        ),
        ("containerd-1.5-with-kubelet-1.27", cri_api_skew),
        ("containerd-endpoint-leads-nowhere", kubelet_endpoint_invalid),
    ],
)
def test_on_a_real_node_the_cause_stands_in_the_sentence(name: str, cause: object) -> None:
    said = verdict(Look(node(name), tuple(results(name).values()), 0.0), ())
    (check_id,) = [i for i in CAUSES if i == getattr(cause, "__name__", "").replace("_", "-")]
    assert results(name)[check_id].findings[0].summary in said.sentence
    assert said.suggestions[0].check_id == check_id
