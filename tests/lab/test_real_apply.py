"""Applying on a real node while things go wrong: killed, locked out, full, read-only, restarted in
vain. Whatever happens, the node is as the forecast says or as it was."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from .base import REPOSITORY
from .node import Node
from .recorded_states import STATES
from .states import CONTAINERD, CRICTL, cri, running
from .terminal import UNSHIM, Terminal
from .test_real_fixes import said, start_tasks, tasks

DONE, UNDONE, REFUSED, INTERRUPTED = 0, 4, 6, 130
QUICK, SLOW = "crictl-config-invalid", "cri-plugin-disabled"
DROP_IN = "/etc/systemd/system/containerd.service.d/slow.conf"
NOBODY = ("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups")
FRONT, WORKER = "-m unshim apply", "-m unshim.apply apply"


@pytest.fixture(scope="module")
def faulty(node_layers: None) -> Iterator[Node]:
    """A node whose crictl ignores its file and whose CRI plugin is disabled. Each test leaves it
    as it found it."""
    wrong = STATES["containerd-crictl-ignores-its-file"].files
    state = replace(STATES["containerd-cri-disabled"], files=wrong)
    with running(state, REPOSITORY, copied=False) as node:
        start_tasks(node, "one", "two")
        yield node


@pytest.fixture(autouse=True)
def as_it_was(faulty: Node) -> Iterator[None]:
    """Every test must leave files, tasks and folders as they were."""
    before, ran = standing(faulty), tasks(faulty)
    yield
    assert standing(faulty) == before
    assert tasks(faulty) == ran


def standing(node: Node) -> list[str]:
    """Every file below /etc and /var/lib/kubelet's own, with bytes, owner and mode."""
    script = "find /etc /var/lib/kubelet/*.* -type f -printf '%p %m %U %G ' -exec cksum {} \\;"
    return node.text("sh", "-c", script).splitlines()


@contextmanager
def slow_restarts(node: Node, seconds: int = 3) -> Iterator[None]:
    """containerd takes its time to start."""
    node.write(DROP_IN, f"[Service]\nExecStartPre=/bin/sleep {seconds}\n")
    node.systemctl("daemon-reload")
    try:
        yield
    finally:
        node.run(["rm", DROP_IN])
        node.systemctl("daemon-reload")


@contextmanager
def applying(node: Node, *inside: str) -> Iterator[subprocess.Popen[bytes]]:
    """`unshim apply` of the slow fix, as soon as containerd restarts; `inside` what runs it."""
    argv = node.command([*inside, UNSHIM, "apply", SLOW, "--yes"])
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as front:
        node.wait(
            lambda: node.systemctl("is-active", "containerd", check=False) == "activating",
            "containerd to restart",
            30,
        )
        yield front


def kill(node: Node, *names: str) -> None:
    """Kill processes by their command line."""
    for name in names:
        node.run(["pkill", "-9", "-f", "--", name])


def journal(node: Node) -> str:
    """The newest run's line."""
    return node.unshim("journal").stdout.decode().splitlines()[0]


def test_a_front_that_is_killed_leaves_a_worker_that_ends_and_a_lock_that_holds(
    faulty: Node,
) -> None:
    before = faulty.read(CONTAINERD)
    with slow_restarts(faulty):
        with applying(faulty) as front:
            kill(faulty, FRONT)
            assert front.wait(10) != DONE
        words = said(faulty, REFUSED, "apply", QUICK, "--yes")
        assert "uid 0 applies or undoes since" in words
        assert "is being carried out" in said(faulty, REFUSED, "undo", "--yes")
        faulty.wait(lambda: " verified " in journal(faulty), "the worker to end", 60)
    assert faulty.read(CONTAINERD) != before
    assert faulty.systemctl("is-active", "containerd") == "active"
    said(faulty, DONE, "undo", "--yes")


def test_a_worker_that_is_killed_is_taken_back_by_its_front(faulty: Node) -> None:
    with slow_restarts(faulty), applying(faulty) as front:
        kill(faulty, WORKER)
        words = front.communicate(timeout=60)[0].decode()
        assert front.returncode == UNDONE, words
        assert "was undone: the node is as it was.\n  the worker was killed" in words
    assert faulty.systemctl("is-active", "containerd") == "active"


