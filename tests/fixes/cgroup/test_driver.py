"""One cgroup driver: which side changes, in which file, and where it is refused."""

from __future__ import annotations

import pytest

from checks.cgroup.driver import cgroup_driver_mismatch, cgroup_old_systemd_cgroup_key
from tests.checks.changed import (
    FILE,
    HEALTHY,
    of_release,
    with_config,
    with_containerd,
    with_kubelet,
    with_settings,
)
from tests.fixes.carried_out import (
    ENV,
    acts,
    file_of,
    killing,
    notes,
    refusal,
    steps,
    texts,
    undrained,
    unseen,
)
from tests.laws.nodes import FIXES, node
from unshim.judge.disturbs import cure_by
from unshim.model.checks import CheckFunction
from unshim.model.node import Node
from unshim.model.parts.containerd import ContainerdConfig
from unshim.model.parts.pods import Pod, PodOrigin
from unshim.model.values import Origin, Setting, Source, known

MAIN, IMPORTED = "/etc/containerd/config.toml", "/etc/containerd/conf.d/cri.toml"
TABLE = '[plugins."io.containerd.grpc.v1.cri"'
KUBELET_IS_SYSTEMD = with_settings(node(HEALTHY), FILE, cgroupDriver="systemd")
KUBELET_IS_NOT = with_settings(node(HEALTHY), FILE, cgroupDriver="cgroupfs")


@pytest.mark.parametrize(
    ("seen", "title"),
    [
        (KUBELET_IS_SYSTEMD, "Make containerd use the systemd cgroup driver"),
        (KUBELET_IS_NOT, "Make the kubelet use the systemd cgroup driver"),
    ],
)
def test_on_a_node_its_title_names_the_side_that_it_changes(seen: Node, title: str) -> None:
    (fix,) = (f for f in FIXES if f.check_id == "cgroup-driver-mismatch")
    assert cure_by(fix, seen).fix.title == title
    refused = cure_by(fix, undrained(seen))
    assert refused.refused and refused.fix.title == title


@pytest.mark.parametrize(
    ("seen", "setting"),
    [
        (
            KUBELET_IS_SYSTEMD,
            f'edit {MAIN}: SystemdCgroup = true in [plugins."io.containerd.grpc.v1.cri".'
            "containerd.runtimes.runc.options]",
        ),
        (KUBELET_IS_NOT, "edit /var/lib/kubelet/config.yaml: cgroupDriver: systemd"),
    ],
    ids=["on containerd's side", "on the kubelet's side"],
)
def test_an_undrained_node_is_refused_with_the_way_by_hand(seen: Node, setting: str) -> None:
    refused = refusal(cgroup_driver_mismatch, undrained(seen))
    assert refused.reason == "this node is not drained: shop/api run here"
    (drain,), (uncordon,) = refused.first, refused.after
    assert drain.startswith("kubectl drain ") and uncordon.startswith("kubectl uncordon ")
    blind = refusal(cgroup_driver_mismatch, unseen(seen))
    assert "its pods could not be seen: timed out" in blind.reason
    drain, change, *restarts, uncordon = blind.by_hand
    assert change == setting
    assert restarts[-1] == "systemctl restart kubelet"


@pytest.mark.parametrize(
    ("check", "seen"),
    [
        (cgroup_driver_mismatch, KUBELET_IS_SYSTEMD),
        (cgroup_driver_mismatch, KUBELET_IS_NOT),
        (cgroup_old_systemd_cgroup_key, KUBELET_IS_SYSTEMD),
    ],
    ids=["containerd's side", "the kubelet's side while containerd runs with cgroupfs", "old key"],
)
def test_a_restart_that_kills_is_refused_and_names_its_own_cure_first(
    check: CheckFunction, seen: Node
) -> None:
    refused = refusal(check, killing(seen))
    assert "would kill every container" in refused.reason
    assert refused.first == ("unshim apply containerd-unit-killmode",)
    assert refusal(check, killing(undrained(seen))).first == refused.first, "a drain is asked last"


