"""Who made a pod, as the labels and annotations tell that its runtime keeps."""

from __future__ import annotations

from collections.abc import Collection

from unshim.model.parts.pods import PodOrigin

_DAEMONSET = "pod-template-generation"
"""The label that the DaemonSet controller gives its pods, and no other controller."""

CONTROLLED = (
    "pod-template-hash",
    "controller-revision-hash",
    "statefulset.kubernetes.io/pod-name",
    "job-name",
    "batch.kubernetes.io/job-name",
)
"""Labels that controllers give their pods: the Deployment's ReplicaSet, StatefulSet, Job. A plain
ReplicaSet or ReplicationController gives none."""

KEPT = (_DAEMONSET, *CONTROLLED)


def of(source: str, labels: Collection[str]) -> PodOrigin:
    """`source` is the kubelet's annotation: `file` or `http` of a static pod, else `api`."""
    if source in ("file", "http"):
        return PodOrigin.STATIC
    if _DAEMONSET in labels:
        return PodOrigin.DAEMONSET
    return PodOrigin.CONTROLLED if any(name in labels for name in CONTROLLED) else PodOrigin.OTHER