def test_after_both_were_killed_nothing_is_applied_before_an_undo(faulty: Node) -> None:
    """Where systemd sees other files than unshim does it cannot watch over it."""
    with slow_restarts(faulty), applying(faulty, "unshare", "-m"):
        kill(faulty, FRONT, WORKER)
    assert " unfinished " in journal(faulty)
    run = journal(faulty).split()[0]
    assert f"run {run[:6]} was cut off" in said(faulty, REFUSED, "apply", QUICK, "--yes")
    said(faulty, DONE, "undo", "--yes")
    assert " undone " in journal(faulty)
    assert faulty.systemctl("is-active", "containerd") == "active"


def test_a_containerd_that_does_not_stay_up_gets_its_old_files_back(faulty: Node) -> None:
    config = faulty.read(CONTAINERD)
    # Nobody has this address: CRI cannot listen, which ends the whole daemon.
    cri('    stream_server_address = "192.0.2.77"\n')(faulty)
    doomed = faulty.read(CONTAINERD)
    words = said(faulty, UNDONE, "apply", SLOW, "--yes")
    assert "node is as it was.\n  containerd.service does not stay up" in words
    assert faulty.read(CONTAINERD) == doomed
    assert faulty.systemctl("is-active", "containerd") == "active"
    faulty.write(CONTAINERD, config)


def test_a_unit_that_systemd_has_not_read_again_is_not_restarted(faulty: Node) -> None:
    faulty.write(DROP_IN, "[Service]\nKillMode=mixed\n")
    words = said(faulty, REFUSED, "apply", SLOW, "--yes")
    assert "changed after systemd had read it" in words
    assert "systemctl daemon-reload" in words
    faulty.run(["rm", DROP_IN])


HINDRANCES = {
    "a read-only /var/lib": (
        "mount --bind /var/lib /var/lib && mount -o remount,bind,ro /var/lib",
        REFUSED,
        "the journal cannot be written: Read-only file system",
    ),
    "a full disk": (
        "mkdir /run/full && mount -t tmpfs -o size=16m lab /run/full && cp -a /etc/. /run/full && "
        "{ dd if=/dev/zero of=/run/full/fill bs=4k 2>/dev/null; mount --move /run/full /etc; }",
        UNDONE,
        "No space left on device",
    ),
    "an immutable file": (f"chattr +i {CRICTL}", UNDONE, f"{CRICTL}: Operation not permitted"),
    "a mount point": (f"mount --bind {CRICTL} {CRICTL}", UNDONE, f"{CRICTL}: Device or resource"),
    "a second name": (f"ln {CRICTL} /root/second", REFUSED, "has 2 hard links"),
    "a folder of others": ("chmod 0777 /etc", REFUSED, "can be written to by others"),
}


@pytest.mark.parametrize("name", HINDRANCES)
def test_a_file_that_cannot_be_replaced_stays_as_it_is(faulty: Node, name: str) -> None:
    hinder, code, reason = HINDRANCES[name]
    check = f"{{ cksum {CRICTL}; stat -c '%i %a %Y' {CRICTL}; find /etc -name '.unshim-*'; }}"
    script = (
        f"{hinder}\n{check} >/run/a\n{UNSHIM} apply {QUICK} --yes\necho code $?\n{check} >/run/b"
    )
    try:
        done = faulty.run(["unshare", "-m", "sh", "-c", script], check=False)
    finally:
        undo = f"chattr -i {CRICTL}; chmod 0755 /etc; rm -f /root/second; rm -rf /run/full; :"
        faulty.run(["sh", "-c", undo])
    said = (done.stdout + done.stderr).decode()
    assert f"code {code}\n" in said, said
    assert reason in said
    assert "[Errno" not in said
    assert faulty.read("/run/a") == faulty.read("/run/b")
    assert b" " in faulty.read("/run/a")


