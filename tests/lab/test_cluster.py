"""A node that a real API server knows: what cordon and drain do, and unshim's words beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from . import bound_pods, kubelet
from .base import REPOSITORY
from .bound_pods import DAEMONSET, REPLICASET, bind, protect, wait_running
from .cluster import SOCKET, Cluster
from .containerd import release
from .kubelet import Pod
from .node import Node
from .registered_states import REGISTERED
from .registering import CONFIG, join
from .states import DEFAULTS, State, restarted, running
from .test_real_checks import outcomes
from .test_real_fixes import DONE, REFUSED, said, standing

HOST = "Worker-A"
NAME = "worker-a"
MISMATCH = "cgroup-driver-mismatch"
DRAIN = f"kubectl drain {NAME} --ignore-daemonsets --delete-emptydir-data"
UNCORDON = f"kubectl uncordon {NAME}"
ANNOTATION = "kubeadm.alpha.kubernetes.io/cri-socket"


@pytest.fixture(scope="module")
def cluster(node_layers: None) -> Iterator[Cluster]:
    """A registered node with a kubelet 1.27 whose host has capital letters in its name."""
    state = State("registered", kubelet="1.27", line="1.7", host=HOST)
    with running(state, REPOSITORY, copied=False) as node:
        made = Cluster.start(node)
        join(made)
        bind(made, "agent-1", DAEMONSET)
        wait_running(made, f"web-{NAME}", "agent-1")
        yield made


@pytest.fixture
def shop(cluster: Cluster) -> Iterator[str]:
    """A pod of a Deployment's on a node that takes pods; neither stays."""
    bind(cluster, "shop-1", REPLICASET)
    wait_running(cluster, "shop-1")
    yield "shop-1"
    cluster.says("delete", "pod", "shop-1", "--ignore-not-found")
    cluster.kubectl("uncordon", NAME)


def typed(cluster: Cluster, command: str, code: int = 0) -> str:
    """What a command says that is typed on the administrator's machine; it ends with this code."""
    done = cluster.typed(command)
    said = done.stdout.decode()
    assert done.returncode == code, f"{command} ended with {done.returncode}:\n{said}"
    return said


def flat(words: str) -> str:
    """Words without the breaks of their lines."""
    return " ".join(words.split())


def test_a_registered_node_says_what_it_runs(cluster: Cluster) -> None:
    node = cluster.got("node", NAME)
    info = node["status"]["nodeInfo"]
    assert info["kubeletVersion"] == "v1.27.7"
    assert info["containerRuntimeVersion"].startswith("containerd://1.7.")
    names = set(node["metadata"]["annotations"])
    assert ANNOTATION not in names, "kubeadm's own, which a kubelet does not give"
    assert "volumes.kubernetes.io/controller-managed-attach-detach" in names
    report = said(cluster.node, 0, "--report", "text")
    assert "0 errors, 0 warnings" in report


def test_who_made_a_pod_is_told_by_what_its_runtime_keeps(cluster: Cluster, shop: str) -> None:
    bind(cluster, "bare")
    wait_running(cluster, "bare")
    told = said(cluster.node, DONE, "facts", "pods", "pods")
    origins = dict(
        zip(
            re.findall(r"\.name +(\S+)", told),
            re.findall(r"\.origin +(\S+)", told),
            strict=True,
        )
    )
    cluster.kubectl("delete", "pod", "bare")
    assert origins == {
        f"web-{NAME}": "static",
        "agent-1": "daemonset",
        shop: "controlled",
        "bare": "other",
    }


def test_a_cordon_marks_the_node_and_leaves_its_pods(cluster: Cluster, shop: str) -> None:
    assert typed(cluster, f"kubectl cordon {NAME}") == f"node/{NAME} cordoned\n"
    assert cluster.got("node", NAME)["spec"]["unschedulable"] is True
    assert {shop, "agent-1", f"web-{NAME}"} <= bound_pods.running(cluster)
    assert typed(cluster, UNCORDON) == f"node/{NAME} uncordoned\n"
    assert "unschedulable" not in cluster.got("node", NAME)["spec"]


