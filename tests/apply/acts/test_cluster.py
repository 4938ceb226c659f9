"""What is asked of kubectl, and what it is taken to say; a real API server is in tests/lab."""

from __future__ import annotations

from pathlib import Path

import pytest

from unshim.apply.acts import cluster
from unshim.apply.failures import StepFailed, Unsafe
from unshim.apply.turn import Turn
from unshim.model.steps import CordonNode, DrainNode


@pytest.mark.parametrize(
    "name", ["", "-f", "--all", "a b", "Worker", "a/b", "a.", "a\n", "a" * 254]
)
def test_what_can_be_no_node_is_refused(name: str) -> None:
    assert cluster.is_node("worker-1.example.org", "/etc/kubernetes/admin.conf")
    assert not cluster.is_node(name, "/etc/kubernetes/admin.conf")


@pytest.mark.parametrize("path", ["", "k", "/", "/k ", "/k --force", "/$HOME", "-k", "/k\n"])
def test_what_can_be_no_kubeconfig_is_refused(path: str) -> None:
    assert not cluster.is_node("a", path)


def test_a_kubeconfig_that_others_may_write_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "admin.conf"
    path.write_text("apiVersion: v1\nkind: Config\n")
    path.chmod(0o660)
    loose = "can be written to by others than root"
    with pytest.raises(Unsafe, match=loose):
        cluster.note_cordon(CordonNode("a", str(path)))
    with pytest.raises(Unsafe, match=loose):
        cluster.note_drain(DrainNode("a", str(path), 60))
    with pytest.raises(Unsafe, match="is not a regular file"):
        cluster.note_cordon(CordonNode("a", str(tmp_path)))
    with pytest.raises(FileNotFoundError):
        cluster.note_cordon(CordonNode("a", str(tmp_path / "none")))


def test_a_node_of_no_cluster_can_be_neither_cordoned_nor_brought_back(tmp_path: Path) -> None:
    """Whether kubectl is not there or knows no server: nothing is taken for done."""
    path = tmp_path / "admin.conf"
    path.write_text("apiVersion: v1\nkind: Config\n")
    path.chmod(0o600)
    step = CordonNode("a", str(path))
    with pytest.raises(StepFailed, match="kubectl"):
        cluster.note_cordon(step)
    with pytest.raises(StepFailed, match="by hand: kubectl uncordon a"):
        cluster.undo(step, {"cordoned": False}, Turn("run-0", {}))


EVICTING = 'error when evicting pods/"shop-1" -n "default"'
BUDGET = "Cannot evict pod as it would violate the pod's disruption budget."
LATE = f"{EVICTING}: global timeout reached: 5s"
ALONE = "cannot delete Pods that declare no controller (use --force to override): default/bare"
UNABLE = 'error: unable to drain node "worker-a"'


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (  # kubectl 1.36, as are the next two
            f"""\
Warning: ignoring DaemonSet-managed Pods: default/agent-1
{EVICTING} (will retry after 5s): {BUDGET}
There are pending pods in node "worker-a" when an error occurred: {LATE}
pod/shop-1
{UNABLE} due to error: {LATE}, continuing command...
There are pending nodes to be drained:
 worker-a
{LATE}
""",
            f"{EVICTING}: {BUDGET}",
        ),
        (f"{UNABLE} due to error: {ALONE}, continuing command...\n worker-a\n{ALONE}\n", ALONE),
        (
            'Error from server (NotFound): nodes "worker-b" not found\n',
            'Error from server (NotFound): nodes "worker-b" not found',
        ),
        (f"{UNABLE}, aborting command...\n\n worker-a\nerror: {ALONE}\n", f"error: {ALONE}"),
        (f"{UNABLE} due to error: {LATE}\n{LATE}\n", LATE),
        ("what\nit says\n\n", "it says"),
        ("\n", "it ended without a word"),
    ],
)
def test_of_what_kubectl_says_the_reasons_are_told_once(said: str, told: str) -> None:
    assert cluster.reasons(said) == told
