"""Rules that depend on a release: recorded nodes in which one version or one flag is another."""

from __future__ import annotations

import pytest

from tests.laws.nodes import CHECKS, node
from unshim.judge.diagnose import diagnose_one
from unshim.model.checks import Outcome, Result, Severity
from unshim.model.machine import Flag, Runtime
from unshim.model.node import Node
from unshim.model.parts.kubelet import Kubelet
from unshim.model.values import Missing, Origin, Setting, Source, Version, known
from unshim.releases import kubelet_names
from unshim.releases.kubelet import DOCKERSHIM_FLAGS
from unshim.releases.kubelet_names import not_had, soon_gone
from unshim.releases.kubelet_row import FIRST, LAST

FILE = Source(Origin.FLAG, "/var/lib/kubelet/kubeadm-flags.env", 1)
SOCKET = "unix:///run/containerd/containerd.sock"


def check(seen: Node, check_id: str) -> Result:
    """What one check comes to."""
    return diagnose_one(seen, next(c for c in CHECKS if c.id == check_id))


def verdict(seen: Node, check_id: str) -> str:
    """Its severity where it fails, else its outcome."""
    result = check(seen, check_id)
    return str(result.severity or result.outcome)


def with_kubelet(name: str, minor: int, *flags: tuple[str, str]) -> Node:
    """A recorded node whose kubelet is 1.`minor` and has these flags alone."""
    seen = node(name)
    kubelet: Kubelet = known(seen.kubelet)
    changed = kubelet._replace(
        version=Setting(Version(1, minor, 3), known(kubelet.version).source),
        flags=tuple(Flag(n, v, FILE, "KUBELET_KUBEADM_ARGS") for n, v in flags),
    )
    return seen._replace(kubelet=changed)


GONE = "kubelet-container-runtime-flag"
NOT_REMOTE = "kubelet-container-runtime-not-remote"
IGNORED = "kubelet-endpoint-ignored"


@pytest.mark.parametrize(
    ("minor", "value", "failing"),
    [
        (20, None, {IGNORED: "error"}),
        (23, None, {IGNORED: "error"}),
        (23, "docker", {IGNORED: "error"}),
        (23, "remote", {}),
        (24, None, {}),
        (24, "docker", {NOT_REMOTE: "error"}),
        (24, "remote", {GONE: "warning"}),
        (26, "docker", {NOT_REMOTE: "error"}),
        (26, "remote", {GONE: "warning"}),
        (27, "remote", {GONE: "error"}),
        (27, None, {}),
        (35, "docker", {GONE: "error"}),
    ],
)
def test_the_container_runtime_flag(minor: int, value: str | None, failing: dict[str, str]) -> None:
    flags = [("container-runtime-endpoint", SOCKET)]
    flags += [("container-runtime", value)] if value else []
    seen = with_kubelet("containerd-healthy", minor, *flags)
    results = {i: verdict(seen, i) for i in (GONE, NOT_REMOTE, IGNORED)}
    assert {i: r for i, r in results.items() if r != "pass"} == failing


@pytest.mark.parametrize(
    ("endpoint", "want"),
    [(None, "pass"), ("unix:///var/run/dockershim.sock", "pass"), (SOCKET, "error")],
)
def test_only_an_endpoint_of_another_runtime_is_ignored(endpoint: str | None, want: str) -> None:
    flags = [("container-runtime-endpoint", endpoint)] if endpoint else []
    assert verdict(with_kubelet("dockershim", 20, *flags), IGNORED) == want


def test_the_last_container_runtime_flag_holds() -> None:
    flags = [("container-runtime", "docker"), ("container-runtime", "remote")]
    seen = with_kubelet("containerd-healthy", 25, *flags)
    assert (verdict(seen, NOT_REMOTE), verdict(seen, GONE)) == ("pass", "warning")


@pytest.mark.parametrize(
    ("minor", "flag", "want"),
    [
        (20, "network-plugin", "warning"),
        (23, "cni-bin-dir", "warning"),
        (24, "docker-endpoint", "error"),
        (28, "network-plugin", "error"),
        (33, "pod-infra-container-image", "pass"),
        (34, "pod-infra-container-image", "warning"),
        (35, "pod-infra-container-image", "error"),
        (28, "node-labels", "pass"),
        (25, "logtostderr", "warning"),
        (26, "logtostderr", "error"),
        (22, "non-masquerade-cidr", "pass"),
        (23, "non-masquerade-cidr", "warning"),
        (27, "config-dir", "error"),
        (28, "config-dir", "pass"),
        (37, "pod-infra-container-image", "error"),
        (37, "config-dir", "unknown"),
        (14, "node-labels", "unknown"),
        (37, "of-nobody", "pass"),
        (18, "fail-cgroupv1", "error"),
        (36, "max-housekeeping-interval", "pass"),
    ],
)
def test_flags_that_releases_removed(minor: int, flag: str, want: str) -> None:
    seen = with_kubelet("containerd-healthy", minor, (flag, "x"))
    assert verdict(seen, "kubelet-removed-flags") == want


@pytest.mark.parametrize("minor", range(FIRST, LAST + 2))
def test_every_flag_is_judged_as_the_sources_of_the_release_say(minor: int) -> None:
    names = set(kubelet_names.flags())
    seen = with_kubelet("containerd-healthy", minor, *((name, "x") for name in names))
    told: dict[Severity | None, set[str]] = {}
    for finding in check(seen, "kubelet-removed-flags").findings:
        told.setdefault(finding.severity, set()).add(finding.evidence[0].what.removeprefix("--"))
    own = {"container-runtime"}
    assert told.get(None, set()) == not_had(names, minor) - own
    soon = soon_gone(names, minor) | (DOCKERSHIM_FLAGS - not_had(names, minor))
    assert told.get(Severity.WARNING, set()) == soon - own
    assert told.keys() <= {None, Severity.WARNING}