def test_a_drain_says_what_it_needs_to_be_told(cluster: Cluster, shop: str) -> None:
    bare = typed(cluster, f"kubectl drain {NAME}", code=1)
    assert "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)" in bare
    assert f"local storage (use --delete-emptydir-data to override): default/{shop}" in bare
    protect(cluster, "shop")
    held = typed(cluster, f"{DRAIN} --timeout=2s", code=1)
    cluster.kubectl("delete", "pdb", "shop")
    assert "violate the pod's disruption budget" in held
    assert shop in bound_pods.running(cluster)


def test_a_pod_that_nobody_makes_again_stops_a_drain_as_unshim_says(
    cluster: Cluster, shop: str
) -> None:
    bind(cluster, "bare")
    wait_running(cluster, "bare")
    _mismatch(cluster.node)
    refused = flat(said(cluster.node, REFUSED, "plan", MISMATCH))
    assert "no controller shows for default/bare: where there is none, kubectl drain stops" in (
        refused
    )
    assert "default/shop-1" in refused
    stopped = typed(cluster, DRAIN, code=1)
    assert "cannot delete Pods that declare no controller" in stopped
    assert shop in bound_pods.running(cluster), "it took others away"
    cluster.kubectl("delete", "pod", "bare")
    assert "no controller shows" not in flat(said(cluster.node, REFUSED, "plan", MISMATCH))
    _matched(cluster.node)


def test_a_taint_turns_new_pods_away_and_is_no_drain(cluster: Cluster, shop: str) -> None:
    typed(cluster, f"kubectl taint node {NAME} move=now:NoExecute")
    bind(cluster, "late", REPLICASET)
    cluster.wait(lambda: _reason(cluster, "late") != "", "the kubelet to turn a pod away")
    assert _reason(cluster, "late") == "TaintToleration"
    cluster.kubectl("delete", "pod", "late")
    assert {shop, "agent-1", f"web-{NAME}"} <= bound_pods.running(cluster)
    _mismatch(cluster.node)
    refused = flat(said(cluster.node, REFUSED, "plan", MISMATCH))
    assert "this node is not drained: default/shop-1 run here" in refused
    _matched(cluster.node)
    typed(cluster, f"kubectl taint node {NAME} move-")
    bind(cluster, "late", REPLICASET)
    wait_running(cluster, "late", shop, "agent-1", f"web-{NAME}")
    cluster.kubectl("delete", "pod", "late")


def test_a_node_is_given_its_taints_when_it_registers_and_not_again(
    cluster: Cluster, shop: str
) -> None:
    node = cluster.node
    flag = "--register-with-taints=move=now:NoSchedule"
    node.write(DEFAULTS, f"KUBELET_EXTRA_ARGS={flag}\n")
    restarted("kubelet")(node)
    cluster.wait(cluster.ready, "the node to be ready")
    assert not _tainted(cluster)
    told = flat(said(node, DONE, "facts", "kubelet", "flags"))
    assert "register-with-taints" in told
    assert "0 errors, 0 warnings" in said(node, 0, "--report", "text")

    cluster.kubectl("delete", "node", NAME)
    restarted("kubelet")(node)
    cluster.wait(cluster.ready, "the node to register again")
    assert _tainted(cluster)
    wait_running(cluster, f"web-{NAME}", "agent-1", shop)  # none of them tolerates it
    assert "0 errors, 0 warnings" in said(node, 0, "--report", "text")
    node.write(DEFAULTS, "KUBELET_EXTRA_ARGS=\n")
    restarted("kubelet")(node)
    typed(cluster, f"kubectl taint node {NAME} move-")


def _tainted(cluster: Cluster) -> bool:
    taints = cluster.got("node", NAME)["spec"].get("taints", ())
    return {"key": "move", "value": "now", "effect": "NoSchedule"} in taints