def test_a_second_apply_and_a_second_undo_change_nothing(faulty: Node) -> None:
    said(faulty, DONE, "apply", QUICK, "--yes")
    cured = standing(faulty)
    assert "passes: nothing to do" in said(faulty, DONE, "apply", QUICK, "--yes")
    assert standing(faulty) == cured
    line = journal(faulty)
    assert " verified " in line
    assert QUICK in line
    said(faulty, DONE, "undo", "--yes")
    run = line.split()[0]
    assert f"run {run[:6]} is undone" in said(faulty, REFUSED, "undo", run, "--yes")
    assert journal(faulty).split()[0] == run
    assert " undone " in journal(faulty)


def test_a_run_whose_journal_is_damaged_is_told_first_put_back_by_sh_and_set_aside(
    faulty: Node,
) -> None:
    said(faulty, DONE, "apply", QUICK, "--yes")
    run = journal(faulty).split()[0]
    number, folder = run[:6], f"/var/lib/unshim/tx/{run}"
    faulty.run(["sed", "-i", 's/"intent"/"entint"/', f"{folder}/journal"])
    why = "cannot be read: record 3 of its journal is damaged, and good ones follow"
    first = faulty.unshim("--report", "text", check=False).stdout.decode().splitlines()[0]
    assert first.startswith(f"✗ Run {number}") and "cannot be read" in first
    for words in (("undo",), ("undo", number), ("apply", SLOW)):
        refused = " ".join(said(faulty, REFUSED, *words, "--yes").split())
        assert why in refused and f"`unshim forget {number}`" in refused
    told = " ".join(said(faulty, DONE, "journal", number).split())
    assert why in told and f"`sh {folder}/RESTORE.sh`" in told
    faulty.run(["sh", f"{folder}/RESTORE.sh"])
    said(faulty, DONE, "forget", number, "--yes")
    assert run not in faulty.unshim("journal").stdout.decode()


def test_nobody_who_did_not_confirm_or_is_not_root_changes_anything(faulty: Node) -> None:
    assert "nobody is there to confirm" in said(faulty, REFUSED, "apply", QUICK)
    said(faulty, DONE, "apply", QUICK, "--yes")
    assert "nobody is there to confirm" in said(faulty, REFUSED, "undo")
    said(faulty, DONE, "undo", "--yes")
    assert "there is nothing to undo" in said(faulty, REFUSED, "undo")
    done = faulty.run([*NOBODY, UNSHIM, "apply", QUICK, "--yes"], check=False)
    assert done.returncode == REFUSED
    assert b"not root" in done.stdout
    done = faulty.run([*NOBODY, UNSHIM, "undo", "--yes"], check=False)
    assert done.returncode == REFUSED
    assert b"not root" in done.stdout


@pytest.mark.parametrize("keys", ["no\r", "\x04"], ids=["another name", "Ctrl-D"])
def test_at_the_prompt_only_the_nodes_name_goes_on(faulty: Node, keys: str) -> None:
    with Terminal(faulty, [UNSHIM, "apply", QUICK]) as screen:
        screen.wait(f"Type the node's name, {faulty.name}, to apply:")
        screen.send(keys)
        assert screen.ended() == REFUSED
        assert "Nothing was changed." in screen.picture()


def test_an_interrupt_at_the_prompt_changes_nothing(faulty: Node) -> None:
    with Terminal(faulty, [UNSHIM, "apply", QUICK]) as screen:
        screen.wait("Type the node's name")
        faulty.run(["pkill", "-INT", "-f", "--", FRONT])
        assert screen.ended() == INTERRUPTED
        assert "unshim: nothing was changed" in screen.picture()
        assert "Traceback" not in screen.picture()


def test_the_nodes_name_at_the_prompt_applies_and_takes_back(faulty: Node) -> None:
    for verb, words in (("apply", "now passes"), ("undo", "is undone")):
        with Terminal(faulty, [UNSHIM, verb, *([QUICK] if verb == "apply" else [])]) as screen:
            screen.wait("Type the node's name")
            screen.send(f"{faulty.name}\r")
            assert screen.ended() == DONE
            assert words in screen.picture()
