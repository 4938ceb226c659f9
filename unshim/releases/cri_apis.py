"""Which versions of the container runtime interface each side speaks: data and pure judgement."""

from __future__ import annotations

from unshim.model.values import Version

V1 = "v1"
V1ALPHA2 = "v1alpha2"


def served_by_release(containerd: Version) -> frozenset[str]:
    """What a containerd release serves. Source: seen on 1.4, 1.6, 1.7, 2.1; 1.5 from its source."""
    if containerd.line <= (1, 5):
        return frozenset({V1ALPHA2})
    if containerd.line < (2, 0):
        return frozenset({V1, V1ALPHA2})
    return frozenset({V1})


def spoken_by_kubelet(kubelet: Version) -> frozenset[str]:
    """What a kubelet release speaks. Source: kubelet 1.22, 1.23, 1.26, pkg/kubelet/cri/remote."""
    if kubelet.line <= (1, 22):
        return frozenset({V1ALPHA2})
    if kubelet.line <= (1, 25):
        return frozenset({V1, V1ALPHA2})
    return frozenset({V1})


def common_api(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    return one & other
