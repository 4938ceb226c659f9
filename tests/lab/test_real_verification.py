"""What "verified" means on a real node: units that were down or came and went, several causes at
once, and pods and tasks that must be there still."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from . import kubelet
from .base import REPOSITORY
from .kubelet import FLAGS, Pod
from .node import Node
from .states import CONFIG, CONTAINERD
from .terminal import UNSHIM
from .test_real_checks import outcomes
from .test_real_fixes import DONE, TASK_IMAGE, UNDONE, said, start_tasks, tasks

REMOVED, RUNTIME, DRIVER = (
    "kubelet-removed-flags",
    "kubelet-container-runtime-flag",
    "cgroup-driver-mismatch",
)
SOON = "/etc/systemd/system/kubelet.service.d/20-soon.conf"
EXTRA = "/etc/default/kubelet"
WEB = Pod("web")
INCOMPLETE = 5
JOB = "while [ ! -e /done ]; do sleep 0.1; done"
NO_V1 = "kubelet is configured to not run on a host using cgroup v1"


@pytest.fixture(scope="module")
def sound(node_layers: None) -> Iterator[Node]:
    """A kubelet 1.36 that runs a pod on containerd, and is soon started again when it ends. Each
    test leaves it as it found it."""
    with kubelet.boot("containerd", [WEB], "1.36", source=REPOSITORY) as node:
        node.write(SOON, "[Service]\nRestartSec=1\n")
        node.systemctl("daemon-reload")
        yield node


@pytest.fixture
def broken(sound: Node) -> Iterator[Node]:
    files = {path: sound.read(path) for path in (FLAGS, EXTRA, CONFIG, CONTAINERD)}
    yield sound
    for path, data in files.items():
        sound.write(path, data)
    sound.systemctl("restart", "containerd")
    sound.systemctl("restart", "kubelet")
    kubelet.wait_running(sound, [WEB])


def flag(node: Node, path: str, text: str) -> None:
    """Add a flag to the first variable of a file, as somebody would."""
    before = node.read(path).decode()
    name, _, value = before.strip().partition("=")
    node.write(path, f'{name}="{value.strip(chr(34))} {text}"\n')


def loops(node: Node) -> None:
    """Restart the kubelet and wait until systemd has started it again by itself, and once more."""
    node.run(["systemctl", "restart", "--no-block", "kubelet"])
    show = ("show", "-p", "NRestarts", "--value", "kubelet")
    node.wait(lambda: int(node.systemctl(*show)) > 0, "the kubelet to be started again", 60)


def three_causes(node: Node) -> None:
    flag(node, FLAGS, f"--pod-infra-container-image={kubelet.PAUSE}")
    flag(node, EXTRA, "--container-runtime=remote")
    config = node.read(CONFIG).decode().replace("cgroupDriver: cgroupfs", "cgroupDriver: systemd")
    node.write(CONFIG, config)
    loops(node)


@pytest.mark.parametrize(
    "turns",
    [
        pytest.param(
            [[REMOVED], [RUNTIME], [DRIVER]], id="one after the other", marks=pytest.mark.drill
        ),
        pytest.param(
            [[DRIVER], [RUNTIME], [REMOVED]], id="the other way round", marks=pytest.mark.drill
        ),
        pytest.param([[]], id="all by one"),
    ],
)
def test_three_causes_at_once_are_cured(broken: Node, turns: Sequence[Sequence[str]]) -> None:
    three_causes(broken)
    assert set(outcomes(broken, REMOVED, RUNTIME, DRIVER).values()) == {"fail"}
    for checks in turns:
        said(broken, DONE, "apply", *checks, "--yes")
    assert set(outcomes(broken, REMOVED, RUNTIME, DRIVER).values()) == {"pass"}
    kubelet.wait_running(broken, [WEB])


def test_a_fix_stays_though_another_cause_keeps_the_kubelet_down_and_that_is_named(
    broken: Node,
) -> None:
    flag(broken, FLAGS, f"--pod-infra-container-image={kubelet.PAUSE}")
    broken.write(CONFIG, broken.read(CONFIG).replace(b"failCgroupV1: false\n", b""))
    before = broken.read(FLAGS)
    loops(broken)
    words = " ".join(said(broken, DONE, "apply", REMOVED, "--yes").split())
    assert f"{REMOVED} now passes" in words
    assert "kubelet.service did not stay up before and does not now" in words
    assert NO_V1 in words
    said(broken, DONE, "undo", "--yes")
    assert broken.read(FLAGS) == before


def test_a_kubelet_that_does_not_come_up_is_put_back_and_its_last_words_are_told(
    broken: Node,
) -> None:
    """What it does not take is staged: it runs on, and would not start again."""
    flag(broken, FLAGS, f"--pod-infra-container-image={kubelet.PAUSE}")
    flag(broken, EXTRA, "--no-such-flag")
    before = broken.read(FLAGS), broken.read(EXTRA)
    words = " ".join(said(broken, INCOMPLETE, "apply", REMOVED, "--yes").split())
    assert "kubelet.service does not stay up after its restart; its last words:" in words
    assert "unknown flag: --no-such-flag" in words
    assert (broken.read(FLAGS), broken.read(EXTRA)) == before


@contextmanager
def looked_at(node: Node) -> Iterator[subprocess.Popen[bytes]]:
    """The cure of the driver, while it is looked at what came of it."""
    runs = node.text("sh", "-c", "ls /var/lib/unshim/tx 2>/dev/null; :").split()
    argv = node.command([UNSHIM, "apply", DRIVER, "--yes"])
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as front:
        newest = "cat $(ls -d /var/lib/unshim/tx/* | tail -n 1)/journal"

        def applied() -> bool:
            now = node.text("sh", "-c", "ls /var/lib/unshim/tx 2>/dev/null; :").split()
            return now != runs and '"applied"' in node.text("sh", "-c", newest)

        node.wait(applied, "the last step to be done", 120)
        yield front


def mismatched(node: Node) -> None:
    """The kubelet is told to use systemd's cgroups, and containerd is not."""
    config = node.read(CONFIG).decode().replace("cgroupDriver: cgroupfs", "cgroupDriver: systemd")
    node.write(CONFIG, config)
    node.systemctl("restart", "kubelet")
    kubelet.wait_running(node, [WEB])


@pytest.mark.drill
def test_a_task_that_is_lost_takes_the_change_back_and_a_job_that_is_done_does_not(
    broken: Node,
) -> None:
    start_tasks(broken, "stays")
    mismatched(broken)
    config, ran = broken.read(CONTAINERD), tasks(broken)
    with looked_at(broken) as front:
        broken.run(["ctr", "tasks", "kill", "-s", "SIGKILL", "stays"])
        words = " ".join(front.communicate(timeout=240)[0].decode().split())
    assert front.returncode == UNDONE, words
    pid = ran["default/stays"]
    assert f"the task default/stays (process {pid}) ran before and does not now" in words
    assert broken.read(CONTAINERD) == config

    broken.run(["ctr", "containers", "rm", "stays"], check=False)
    broken.run(["ctr", "run", "-d", TASK_IMAGE, "job", "/bin/sh", "-c", JOB])
    with looked_at(broken) as front:
        broken.run(["touch", f"/proc/{tasks(broken)['default/job']}/root/done"])
        words = " ".join(front.communicate(timeout=240)[0].decode().split())
    assert front.returncode == DONE, words
    assert "the task default/job ended" in words
    assert {name: pid for name, pid in tasks(broken).items() if "k8s" in name} == {
        name: pid for name, pid in ran.items() if "k8s" in name
    }
