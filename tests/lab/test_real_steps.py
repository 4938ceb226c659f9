"""Steps that no fix needs yet, on a real node: carried out by the worker, and taken back whole."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from unshim.model.steps import ImportImage, RunCommand, SetSysctl, StopUnit, WaitFor, WriteFile

from . import unit_plans
from .images import busybox_image, docker_archive, oci_archive
from .node import Node
from .runs import InNode
from .test_real_fixes import said

DONE, UNDONE, REFUSED = 0, 4, 6
CONTAINERD = "/run/containerd/containerd.sock"
FORWARD = "net.ipv4.ip_forward"
BROKEN = "broken.service"
CHECK = '''
"""A check for a node that forwards nothing."""

from unshim.api import Finding, Seen, Severity, check, known


@check(Severity.WARNING, well="It does", remedy="Let it.", proof=Seen("Linux 6"))
def forwards_nothing(node):
    """The node forwards nothing."""
    now = known(known(known(node.kernel).sysctl("net.ipv4.ip_forward").now))
    if now.value == "0":
        yield Finding("ip_forward is 0", (), "Pods reach nobody.")
'''
FIX = '''
"""And a fix for it."""

from checks.lab.kernel import forwards_nothing
from unshim.api import Disturbs, RunCommand, SetSysctl, WaitFor, WriteFile, fix


@fix(forwards_nothing, disturbs=Disturbs.NOTHING)
def forward(node):
    """Let it forward."""
    lasting = "/etc/sysctl.d/90-forward.conf"
    yield RunCommand("hold-package", ("bash",))
    yield WaitFor("path-there", lasting, 60)
    yield SetSysctl("net.ipv4.ip_forward", "0", "1")
    yield WriteFile(lasting, None, b"net.ipv4.ip_forward = 1\\n")
'''


@pytest.fixture(scope="module")
def node(node_layers: None) -> Iterator[Node]:
    """A node with containerd and Docker."""
    with Node.boot(copied=True) as booted:
        booted.write(f"/etc/systemd/system/{BROKEN}", "[Service]\nExecStart=/bin/false\n")
        booted.systemctl("daemon-reload")
        booted.wait_socket(CONTAINERD)
        yield booted


def forwarding(node: Node) -> list[str]:
    """Every value of the IPv4 part of the node's own network."""
    return node.text(
        "sh", "-c", "grep -r . /proc/sys/net/ipv4/conf /proc/sys/net/ipv4/ip_f*"
    ).split("\n")


@pytest.mark.parametrize(("before", "after"), [("0", "1"), ("1", "0")])
def test_a_parameter_is_set_and_all_that_the_kernel_set_along_comes_back(
    node: Node, before: str, after: str
) -> None:
    node.text("sysctl", "-w", f"{FORWARD}={before}", "net.ipv4.conf.eth0.forwarding=1")
    stood = forwarding(node)
    lasting = WriteFile("/etc/sysctl.d/90-lab.conf", None, f"{FORWARD} = {after}\n".encode())
    hold = RunCommand("hold-package", ("bash",))
    run = InNode(node, SetSysctl(FORWARD, before, after), lasting, hold)
    assert run.apply() == (DONE, "")
    assert node.read("/proc/sys/net/ipv4/ip_forward").decode().strip() == after
    assert forwarding(node) != stood
    said = node.text("sh", f"{run.folder}/RESTORE.sh")
    assert said.endswith("Everything is as it was before the run."), said
    assert forwarding(node) == stood and node.text("apt-mark", "showhold") == ""
    assert run.undo() == (UNDONE, "")
    assert forwarding(node) == stood


def test_a_value_that_the_kernel_refuses_leaves_all_as_it_was(node: Node) -> None:
    stood = forwarding(node)
    (now,) = node.text("cat", "/proc/sys/net/ipv4/tcp_syncookies").split()
    run = InNode(node, SetSysctl("net.ipv4.tcp_syncookies", now, "many"))
    ended = run.apply()
    assert ended.code == UNDONE and "tcp_syncookies: Invalid argument" in ended.words
    assert forwarding(node) == stood
    other = "1" if now == "0" else "0"
    refused = InNode(node, SetSysctl("net.ipv4.tcp_syncookies", other, now)).apply()
    assert refused.code == REFUSED and "when the plan was made" in refused.words


def test_a_fix_of_such_steps_is_planned_verified_and_undone(node: Node) -> None:
    unit_plans.install(node)
    node.write("/opt/src/checks/lab/kernel.py", CHECK)
    node.write("/opt/src/fixes/lab/kernel.py", FIX)
    node.text("sysctl", "-w", f"{FORWARD}=0")
    stood = forwarding(node)
    words = unit_plans.carry_out(node, "forwards-nothing")
    assert "forwards-nothing pass False" in words, words
    assert words.splitlines()[-1].startswith("done"), words
    assert node.text("apt-mark", "showhold") == "bash"
    assert node.read("/etc/sysctl.d/90-forward.conf") == b"net.ipv4.ip_forward = 1\n"
    said(node, DONE, "undo", "--yes")
    assert forwarding(node) == stood
    assert node.text("apt-mark", "showhold") == ""
    with pytest.raises(FileNotFoundError):
        node.read("/etc/sysctl.d/90-forward.conf")


