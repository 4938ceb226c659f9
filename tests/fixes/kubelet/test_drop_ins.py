"""What a file of --config-dir sets is set there: the file of --config would not count."""

from __future__ import annotations

from checks.cgroup.driver import cgroup_driver_mismatch
from checks.kubelet.endpoint import kubelet_endpoint_invalid
from checks.logs.rotation import log_rotation_not_carried_over
from tests.checks.changed import HEALTHY, with_kubelet, with_settings
from tests.fixes.carried_out import acts, file_of, refusal, steps, texts
from tests.laws.nodes import node
from unshim.model.node import Node
from unshim.model.values import Origin, Setting, Source, known

MAIN, DROP_IN, LATER = "/var/lib/kubelet/config.yaml", "/etc/k.d/10.conf", "/etc/k.d/20.conf"
HEAD = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n"
PLACE = Source(Origin.FILE, DROP_IN, 3)


def _with_drop_in(text: str, **values: object) -> Node:
    """A node with these settings from the first of two drop-ins."""
    files = (file_of(DROP_IN, HEAD + text), file_of(LATER, HEAD + "maxPods: 5\n"))
    return with_kubelet(with_settings(node(HEALTHY), PLACE, **values), config_drop_ins=files)


def test_a_driver_is_changed_where_it_stands() -> None:
    seen = _with_drop_in("cgroupDriver: cgroupfs # ours\n", cgroupDriver="cgroupfs")
    done = steps(cgroup_driver_mismatch, seen)
    assert texts(done) == {DROP_IN: HEAD + "cgroupDriver: systemd # ours\n"}
    assert acts(done)[-1] == "kubelet.service"


def test_a_drop_in_that_is_not_edited_is_named() -> None:
    text = '{"kind": "KubeletConfiguration", "cgroupDriver": "cgroupfs"}'
    seen = _with_drop_in("", cgroupDriver="cgroupfs")
    seen = with_kubelet(seen, config_drop_ins=(file_of(DROP_IN, text),))
    refused = refusal(cgroup_driver_mismatch, seen)
    assert DROP_IN in refused.reason
    assert f"edit {DROP_IN}: cgroupDriver: systemd" in (*refused.first, *refused.by_hand)


def test_each_log_limit_goes_where_it_stands() -> None:
    seen = _with_drop_in("containerLogMaxSize: 5Mi\n", containerLogMaxSize="5Mi")
    asked = {name: Setting(value, PLACE) for name, value in (("max-size", "9m"), ("max-file", "4"))}
    seen = seen._replace(docker=known(seen.docker)._replace(log_opts=asked))
    written = texts(steps(log_rotation_not_carried_over, seen))
    assert written[DROP_IN] == HEAD + "containerLogMaxSize: 9Mi\n"
    assert "containerLogMaxFiles: 4\n" in written[MAIN]
    assert "containerLogMaxSize: 10Mi\n" in written[MAIN]
    assert list(written) == [DROP_IN, MAIN]


def test_an_endpoint_is_corrected_where_it_stands() -> None:
    text = "containerRuntimeEndpoint: unix:///run/nowhere.sock\n"
    seen = _with_drop_in(text, containerRuntimeEndpoint="unix:///run/nowhere.sock")
    written = texts(steps(kubelet_endpoint_invalid, seen))
    assert written == {
        DROP_IN: HEAD + "containerRuntimeEndpoint: unix:///run/containerd/containerd.sock\n"
    }
