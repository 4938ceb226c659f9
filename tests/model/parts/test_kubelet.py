"""What many ask of the kubelet, read out of its effective settings."""

from __future__ import annotations

from typing import Any

import pytest

from unshim.model.machine import CgroupDriver
from unshim.model.parts.kubelet import Kubelet
from unshim.model.values import Missing, Origin, Setting, Source

FILE = Source(Origin.FILE, "/k.yaml", 3)
DEFAULT = Source(Origin.DEFAULT, "default of kubelet 1.24")
UNREAD = Missing("/k.yaml cannot be parsed")


def _kubelet(effective: dict[str, Setting[object] | Missing]) -> Kubelet:
    none: dict[str, Any] = dict.fromkeys(Kubelet._fields)
    return Kubelet(**{**none, "effective": effective})


@pytest.mark.parametrize(
    ("name", "field", "value", "answer"),
    [
        ("container-runtime", "runtime", Setting("remote", FILE), Setting("remote", FILE)),
        ("container-runtime", "runtime", None, None),
        ("containerRuntimeEndpoint", "endpoint", Setting("unix:///a", FILE), None),
        ("containerRuntimeEndpoint", "endpoint", Setting("", FILE), Setting("", FILE)),
        ("containerLogMaxFiles", "log_max_files", Setting(5, FILE), Setting("5", FILE)),
        ("containerLogMaxSize", "log_max_size", Setting("10Mi", DEFAULT), None),
        ("staticPodPath", "static_pod_path", Setting("/m", FILE), None),
        ("cgroupDriver", "cgroup_driver", UNREAD, UNREAD),
        ("staticPodPath", "static_pod_path", UNREAD, UNREAD),
    ],
)
def test_each_as_it_is_asked_for(name: str, field: str, value: Any, answer: Any) -> None:
    kubelet = _kubelet({} if value is None else {name: value})
    assert getattr(kubelet, field) == (value if answer is None else answer)


def test_no_endpoint_is_none_only_by_default() -> None:
    assert _kubelet({"containerRuntimeEndpoint": Setting("", DEFAULT)}).endpoint is None


def test_no_manifests_are_none() -> None:
    assert _kubelet({"staticPodPath": Setting("", FILE)}).static_pod_path is None


def test_the_cgroup_driver_is_one_or_the_reason() -> None:
    kubelet = _kubelet({"cgroupDriver": Setting("systemd", FILE)})
    assert kubelet.cgroup_driver == Setting(CgroupDriver.SYSTEMD, FILE)
    wrong = _kubelet({"cgroupDriver": Setting("other", FILE)}).cgroup_driver
    assert wrong == Missing("/k.yaml:3 sets 'other', which is not a cgroup driver")


def test_what_every_release_has_is_missing_where_it_is_not_there() -> None:
    assert _kubelet({}).log_max_size == Missing("this kubelet has no containerLogMaxSize")