def _reason(cluster: Cluster, pod: str) -> str:
    """Why a pod ended, "" while it did not."""
    found: str = cluster.got("pod", pod)["status"].get("reason", "")
    return found


def test_a_fix_is_carried_out_on_the_drained_node_as_its_words_say(
    cluster: Cluster, shop: str
) -> None:
    _carried_out_and_back(cluster, shop)


@pytest.mark.drill
def test_a_fix_is_carried_out_on_a_drained_node_of_today(node_layers: None) -> None:
    state = State("registered", kubelet="1.36", line="1.7", host=HOST)
    with running(state, REPOSITORY, copied=False) as node:
        cluster = Cluster.start(node)
        join(cluster)
        bind(cluster, "agent-1", DAEMONSET)
        bind(cluster, "shop-1", REPLICASET)
        wait_running(cluster, f"web-{NAME}", "agent-1", "shop-1")
        _carried_out_and_back(cluster, "shop-1")


def _carried_out_and_back(cluster: Cluster, shop: str) -> None:
    """A fix that needs a drain, typed as its own words say it, and its undo."""
    node = cluster.node
    _mismatch(node)
    before = standing(node, "/etc/containerd/config.toml")
    refused = flat(said(node, REFUSED, "apply", MISMATCH, "--yes"))
    assert "this node is not drained: default/shop-1 run here" in refused
    commands = re.search(r"First: (kubectl .+?) Then: (unshim .+?) (kubectl .+)", refused)
    assert commands is not None, refused
    drain, again, uncordon = commands.groups()
    assert (drain, again) == (DRAIN, f"unshim apply {MISMATCH}")

    assert f"node/{NAME} drained" in typed(cluster, drain)
    noted = flat(said(node, DONE, "plan", MISMATCH))
    stay = (
        f"go on in their old ones until they are stopped once: default/agent-1, default/web-{NAME} "
    )
    assert stay in noted
    said(node, DONE, *again.split()[1:], "--yes")
    assert outcomes(node, MISMATCH) == {MISMATCH: "pass"}
    assert f"node/{NAME} uncordoned" in typed(cluster, uncordon)
    cluster.wait(cluster.ready, "the node to be ready")
    wait_running(cluster, f"web-{NAME}", "agent-1")
    bind(cluster, shop, REPLICASET)
    wait_running(cluster, shop)
    for one in (shop, "agent-1"):  # this kubelet started its DaemonSet's pods again by itself
        assert "kubepods.slice/" in _place(cluster, one)

    assert f"node/{NAME} drained" in typed(cluster, drain)
    said(node, DONE, "undo", "--yes")
    assert standing(node, "/etc/containerd/config.toml") == before
    _matched(node)
    bind(cluster, shop, REPLICASET)
    wait_running(cluster, shop, f"web-{NAME}", "agent-1")


def _mismatch(node: Node) -> None:
    """Set the kubelet to systemd cgroups; it has not read that yet."""
    text = node.read(CONFIG).decode()
    text = text.replace("cgroupDriver: cgroupfs", "cgroupDriver: systemd")
    node.write(CONFIG, text.replace("cgroupsPerQOS: false", "cgroupsPerQOS: true"))


def _matched(node: Node) -> None:
    text = node.read(CONFIG).decode()
    text = text.replace("cgroupDriver: systemd", "cgroupDriver: cgroupfs")
    node.write(CONFIG, text.replace("cgroupsPerQOS: true", "cgroupsPerQOS: false"))
    node.systemctl("restart", "kubelet")


def _place(cluster: Cluster, name: str) -> str:
    """The control group of a pod's container."""
    uid = cluster.got("pod", name)["metadata"]["uid"].replace("-", "_")
    return cluster.node.text("sh", "-c", f"find /sys/fs/cgroup/systemd -path '*{uid}*' -name cri-*")


