"""Pods that the API server binds to the node, as controllers and people make them."""

from __future__ import annotations

from typing import Any, NamedTuple

from .cluster import Cluster
from .kubelet import IMAGE


class Owner(NamedTuple):
    """What controls a pod: its kind, and the labels that such a controller gives its pods."""

    kind: str
    labels: tuple[tuple[str, str], ...]


DAEMONSET = Owner(
    "DaemonSet", (("controller-revision-hash", "5d4c"), ("pod-template-generation", "1"))
)
REPLICASET = Owner("ReplicaSet", (("pod-template-hash", "5d4c"),))


def bind(cluster: Cluster, name: str, owner: Owner | None = None) -> None:
    """A pod with an emptyDir on the cluster's node, as this owner makes it; without one, as a
    person does. Its app is its name up to the first dash."""
    labels = {"app": name.partition("-")[0], **dict(owner.labels if owner else ())}
    metadata: dict[str, Any] = {"name": name, "labels": labels}
    if owner is not None:
        metadata["ownerReferences"] = [_reference(cluster, owner.kind, labels["app"])]
    container = {
        "name": "main",
        "image": IMAGE,
        "imagePullPolicy": "Never",
        "command": ["/bin/sleep", "1000000"],
        "volumeMounts": [{"name": "work", "mountPath": "/work"}],
    }
    spec = {
        "nodeName": cluster.name,
        "terminationGracePeriodSeconds": 1,
        "containers": [container],
        "volumes": [{"name": "work", "emptyDir": {}}],
    }
    cluster.create({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})


def _reference(cluster: Cluster, kind: str, app: str) -> dict[str, Any]:
    """The owner reference of an object that is made where it is not there."""
    meant = {"apiVersion": "apps/v1", "kind": kind, "name": app}
    uid = cluster.says("get", kind, app, "--ignore-not-found", "-o", "jsonpath={.metadata.uid}")
    if not uid:
        pod = {"containers": [{"name": "main", "image": IMAGE}]}
        template = {"metadata": {"labels": {"app": app}}, "spec": pod}
        spec = {"selector": {"matchLabels": {"app": app}}, "template": template}
        made = {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": app}, "spec": spec}
        uid = cluster.create(made)["metadata"]["uid"]
    return {**meant, "uid": uid, "controller": True}


def protect(cluster: Cluster, app: str) -> None:
    """A disruption budget that lets no pod of this app go, with the status that the controller
    manager would give it."""
    cluster.create(
        {
            "apiVersion": "policy/v1",
            "kind": "PodDisruptionBudget",
            "metadata": {"name": app},
            "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": app}}},
        }
    )
    status = '{"status":{"disruptionsAllowed":0,"currentHealthy":1,"desiredHealthy":1,'
    status += '"expectedPods":1,"observedGeneration":1}}'
    patch = ("patch", "pdb", app, "--subresource=status", "--type=merge", "-p", status)
    cluster.kubectl(*patch)


def running(cluster: Cluster) -> set[str]:
    """The pods whose containers are all ready, as the API server knows them."""
    return {
        item["metadata"]["name"]
        for item in cluster.got("pods", "-A")["items"]
        if "deletionTimestamp" not in item["metadata"]
        and any(
            c["type"] == "Ready" and c["status"] == "True"
            for c in item["status"].get("conditions", ())
        )
    }


def wait_running(cluster: Cluster, *names: str) -> None:
    """Wait until these pods run."""
    cluster.wait(lambda: set(names) <= running(cluster), f"pods {sorted(names)}")