def test_a_flag_that_is_not_there_yet_is_told_with_the_release_that_brought_it() -> None:
    (finding,) = check(
        with_kubelet("containerd-healthy", 27, ("config-dir", "/x")), "kubelet-removed-flags"
    ).findings
    assert finding.summary == "kubelet 1.27 does not have --config-dir yet: it came with 1.28"


def test_flags_of_dockershim_are_only_noted_while_it_is_in_use() -> None:
    seen = with_kubelet("dockershim", 20, ("network-plugin", "cni"))
    assert verdict(seen, "kubelet-removed-flags") == "info"


def test_where_it_is_not_known_who_runs_the_pods_no_flag_is_to_be_deleted() -> None:
    seen = with_kubelet("dockershim", 19, ("network-plugin", "cni"))
    unseen = seen._replace(runtime=Missing("it could not be seen"))
    assert check(unseen, "kubelet-removed-flags").reason == "it could not be seen"
    later = with_kubelet("dockershim", 24, ("network-plugin", "cni"))
    assert verdict(later._replace(runtime=Missing("?")), "kubelet-removed-flags") == "error"


def test_the_way_by_hand_takes_no_network_from_pods_of_dockershim() -> None:
    remedy = next(c for c in CHECKS if c.id == "kubelet-removed-flags").remedy
    assert "While they run through dockershim leave it" in remedy


def test_a_kubelet_of_before_1_20_with_dockershim_is_known_to_be_one() -> None:
    """The recording's kubelet says that it is 1.19: its defaults are known for all that."""
    seen = node("dockershim-kubelet-1.19")
    assert known(seen.runtime).value is Runtime.DOCKERSHIM
    assert verdict(seen, "kubelet-removed-flags") == "info"
    assert verdict(seen, "kubelet-dockershim-reference") == "warning"


@pytest.mark.parametrize(
    ("kubelet", "containerd", "want"),
    [
        ((1, 20), "containerd-1.4", "pass"),
        ((1, 25), "containerd-1.4", "pass"),
        ((1, 26), "containerd-1.4", "error"),
        ((1, 20), "containerd-1.7-with-kubelet-1.23", "pass"),
        ((1, 35), "containerd-1.7-with-kubelet-1.27", "pass"),
        ((1, 22), "containerd-2.1-with-an-old-kubelet", "error"),
        ((1, 23), "containerd-2.1-with-an-old-kubelet", "pass"),
    ],
)
def test_versions_of_cri_in_common(kubelet: tuple[int, int], containerd: str, want: str) -> None:
    assert verdict(with_kubelet(containerd, kubelet[1]), "cri-api-skew") == want


def test_the_cri_versions_of_a_release_count_where_the_daemon_cannot_be_asked() -> None:
    seen = with_kubelet("containerd-stopped", 26)
    assert verdict(seen, "cri-api-skew") == "pass"
    assert verdict(with_kubelet("containerd-stopped", 22), "cri-api-skew") == "pass"


@pytest.mark.parametrize(
    ("name", "asks", "want"),
    [
        ("containerd-2.1-with-kubelet-1.36", True, "pass"),
        ("containerd-2.1-with-kubelet-1.36", False, "error"),
        ("containerd-1.7-with-kubelet-1.23", True, "error"),
    ],
)
def test_a_kubelet_that_asks_needs_a_containerd_that_answers(
    name: str, asks: bool, want: str
) -> None:
    seen = node(name)
    source = known(known(seen.kubelet).version).source
    systemd = _with_setting(known(seen.kubelet), "cgroupDriver", Setting("systemd", source))
    kubelet = systemd._replace(asks_runtime_for_driver=Setting(asks, source))
    assert verdict(seen._replace(kubelet=kubelet), "cgroup-driver-mismatch") == want


def _with_setting(kubelet: Kubelet, name: str, value: Setting[object]) -> Kubelet:
    """The kubelet with one effective setting changed."""
    return kubelet._replace(effective={**kubelet.effective, name: value})


def test_a_missing_endpoint_is_an_error_in_three_releases_only() -> None:
    found = {
        minor: verdict(_without_endpoint(minor), "kubelet-endpoint-missing")
        for minor in (23, 24, 25, 26, 27)
    }
    assert found == {23: "pass", 24: "error", 25: "error", 26: "error", 27: "pass"}


def _without_endpoint(minor: int) -> Node:
    seen = with_kubelet("containerd-healthy", minor)
    none: Setting[object] = Setting("", Source(Origin.DEFAULT, "default of the kubelet"))
    kubelet = _with_setting(known(seen.kubelet), "containerRuntimeEndpoint", none)
    return seen._replace(kubelet=kubelet)


def test_the_same_difference_hurts_less_before_the_migration() -> None:
    seen = node("dockershim")
    source = known(known(seen.kubelet).version).source
    kubelet = _with_setting(known(seen.kubelet), "cgroupDriver", Setting("systemd", source))
    result = check(seen._replace(kubelet=kubelet), "cgroup-driver-mismatch")
    assert (result.outcome, result.severity) == (Outcome.FAIL, Severity.WARNING)