def test_a_package_is_held_and_let_go_as_it_was(node: Node) -> None:
    holding = ("apt-mark", "showhold")
    node.run(["apt-mark", "hold", "dash"])
    run = InNode(node, *(RunCommand("hold-package", (name,)) for name in ("bash", "dash")))
    assert run.apply() == (DONE, "")
    assert node.text(*holding).split() == ["bash", "dash"]
    assert run.undo() == (UNDONE, "")
    assert node.text(*holding).split() == ["dash"], "it was held before"
    back = InNode(node, RunCommand("unhold-package", ("dash",)))
    assert back.apply() == (DONE, "") and node.text(*holding) == ""
    assert back.undo() == (UNDONE, "") and node.text(*holding) == "dash"
    unknown = InNode(node, RunCommand("hold-package", ("no-such-package",))).apply()
    assert unknown.code == UNDONE and "no-such-package" in unknown.words


def test_failures_are_forgotten(node: Node) -> None:
    node.systemctl("start", BROKEN, check=False)
    node.wait(lambda: node.systemctl("is-failed", BROKEN, check=False) == "failed", "its failure")
    assert InNode(node, RunCommand("forget-failures", (BROKEN,))).apply() == (DONE, "")
    assert node.systemctl("is-failed", BROKEN, check=False) == "inactive"


def test_a_plan_waits_for_what_it_needs_and_gives_up_in_time(node: Node) -> None:
    assert InNode(
        node,
        WaitFor("unit-active", "containerd.service", 60),
        WaitFor("socket-answers", CONTAINERD, 60),
        WaitFor("path-gone", "/nowhere", 60),
    ).apply() == (DONE, "")
    steps = StopUnit("docker.socket"), WaitFor("unit-inactive", "containerd.service", 1)
    ended = InNode(node, *steps).apply()
    assert ended == (UNDONE, "waited 1 s in vain until containerd.service is inactive")
    node.wait_active("docker.socket")


IMAGE = busybox_image("docker.io/library/brought:1")
OTHER = busybox_image("docker.io/library/brought:1", "/bin/true")
BRING = ImportImage(CONTAINERD, "k8s.io", IMAGE.ref, IMAGE.id)
ARCHIVE = "/root/image.tar"


def held(node: Node, namespace: str = "k8s.io") -> dict[str, str]:
    """The images of a namespace, and every blob of it by its digest."""
    images = node.text("ctr", "-n", namespace, "images", "ls").splitlines()[1:]
    blobs = node.text("ctr", "-n", namespace, "content", "ls", "-q").split()
    return {line.split()[0]: line.split()[2] for line in images} | dict.fromkeys(blobs, "blob")


def is_whole(node: Node) -> bool:
    """Whether containerd has all of the image, and could start a container of it."""
    said = node.text("ctr", "-n", "k8s.io", "images", "check", f"name=={IMAGE.ref}")
    return " complete " in said


@pytest.mark.parametrize("kind", ["docker", "docker's archive", "an OCI layout"])
def test_an_image_is_brought_to_containerd_and_taken_out_again(node: Node, kind: str) -> None:
    step, before = BRING, held(node)
    if kind == "docker":
        node.run(["docker", "load"], input=docker_archive(IMAGE))
    else:
        write = oci_archive if kind == "an OCI layout" else docker_archive
        node.write(ARCHIVE, write(IMAGE))
        step = BRING._replace(archive=ARCHIVE)
    run = InNode(node, step)
    assert run.apply() == (DONE, "")
    assert is_whole(node)
    again = InNode(node, step)
    assert again.apply() == (DONE, "")
    assert again.undo() == (UNDONE, "") and is_whole(node), "it was there before that run"
    assert run.undo() == (UNDONE, "")
    assert held(node) == before
    assert run.undo() == (UNDONE, "")


def test_another_image_of_that_name_is_neither_replaced_nor_taken_out(node: Node) -> None:
    node.write(ARCHIVE, docker_archive(IMAGE))
    step = BRING._replace(archive=ARCHIVE)
    run = InNode(node, step)
    assert run.apply() == (DONE, "")
    node.run(["ctr", "-n", "k8s.io", "images", "import", "-"], input=oci_archive(OTHER))
    refused = InNode(node, step).apply()
    assert refused.code == REFUSED and "is another image already" in refused.words
    assert run.undo() == (UNDONE, "")
    assert held(node)[IMAGE.ref] == OTHER.digest and is_whole(node)
    node.text("ctr", "-n", "k8s.io", "images", "rm", "--sync", IMAGE.ref)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (docker_archive(OTHER), f"and not just {IMAGE.ref} of {IMAGE.id}"),
        (docker_archive(IMAGE, busybox_image("docker.io/library/two:1")), "holds docker.io/"),
        (docker_archive(IMAGE)[:4096], "it is no archive of images"),
        (b"", "it is no archive of images"),
    ],
    ids=["another image", "two images", "cut off", "empty"],
)
def test_an_archive_of_anything_else_is_refused(node: Node, data: bytes, words: str) -> None:
    node.write(ARCHIVE, data)
    before = held(node)
    ended = InNode(node, BRING._replace(archive=ARCHIVE)).apply()
    assert ended.code == REFUSED and words in ended.words
    assert held(node) == before


def test_an_image_that_docker_has_not_is_refused(node: Node) -> None:
    step = BRING._replace(name="docker.io/library/none:1")
    ended = InNode(node, step).apply()
    assert ended.code == REFUSED and "docker image inspect" in ended.words
