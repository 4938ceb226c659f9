"""Bad input on a real node: sockets that lie, files that are none, names that steer terminals. It
is a finding or unknown, soon; nothing raw is shown, and looking changes nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from tests.waiting import no_hang, until

from .base import REPOSITORY
from .hostile_states import COLOUR, HOSTILE, INVALID
from .node import Node
from .recorded_states import STATES
from .states import CONFIG, CONTAINERD, CRICTL, DAEMON, FLAGS, ROTATING, running
from .terminal import UNSHIM, Terminal

SOCKET = "/run/containerd/containerd.sock"
DROP_IN = "/etc/systemd/system/kubelet.service.d/10-kubeadm.conf"
NOBODY = ("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups")
NEED_AN_ANSWER = (
    "images-incomplete",
    "images-wrong-namespace",
    "cri-plugin-failed",
    "sandbox-image-missing",
    "static-pods-not-running",
)

Results = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def sound(node_layers: None) -> Iterator[Node]:
    """A node on containerd with nothing wrong. Each test leaves it as it found it."""
    healthy = STATES["containerd-healthy"]
    state = replace(healthy, files={**healthy.files, DAEMON: ROTATING})
    with running(state, REPOSITORY, copied=False) as node:
        yield node


@pytest.fixture(scope="module")
def usual(sound: Node) -> Results:
    """What the checks come to while all is well."""
    results = looked(sound)
    assert {r["outcome"] for r in results.values()} == {"pass", "not-applicable"}
    return results


def looked(node: Node, *before: str) -> Results:
    """The results of a report that must come soon, whole, and with the exit code of the table."""
    with no_hang():
        done = node.run([*before, UNSHIM, "--report", "json"], check=False)
    assert done.stderr == b""
    assert not re.search(rb"[^\n\x20-\x7e]", done.stdout)
    results = json.loads(done.stdout)["results"]
    failed = any(r["severity"] == "error" for r in results)
    blind = any(
        r["outcome"] in ("unknown", "error") and r["highest_severity"] == "error" for r in results
    )
    assert done.returncode == (1 if failed else 3 if blind else 0)
    assert not [r for r in results if r["outcome"] == "error"]
    return {r["id"]: r for r in results}


def changed(usual: Results, now: Results) -> dict[str, str]:
    """The checks that came out otherwise, and how."""
    return {k: r["outcome"] for k, r in now.items() if r["outcome"] != usual[k]["outcome"]}


@contextmanager
def stopped(node: Node, *units: str) -> Iterator[None]:
    """These units do not run for a while."""
    node.systemctl("stop", *units)
    try:
        yield
    finally:
        if "containerd" in units:
            node.run(["rm", "-f", SOCKET])
        node.systemctl("reset-failed")  # or so many starts are too many
        node.systemctl("start", *reversed(units))
        node.wait_socket(SOCKET)
        assert set(node.systemctl("is-active", *units).split()) == {"active"}


def _listener(answer: str) -> str:
    return (
        "import os, socket, time\n"
        f"s = socket.socket(socket.AF_UNIX); s.bind({SOCKET!r}); s.listen(50); kept = []\n"
        "while True:\n"
        "    c, _ = s.accept()\n"
        "    try:\n"
        f"        {answer}\n"
        "    except OSError:\n"
        "        pass\n"
    )


SPOOFS = {
    "is stale": f"import socket; socket.socket(socket.AF_UNIX).bind({SOCKET!r})",
    "is silent": _listener("kept.append(c)"),
    "closes": _listener("c.close()"),
    "speaks HTTP/1": _listener(
        r"c.recv(99); c.sendall(b'HTTP/1.1 400 \x1b]52;c;aGk=\x07\r\nContent-Length: 0\r\n\r\n')"
    ),
    "speaks at random": _listener("c.sendall(os.urandom(65536)); c.close()"),
}


@pytest.mark.parametrize("what", SPOOFS)
def test_a_socket_that_is_not_containerds_makes_checks_unknown(
    sound: Node, usual: Results, what: str
) -> None:
    with stopped(sound, "kubelet", "containerd"):
        sound.run(["rm", "-f", SOCKET])
        run = ["systemd-run", "--quiet", "--collect", "--unit=spoof", "python3", "-c"]
        sound.run([*run, SPOOFS[what]])
        sound.wait(lambda: sound.run(["test", "-S", SOCKET], check=False).returncode == 0, SOCKET)
        try:
            now = changed(usual, looked(sound))
        finally:
            sound.systemctl("stop", "spoof", check=False)
    assert {now.get(name) for name in NEED_AN_ANSWER} == {"unknown"}, now
    assert now.get("containerd-not-running", "fail") == "fail"


def test_a_stopped_containerd_is_a_finding_and_the_rest_unknown(
    sound: Node, usual: Results
) -> None:
    with stopped(sound, "containerd"):
        now = changed(usual, looked(sound))
    assert now["containerd-not-running"] == "fail"
    assert {now[name] for name in NEED_AN_ANSWER} == {"unknown"}


def test_a_frozen_containerd_makes_checks_unknown(sound: Node, usual: Results) -> None:
    sound.run(["pkill", "-STOP", "-x", "containerd"])
    try:
        now = changed(usual, looked(sound))
    finally:
        sound.run(["pkill", "-CONT", "-x", "containerd"])
    assert now == dict.fromkeys(NEED_AN_ANSWER, "unknown")


NO_FILE = {
    "a FIFO": "mkfifo $1",
    "a folder": "mkdir $1",
    "a link to itself": "ln -s $1 $1",
    "3 MiB": "truncate -s 3M $1",
}
AS_IT_COMES = {
    "a dangling link": "ln -s /nowhere $1",
    "binary": "head -c 4096 /dev/urandom >$1",
    "empty": ": >$1",
}
FILES = (CONTAINERD, DAEMON, CRICTL, CONFIG, FLAGS, DROP_IN)


@contextmanager
def instead(node: Node, path: str, make: str) -> Iterator[None]:
    """Something else stands at a path for a while."""
    node.run(["sh", "-ec", f"mv $1 $1.kept; {make}", "sh", path])
    try:
        yield
    finally:
        node.run(["sh", "-ec", "rm -rf $1; mv $1.kept $1", "sh", path])


@pytest.mark.parametrize("what", NO_FILE)
@pytest.mark.parametrize("path", FILES)
def test_what_is_no_readable_file_makes_its_checks_unknown(
    sound: Node, usual: Results, path: str, what: str
) -> None:
    with instead(sound, path, NO_FILE[what]):
        results = looked(sound)
    now = changed(usual, results)
    assert set(now.values()) == {"unknown"}, now
    assert all(path in results[name]["reason"] for name in now)


@pytest.mark.parametrize("what", AS_IT_COMES)
@pytest.mark.parametrize("path", FILES)
def test_a_file_of_nonsense_breaks_nothing(
    sound: Node, usual: Results, path: str, what: str
) -> None:
    with instead(sound, path, AS_IT_COMES[what]):
        now = changed(usual, looked(sound))
    if path == CONTAINERD and what == "binary":
        assert now["containerd-config-parse-error"] == "fail"
        assert now["cgroup-driver-mismatch"] == "unknown"


def test_who_is_not_root_sees_what_may_be_seen_and_is_told(sound: Node, usual: Results) -> None:
    for path in ("", *FILES):
        if path:
            sound.run(["chmod", "0", path])
        results = looked(sound, *NOBODY)
        now = changed(usual, results)
        assert set(now.values()) == {"unknown"}, now
        assert {results[name]["reason"].partition(":")[0] for name in now} == {"not root"}
        if path:
            sound.run(["chmod", "0644", path])
    done = sound.run([*NOBODY, UNSHIM, "--report", "text"], check=False)
    assert (done.returncode, done.stderr) == (3, b"")
    assert b"could not be checked: not root" in b" ".join(done.stdout.split())


def test_looking_does_not_start_docker(sound: Node) -> None:
    with stopped(sound, "kubelet"):  # which asks Docker itself every 3 seconds
        sound.systemctl("start", "docker.socket")
        looks = (["--report", "json"], ["plan"], ["record", "/root/r.tar.gz"])
        assert [sound.unshim(*argv).returncode for argv in looks] == [1, 1, 0]
        with Terminal(sound) as screen:
            screen.press("m", "m metrics", "host CPU")
        states = sound.systemctl("is-active", "docker.service", "docker.socket", check=False)
        sound.systemctl("stop", "docker.socket", "docker.service")
        sound.run(["rm", "/root/r.tar.gz"])
    assert states.split() == ["inactive", "active"]


def test_processes_of_others_are_not_taken_for_daemons(sound: Node) -> None:
    names = ("kubelet", "containerd", "dockerd")
    with stopped(sound, "kubelet", "containerd"):
        before = looked(sound)
        for name in names:
            sound.run(["cp", "/bin/sleep", f"/tmp/{name}"])
            run = ["systemd-run", "--quiet", "--collect", f"--unit=fake-{name}", "--uid=65534"]
            sound.run([*run, f"/tmp/{name}", "1000"])
        try:
            count = ["pgrep", "-u", "65534", "-c", "-x", "|".join(names)]
            # systemd-run comes back before the program is in the process's place.
            until(lambda: sound.run(count, check=False).stdout.strip() == b"3", "the three")
            assert looked(sound) == before
        finally:
            sound.systemctl("stop", *(f"fake-{name}" for name in names))


@pytest.mark.parametrize(
    ("make", "reason"),
    [("printf '#!/bin/sh\\nsleep 100\\n' >/run/sc; chmod 755 /run/sc", "did not end within 3 s"),
     (": >/run/sc; chmod 644 /run/sc", "is not installed")],
    ids=["hangs", "missing"],
)  # fmt: skip
def test_without_a_systemctl_that_answers_what_rests_on_it_is_unknown(
    sound: Node, usual: Results, make: str, reason: str
) -> None:
    script = f'{make}; mount --bind /run/sc /usr/bin/systemctl && exec "$@"'
    results = looked(sound, "unshare", "-m", "sh", "-c", script, "sh")
    now = changed(usual, results)
    assert set(now.values()) == {"unknown"}, now
    assert all(f"systemctl {reason}" in results[name]["reason"] for name in now)
    assert sound.run(["pgrep", "-f", "sleep 100$"], check=False).returncode == 1, "it was killed"


def test_hostile_names_made_with_ctr_are_never_raw(sound: Node, usual: Results) -> None:
    words = HOSTILE.encode() + INVALID + b"\nFAKE \x1b[2J"
    text = words.decode("utf-8", "surrogateescape")
    ctr = ["ctr", "-n", "k8s.io"]
    sound.run([*ctr, "images", "tag", "k8s.gcr.io/pause:3.2", f"registry.example.org/{text}"])
    labels = [f"io.kubernetes.pod.{key}={text}" for key in ("name", "namespace")]
    for name in sound.text(*ctr, "containers", "ls", "-q").split():
        sound.run([*ctr, "containers", "label", name, f"note={text}", *labels])
    sound.run(["ctr", "namespaces", "create", "other", f"note={COLOUR}"])

    looked(sound)
    for verb in (["--report", "text"], ["plan"], ["plan", "images-wrong-namespace"]):
        done = sound.unshim(*verb)
        assert not _raw(done.stdout + done.stderr)
    with Terminal(sound) as screen:
        screen.press("t", "t tasks", "\\x1b")
        for key in "mfo":
            screen.send(key)
            screen.read(0.7)
        screen.send("q")
        assert screen.ended() == 0
        assert b"FAKE \x1b" not in screen.out
        moves = rb"\x1b\[[\d;?<>=$]*[A-Za-z]|\x1b\[\?[\d;]*\$p"
        assert not _raw(re.sub(moves, b"", screen.out))
        assert b"\x1b[2J" not in screen.out
        screen.out.decode("utf-8")


def _raw(data: bytes) -> list[str]:
    """What a terminal would act on beyond line ends."""
    text = data.decode("utf-8", "surrogateescape")
    return [c for c in text if not c.isprintable() and c not in "\r\n"]


def test_looking_changes_nothing(sound: Node) -> None:
    looks = ("--report json", "--report text", "plan", "list", "journal", "--demo --report text",
             "explain cgroup-driver-mismatch")  # fmt: skip
    before = _standing(sound)
    for argv in map(str.split, looks):
        assert not sound.unshim(*argv).stderr
    after = _standing(sound)
    assert [line for line in after if line not in before] == []
    assert len(after) == len(before) > 300
    assert not [line for line in after if "unshim" in line]


def _standing(node: Node) -> list[str]:
    """What lies in /etc, /var/lib and /run: kind, mode, owner, time, and the bytes of files.
    Without what daemons and this test's own entering write."""
    moving = ("/var/lib/containerd", "/var/lib/docker", "/run/containerd", "/run/docker",
              "/run/log", "/run/systemd", "/run/udev", "/var/lib/kubelet/pods")  # fmt: skip
    pruned = " -o ".join(f"-path {path}" for path in moving)
    script = (
        f"find /etc /var/lib /run \\( {pruned} \\) -prune -o -printf '%p %y %m %U %G %T@ ' "
        "\\( -type f -exec cksum {} \\; -o -printf '\\n' \\)"
    )
    return node.text("sh", "-c", script).splitlines()