def test_a_stopped_kubelet_stays_stopped() -> None:
    assert acts(steps(cgroup_driver_mismatch, KUBELET_IS_SYSTEMD)) == [
        "containerd.service",
        "kubelet.service",
    ]
    stopped = with_kubelet(KUBELET_IS_SYSTEMD, process=None)
    assert acts(steps(cgroup_driver_mismatch, stopped)) == ["containerd.service"]
    stopped = with_kubelet(KUBELET_IS_NOT, process=None)
    assert acts(steps(cgroup_driver_mismatch, stopped)) == ["containerd.service"]


def test_a_kubelet_without_a_file_gets_the_flag() -> None:
    seen = with_kubelet(KUBELET_IS_NOT, config_file=None)
    written = texts(steps(cgroup_driver_mismatch, seen))
    assert list(written) == [ENV]
    assert "--cgroup-driver=systemd " in written[ENV]


def test_a_driver_that_a_flag_sets_is_changed_there_though_there_is_a_file() -> None:
    flag = Source(Origin.FLAG, ENV, 1)
    seen = with_settings(node(HEALTHY), flag, cgroupDriver="cgroupfs")
    assert list(texts(steps(cgroup_driver_mismatch, seen))) == [ENV]
    by_file = texts(steps(cgroup_driver_mismatch, KUBELET_IS_NOT))
    assert list(by_file) == ["/var/lib/kubelet/config.yaml"]
    assert "cgroupDriver: systemd" in by_file["/var/lib/kubelet/config.yaml"]


@pytest.mark.parametrize(
    ("release", "begins"),
    [
        ((1, 7), f"version = 2\n\n{TABLE}.containerd.runtimes.runc]\n"),
        ((2, 0), "version = 3\n\n[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes"),
    ],
)
def test_where_there_is_no_file_one_is_written_in_the_release_s_own_version(
    release: tuple[int, int], begins: str
) -> None:
    seen = with_containerd(with_config(KUBELET_IS_SYSTEMD, files=()), version=of_release(release))
    written = texts(steps(cgroup_driver_mismatch, seen))
    assert list(written) == [MAIN]
    assert written[MAIN].startswith(begins)
    assert written[MAIN].endswith("SystemdCgroup = true\n")


def test_a_file_for_another_handler_is_not_made_up() -> None:
    kata = Setting("kata", Source(Origin.DEFAULT, "default"))
    refused = refusal(
        cgroup_driver_mismatch, with_config(KUBELET_IS_SYSTEMD, files=(), default_handler=kata)
    )
    assert refused.reason == "the default runtime handler is kata, and there is no file to edit"


def test_a_version_that_it_does_not_know_is_not_edited() -> None:
    nine = Setting(9, Source(Origin.FILE, MAIN, 1))
    refused = refusal(cgroup_driver_mismatch, with_config(KUBELET_IS_SYSTEMD, version=nine))
    assert refused.reason == f"{MAIN} has version 9, which unshim does not edit"
    assert refused.by_hand[-2:] == ("systemctl restart containerd", "systemctl restart kubelet")


def _imports(release: tuple[int, int]) -> Node:
    """A node whose CRI table stands in an imported file, and no handler in any."""
    table = file_of(IMPORTED, f'{TABLE}]\n  sandbox_image = "a"\n')
    key = 'plugins."io.containerd.grpc.v1.cri".sandbox_image'
    seen = with_config(
        KUBELET_IS_SYSTEMD,
        files=(file_of(MAIN, f'version = 2\nimports = ["{IMPORTED}"]\n'), table),
        values={key: Setting("a", Source(Origin.FILE, IMPORTED, 2))},
    )
    return with_containerd(seen, version=of_release(release))


@pytest.mark.parametrize(("release", "path"), [((1, 7), IMPORTED), ((2, 0), MAIN)])
def test_the_file_whose_table_counts_is_edited(release: tuple[int, int], path: str) -> None:
    """containerd 1.x takes the last imported table whole: what the main file says is lost."""
    assert list(texts(steps(cgroup_driver_mismatch, _imports(release)))) == [path]


def _old_key(seen: Node, *texts_of: tuple[str, str]) -> Node:
    """A node whose last file sets the old key in its second line."""
    return with_config(
        seen,
        files=tuple(file_of(*one) for one in texts_of),
        legacy_systemd_cgroup=Setting(True, Source(Origin.FILE, texts_of[-1][0], 3)),
    )