def test_a_node_as_kubeadm_lays_it_out_is_healthy(node_layers: None) -> None:
    name = "containerd-2.1-registered-by-kubeadm-1.36"
    with running(REGISTERED[name], REPOSITORY, copied=False) as node:
        assert "0 errors, 0 warnings" in said(node, 0, "--report", "text")
        assert b'KUBELET_KUBEADM_ARGS=""' in node.read(kubelet.FLAGS)
        held = node.read("/etc/kubernetes/kubelet.conf")
        node.unshim("record", "/tmp/record", check=True)
        recorded = node.text("cat", "/tmp/record/index.json") + node.text(
            "sh", "-c", "cat /tmp/record/files/*"
        )
        cluster = Cluster(node)
        admin = f"--kubeconfig={cluster.path}/super-admin.conf"
        cluster.kubeadm("upload-config", "all", admin)
        uploaded = cluster.kubectl("get", "configmaps", "-n", "kube-system", "-o", "name")
        known = cluster.got("node", cluster.name)
    secret = re.findall(rb"-data: (\S+)", held)
    assert len(secret) == 3
    assert not [one for one in secret if one.decode()[:60] in recorded]
    assert "BEGIN" not in recorded
    assert known["status"]["nodeInfo"]["containerRuntimeVersion"].startswith("containerd://2.1.")
    assert "configmap/kubelet-config" in uploaded
    assert ANNOTATION not in known["metadata"]["annotations"], "kubeadm up to 1.33 wrote it here"


@pytest.mark.drill
def test_a_registered_node_moves_from_docker_to_containerd(node_layers: None) -> None:
    """Under a name that is not its host's; afterwards containerd becomes another release."""
    pods = (Pod("web"),)
    with kubelet.boot("dockershim", pods, "1.23", name="worker-1") as node:
        node.write("/etc/default/kubelet", "KUBELET_EXTRA_ARGS=--hostname-override=Shop-Node\n")
        cluster = Cluster.start(node, name="shop-node")
        join(cluster)
        bind(cluster, "agent-1", DAEMONSET)
        bind(cluster, "shop-1", REPLICASET)
        wait_running(cluster, "web-shop-node", "agent-1", "shop-1")
        assert _runtime(cluster).startswith("docker://20.10.")
        kubelet.load_images(node, "containerd", pods)
        refused = flat(said(node, REFUSED, "plan", "kubelet-dockershim-reference"))
        assert "not drained: default/shop-1" in refused
        (drain,) = re.findall(r"First: (kubectl drain .+?) Then:", refused)
        assert "node/shop-node drained" in typed(cluster, drain)
        told = flat(said(node, DONE, "plan", "kubelet-dockershim-reference"))
        (annotate,) = re.findall(r"kubectl annotate node \S+ --overwrite \S+", told)
        (uncordon,) = re.findall(r"After: (kubectl uncordon \S+)", told)
        said(node, DONE, "apply", "kubelet-dockershim-reference", "--yes")
        cluster.wait(lambda: _runtime(cluster).startswith("containerd://1.6."), "the new runtime")
        typed(cluster, annotate)
        assert cluster.got("node", "shop-node")["metadata"]["annotations"][ANNOTATION] == SOCKET
        typed(cluster, uncordon)
        bind(cluster, "shop-1", REPLICASET)
        wait_running(cluster, "web-shop-node", "agent-1", "shop-1")

        started = node.systemctl("show", "-p", "MainPID", "kubelet")
        for program in (release("1.7").path / "usr/bin").iterdir():
            node.write(f"/usr/bin/{program.name}.new", program.read_bytes(), 0o755)
            node.run(["mv", f"/usr/bin/{program.name}.new", f"/usr/bin/{program.name}"])
        node.systemctl("restart", "containerd")
        cluster.wait(lambda: _runtime(cluster).startswith("containerd://1.7."), "containerd 1.7")
        assert node.systemctl("show", "-p", "MainPID", "kubelet") == started
        wait_running(cluster, "web-shop-node", "agent-1", "shop-1")


def _runtime(cluster: Cluster) -> str:
    found: str = cluster.got("node", cluster.name)["status"]["nodeInfo"]["containerRuntimeVersion"]
    return found
