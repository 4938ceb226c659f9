"""States that people reported, as plain trees: the check that is about each one names it.

Each tree is what its report shows; what that leaves open is kubeadm's own layout.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.laws.nodes import CHECKS
from tests.trees import DROP_IN, EXTRA, FLAGS, KUBEADM, installed, tree
from unshim.facts.gather import gather
from unshim.judge.diagnose import diagnose, weight
from unshim.model.checks import Outcome, Result

ENDPOINT = (
    "--container-runtime=remote --container-runtime-endpoint=unix:///run/containerd/containerd.sock"
)
UNIT = (
    "[Service]\nExecStart=/usr/bin/containerd\nKillMode=process\nDelegate=yes\n"
    "[Install]\nWantedBy=multi-user.target\n"
)
DAEMON = {
    "/usr/bin/containerd": "",
    "/lib/systemd/system/containerd.service": UNIT,
    FLAGS: f'KUBELET_KUBEADM_ARGS="{ENDPOINT}"\n',
}
CRI = 'plugins."io.containerd.grpc.v1.cri"'
MANIFEST = "/etc/kubernetes/manifests/web.yaml"


def judged(
    folder: Path, kubelet: str, containerd: str, files: Mapping[str, str | bytes]
) -> dict[str, Result]:
    """What each check comes to on a node of these releases."""
    packages = installed(kubelet=f"{kubelet}-00", containerd=f"{containerd}-1")
    host = tree(folder, {**KUBEADM, **DAEMON, **packages, **files})
    return {result.check.id: result for result in diagnose(gather(host), CHECKS)}


def first(results: Mapping[str, Result]) -> str:
    """The finding that the sentence is about."""
    failed = sorted((r for r in results.values() if r.findings), key=weight)
    return failed[0].check.id


def said(result: Result) -> str:
    """All evidence of its findings, as one text."""
    return repr([finding.evidence for finding in result.findings])


def test_dockers_package_disabled_cri_of_1_3(tmp_path: Path) -> None:
    config = {"/etc/containerd/config.toml": 'disabled_plugins = ["cri"]\n'}
    results = judged(tmp_path, "1.19.2", "1.3.7", config)
    assert first(results) == "cri-plugin-disabled"
    assert results["cri-plugin-disabled"].severity == "error"
    assert all(result.outcome is not Outcome.ERROR for result in results.values())


def test_the_first_runtime_has_a_driver(tmp_path: Path) -> None:
    config = f"""\
version = 2
[{CRI}]
systemd_cgroup = true
[{CRI}.containerd]
default_runtime_name = "nvidia"
[{CRI}.containerd.runtimes.nvidia]
runtime_type = "io.containerd.runtime.v1.linux"
[{CRI}.containerd.runtimes.nvidia.options]
Runtime = "nvidia-container-runtime"
"""
    results = judged(tmp_path, "1.19.2", "1.3.7", {"/etc/containerd/config.toml": config})
    mismatch = results["cgroup-driver-mismatch"]
    assert mismatch.findings[0].summary.endswith("systemd cgroup driver, containerd cgroupfs")
    assert results["cgroup-old-systemd-cgroup-key"].outcome is Outcome.PASS


@pytest.mark.parametrize("release", ["1.3.7", "1.4.4"])
def test_the_old_key_with_todays_runtime_is_what_is_named_first(
    release: str, tmp_path: Path
) -> None:
    config = f"""\
version = 2
[{CRI}]
systemd_cgroup = true
[{CRI}.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
"""
    results = judged(tmp_path, "1.19.2", release, {"/etc/containerd/config.toml": config})
    assert first(results) == "cgroup-old-systemd-cgroup-key"


@pytest.mark.parametrize(
    ("release", "config", "cited"),
    [
        pytest.param(
            "1.3.4",
            f"""\
version = 2
[{CRI}.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[{CRI}.containerd.runtimes.runc.options]
systemd_cgroup = true
""",
            "runc's shim knows no such key",
            id="an option misspelt",
        ),
        pytest.param(
            "1.6.20",
            f"""\
enabled_plugins = ["cri"]
[{CRI}.containerd.runtimes.runc.options]
SystemdCgroup = true
""",
            "without `version = 2` this table is called plugins.cri",
            id="a file without a version",
        ),
    ],
)
def test_a_line_that_was_to_set_the_driver_is_cited(
    release: str, config: str, cited: str, tmp_path: Path
) -> None:
    results = judged(tmp_path, "1.20.2", release, {"/etc/containerd/config.toml": config})
    mismatch = results["cgroup-driver-mismatch"]
    assert mismatch.outcome is Outcome.FAIL
    assert cited in said(mismatch)


GARBAGE = bytes(range(128, 256)) * 4 + b"\n\x00\x01"


@pytest.mark.parametrize("path", [DROP_IN, FLAGS, EXTRA])
def test_a_file_of_garbage_makes_unknown_what_rests_on_it_and_is_named(
    path: str, tmp_path: Path
) -> None:
    """Without the file's lines the kubelet would look like one of which all is known."""
    results = judged(tmp_path, "1.28.3", "1.6.20", {path: GARBAGE})
    flags = results["kubelet-removed-flags"]
    assert flags.outcome is Outcome.UNKNOWN
    assert flags.reason == f"{path}:1 is garbled: what it was to set cannot be known"
    for check_id in ("kubelet-endpoint-invalid", "cgroup-driver-mismatch"):
        assert results[check_id].outcome is Outcome.UNKNOWN
        assert path in results[check_id].reason


def test_a_garbled_drop_in_of_containerd_never_makes_its_kill_mode_well(tmp_path: Path) -> None:
    drop_in = "/etc/systemd/system/containerd.service.d/limits.conf"
    results = judged(tmp_path, "1.28.3", "1.6.20", {drop_in: GARBAGE})
    assert results["containerd-unit-killmode"].outcome is Outcome.UNKNOWN
    for check_id in ("containerd-unit-killmode", "cri-plugin-disabled", "cgroup-driver-mismatch"):
        assert results[check_id].outcome is Outcome.UNKNOWN
        assert drop_in in results[check_id].reason


def test_a_garbled_manifest_may_be_any_pods(tmp_path: Path) -> None:
    host = tree(
        tmp_path, {**KUBEADM, **DAEMON, **installed(kubelet="1.28.3-00"), MANIFEST: GARBAGE}
    )
    pods = gather(host).static_pods
    assert not pods
    assert f"{MANIFEST}:1 is garbled" in repr(pods)


def test_a_driver_set_in_latin_1_words_is_still_read(tmp_path: Path) -> None:
    """Descriptions in another encoding are common, and steer nothing."""
    unit = UNIT.replace("[Service]", "[Unit]\nDescription=Dienst f\xfcr\n[Service]")
    files = {"/lib/systemd/system/containerd.service": unit.encode("latin-1")}
    results = judged(tmp_path, "1.28.3", "1.6.20", files)
    assert results["containerd-unit-killmode"].outcome is Outcome.PASS