OLD = f"version = 2\n{TABLE}]\n  systemd_cgroup = true\n  sandbox_image = 'a'\n"


def test_the_old_key_goes_and_the_new_one_comes() -> None:
    done = steps(cgroup_old_systemd_cgroup_key, _old_key(KUBELET_IS_SYSTEMD, (MAIN, OLD)))
    assert "systemd_cgroup" not in texts(done)[MAIN]
    assert "SystemdCgroup = true" in texts(done)[MAIN]
    assert "sandbox_image = 'a'" in texts(done)[MAIN]
    assert acts(done) == ["containerd.service"]


def test_for_a_kubelet_on_cgroupfs_the_old_key_only_goes() -> None:
    done = steps(cgroup_old_systemd_cgroup_key, _old_key(KUBELET_IS_NOT, (MAIN, OLD)))
    assert texts(done)[MAIN] == OLD.replace("  systemd_cgroup = true\n", "")


def test_the_old_key_in_another_file_is_removed_there() -> None:
    main = f"version = 2\n{TABLE}.containerd.runtimes.runc]\n  runtime_type = 'a'\n"
    seen = with_containerd(
        _old_key(KUBELET_IS_SYSTEMD, (MAIN, main), (IMPORTED, OLD)), version=of_release((2, 0))
    )
    written = texts(steps(cgroup_old_systemd_cgroup_key, seen))
    assert written[IMPORTED] == OLD.replace("  systemd_cgroup = true\n", "")
    assert "SystemdCgroup = true" in written[MAIN]


def test_the_old_key_on_an_undrained_node_is_refused() -> None:
    refused = refusal(cgroup_old_systemd_cgroup_key, undrained(KUBELET_IS_SYSTEMD))
    assert "is not drained" in refused.reason


@pytest.mark.parametrize(("release", "version"), [((1, 2), 1), ((1, 3), 2), ((1, 7), 2)])
def test_containerds_first_runtime_has_its_driver_elsewhere(
    release: tuple[int, int], version: int
) -> None:
    """A table of options would take the place of its other keys, such as runtime_engine."""
    config = known(known(KUBELET_IS_SYSTEMD.containerd).config)
    assert isinstance(config, ContainerdConfig)
    kind = Setting("io.containerd.runtime.v1.linux", FILE)
    handlers = tuple(h._replace(runtime_type=kind) for h in config.handlers)
    seen = with_config(KUBELET_IS_SYSTEMD, handlers=handlers, version=Setting(version, FILE))
    refused = refusal(cgroup_driver_mismatch, with_containerd(seen, version=of_release(release)))
    assert "whose cgroup driver is systemd_cgroup of the CRI plugin" in refused.reason
    name = "cri" if version == 1 else "io.containerd.grpc.v1.cri"
    assert refused.by_hand == (
        f'edit {MAIN}: systemd_cgroup = true in [plugins."{name}"]',
        "systemctl restart containerd",
        "systemctl restart kubelet",
    )


def test_pods_that_no_drain_moves_are_named_with_what_remakes_them() -> None:
    """Seen: with a kubelet 1.20 static pods kept their groups until they were stopped; a 1.27
    started them and a DaemonSet's again."""
    seen = node("containerd-cgroup-mismatch")
    (pod,) = known(seen.pods).pods
    (note,) = notes(cgroup_driver_mismatch, seen)
    assert note.text.endswith("until they are stopped once: default/web-worker-1")
    assert note.command == f"crictl stopp {pod.id[:13]}"
    agent = pod._replace(id="a" * 64, name="agent-1", origin=PodOrigin.DAEMONSET)
    (both,) = notes(cgroup_driver_mismatch, _with_pods(seen, agent, pod))
    assert both.text.endswith(": default/agent-1, default/web-worker-1")
    assert both.command == f"crictl stopp {' '.join(sorted((pod.id[:13], 'a' * 13)))}"
    assert notes(cgroup_driver_mismatch, _with_pods(seen, pod._replace(ready=False))) == []


def _with_pods(seen: Node, *pods: Pod) -> Node:
    return seen._replace(pods=known(seen.pods)._replace(pods=pods))
