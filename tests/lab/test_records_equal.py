"""A record tells the same as its node: unshim's own, and the one that the sh script makes.

UNSHIM_ALL_STATES=1 takes every state of tests/lab/recorded_states.py (ten minutes) instead of those
that differ most.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from unshim.facts.gather import gather
from unshim.record.entries import Entry
from unshim.record.files import open_files
from unshim.record.index import Index
from unshim.record.recorded import RecordedHost
from unshim.record.sh import script

from .base import REPOSITORY
from .cgroup_v2_states import CGROUP_V2
from .hostile_states import CANARY
from .node import Node
from .packages import HOME_SUITE, unpacked
from .recorded_states import DEMO, STATES
from .states import CONTAINERD, State, running

CURL = (
    ("curl", "libcurl4", "libnghttp2-14", "libidn2-0", "librtmp1", "libssh2-1", "libpsl5"),
    ("libssl3", "libldap-2.5-0", "libbrotli1", "libgssapi-krb5-2", "libkrb5-3", "libk5crypto3"),
    ("libcom-err2", "libkrb5support0", "libkeyutils1", "libsasl2-2", "libunistring2", "libffi8"),
    ("libgnutls30", "libhogweed6", "libnettle8", "libgmp10", "libp11-kit0", "libtasn1-6"),
)
ROOT = "/var/lib/containerd"
CHOSEN = (
    "leading-on",
    "dockershim",
    "dockershim-moved-and-docker-left-running",
    "dockershim-containerd-without-cri",
    "dockershim-took-the-socket-of-containerd",
    "containerd-healthy-systemd-cgroups",
    "containerd-crictl-ignores-its-file",
    "containerd-image-incomplete",
    "containerd-image-only-in-default",
    "containerd-cri-failed",
    "containerd-configuration-broken",
    "containerd-stopped",
    "containerd-endpoint-leads-nowhere",
    "containerd-1.4",
    "containerd-2.3-with-kubelet-1.36",
    "containerd-hostile-names",
    "containerd-with-secrets",
    "containerd-without-kubelet",
)
WITHOUT_CURL = ("dockershim", "containerd-1.4", "containerd-cri-failed", "containerd-hostile-names")
"""Where the script asks with the Python that is there."""

FOLLOWED = State(
    "What is read depends on what was read before, at every turn.",
    docker="enabled",
    files={
        "/etc/containerd/conf.d/10-a.toml": 'version = 2\nimports = ["more/b.toml"]\n',
        "/etc/containerd/conf.d/more/b.toml": f'version = 2\nroot = "{ROOT}"\n'
        '[plugins."io.containerd.grpc.v1.cri".registry]\n  config_path = "/etc/certs:/etc/c2"\n'
        '[plugins."io.containerd.grpc.v1.cri".cni]\n  conf_dir = "/etc/cni/other.d"\n'
        '  bin_dir = "/usr/lib/cni"\n',
        "/etc/certs/r.io_5000_/hosts.toml": '[host."https://m.io"]\n'
        '  ca = ["ca.crt", "/etc/x.crt"]\n'
        f'[host."https://m.io".header]\n  x-own = "{CANARY}"\n',
        "/etc/certs/r.io_5000_/ca.crt": "",
        "/etc/c2/_default/client.cert": "",
        "/etc/cni/other.d/10-x.conflist": '{"name": "x", "plugins": [{"type": "loopback"}]}',
        "/etc/systemd/system/kubelet.service.d/20-more.conf": "[Service]\n"
        "EnvironmentFile=-/etc/kubelet.d/*.env\nPassEnvironment=container\n"
        f'Environment="HTTP_PROXY=http://u:{CANARY}@proxy:3128"\n',
        "/etc/kubelet.d/a.env": "KUBELET_EXTRA_ARGS=--root-dir=/var/lib/kubelet\n",
        "/etc/kubelet.d/b.env": f"NOT_USED_TOKEN={CANARY}\n",
        "/etc/docker/daemon.json": '{"data-root": "/var/lib/docker2", "exec-opts": []}',
        "/etc/docker/certs.d/d.io/ca.crt": "",
        "/etc/nerdctl/nerdctl.toml": 'namespace = "k8s.io"\n',
        "/etc/buildkit/buildkitd.toml": '[registry."docker.io"]\n  mirrors = ["m.io"]\n',
        "/etc/systemd/journald.conf.d/a.conf": "[Journal]\nSystemMaxUse=1G\n",
        "/etc/systemd/system.conf.d/p.conf": "[Manager]\nDefaultEnvironment=NO_PROXY=a\n",
        "/etc/environment": "https_proxy=http://p:1\n",
        "/etc/fluent-bit/a.conf": f"Path /var/log/containers/*.log\nHTTP_Passwd {CANARY}\n",
        "/etc/fluent/conf.d/below/b.conf": "path /var/log/pods\n",
        "/etc/logrotate.conf": "weekly\ninclude /etc/more.d\n",
        "/etc/more.d/docker": "/var/lib/docker/containers/*/*.log { }\n",
        "/etc/rsyslog.d/b.conf": "/var/lib/docker/containers\n",
        "/etc/sysctl.d/k.conf": "net.ipv4.ip_forward = 1\n",
        "/etc/modules-load.d/k.conf": "overlay\n",
        "/etc/kubernetes/kubelet.conf": f"token: {CANARY}\n",
        "/etc/kubernetes/kubeadm.yaml": "kind: ClusterConfiguration\n",
    },
    after=lambda node: _changed_since(node),
)


def _changed_since(node: Node) -> None:
    """What the daemons run with is not what their files now say."""
    node.write(CONTAINERD, _importing(node.read(CONTAINERD)))
    node.write("/etc/docker/daemon.json", '{"data-root": "/var/lib/docker3"}')


def _importing(config: bytes) -> bytes:
    folder = b"/etc/containerd"
    lines = b'imports = [\n  "%s/conf.d/*.toml", # more\n  "%s/none.*"]\n' % (folder, folder)
    return config.replace(b"version = 2\n", b"version = 2\n" + lines)


ALL = {**STATES, "demo": DEMO, "leading-on": FOLLOWED}
for _emulated in CGROUP_V2:
    del ALL[_emulated]
NAMES = tuple(ALL) if os.environ.get("UNSHIM_ALL_STATES") else CHOSEN
WRAPPER = """\
#!/bin/sh
LD_LIBRARY_PATH=$(echo /opt/curl/usr/lib/*-linux-gnu) exec /opt/curl/usr/bin/curl "$@"
"""
BUSYBOX = "/usr/local/busybox"
IN_NODE = "/root/"


@cache
def curl() -> tuple[Path, ...]:
    """Debian's curl, which speaks HTTP/2, and its libraries."""
    return tuple(unpacked(HOME_SUITE, *names).path for names in CURL)


def report(node: Node, *root: str) -> dict[str, Any]:
    """What a report comes to, but for when it was made and from what."""
    done = node.unshim("--report", "json", *root)
    assert done.returncode in (0, 1, 3), done.stderr.decode()
    found: dict[str, Any] = json.loads(done.stdout)
    found.pop("run")
    return found


def record_by_sh(node: Node, target: str, *shell: str) -> None:
    text = script()
    if BUSYBOX in " ".join(shell):
        # The script takes no caller's PATH: here its own begins with busybox's programs.
        text = text.replace("\nPATH=", f"\nPATH={BUSYBOX}:", 1)
    node.write("/root/record.sh", text)
    done = node.run([*(shell or ("dash",)), "/root/record.sh", target], timeout=100)
    assert done.stderr == b"", done.stderr.decode()


def in_busybox(node: Node) -> tuple[str, ...]:
    """busybox's shell, with busybox's own programs before all others."""
    node.run(["mkdir", "-p", BUSYBOX])
    node.run(["busybox", "--install", "-s", BUSYBOX])
    path = f"PATH={BUSYBOX}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    return ("env", path, f"{BUSYBOX}/sh")


def different(one: Any, other: Any, at: str = "") -> Iterator[str]:
    """Where two reports differ, in words."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            yield from different(one.get(key), other.get(key), f"{at}.{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from different(left, right, f"{at}[{number}]")
    elif one != other:
        yield f"{at}: {str(one)[:300]} / {str(other)[:300]}"


def unanswered(own: Path, by_sh: Path) -> Iterator[str]:
    """What unshim asked of the node and the record of the sh script has no equal answer to."""
    one, other = (Index.parse(str(p), open_files(str(p)).index()) for p in (own, by_sh))
    for path, looked in one.paths.items():
        found = other.paths.get(path)
        if looked.look is None and "\\" in path:
            continue  # a hostile name as it is shown, which a plan asked for
        if found is None or type(found.look) is not type(looked.look):
            yield f"path {path}: {looked.look} / {found}"
        elif isinstance(looked.look, Entry) and isinstance(found.look, Entry):
            yield from _of_entry(path, looked.look, found.look)
    for what in ("commands", "calls", "http", "sockets", "environments"):
        asked, answered = getattr(one, what), getattr(other, what)
        for key, answer in asked.items():
            if key not in answered and not (what == "commands" and key[-2:] == ("config", "dump")):
                yield f"{what} {key}"
            elif key in answered and _differ(what, key, answer, answered[key]):
                yield f"{what} {key}: {answer} / {answered[key]}"
    if one.processes != other.processes:
        yield f"processes {one.processes} / {other.processes}"


def beyond(own: Path, by_sh: Path) -> Iterator[str]:
    """Contents in the record of the sh script that unshim itself did not read."""
    one, other = (Index.parse(str(p), open_files(str(p)).index()) for p in (own, by_sh))
    read = {
        looked.look.real or path
        for path, looked in one.paths.items()
        if isinstance(looked.look, Entry) and looked.look.file
    }
    for path, found in other.paths.items():
        held = isinstance(found.look, Entry) and found.look.file
        if isinstance(found.look, Entry) and held and (found.look.real or path) not in read:
            yield f"path {path}"
    for what in ("commands", "http", "environments"):
        yield from (
            f"{what} {key}" for key in getattr(other, what) if key not in getattr(one, what)
        )


def contents(record: Path) -> Iterator[bytes]:
    """The bytes of everything in a record."""
    files = open_files(str(record))
    yield files.index()
    for looked in Index.parse(str(record), files.index()).paths.values():
        if isinstance(looked.look, Entry) and looked.look.file:
            yield files.read(looked.look.file)


def facts(record: Path) -> dict[str, object]:
    """Every fact of a recorded node by its name, but for what changes by the second."""
    return dict(_facts(gather(RecordedHost(str(record)))._replace(origin=""), ""))


def _facts(value: object, at: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        pairs = [(f".{name}", getattr(value, name)) for name in value._fields]
    elif isinstance(value, (tuple, list)):
        # Docker lists its images in no order.
        ordered = sorted(value, key=repr) if at == ".docker.running.images" else value
        pairs = [(f"[{number}]", inner) for number, inner in enumerate(ordered)]
    elif isinstance(value, Mapping):
        pairs = [(f"[{key!r}]", inner) for key, inner in value.items()]
    elif at.endswith((".used", ".available", ".inodes_free")):
        return
    else:
        # busybox tells no parts of a second.
        moment = isinstance(value, float) and at.endswith((".mtime", ".changed"))
        yield at, int(value) if moment and isinstance(value, float) else repr(value)
        return
    for name, inner in pairs:
        yield from _facts(inner, at + name)


def _differ(what: str, key: Any, own: Any, by_sh: Any) -> bool:
    """What is free on a disk changes by the second, and more variables may be recorded."""
    if type(own) is not type(by_sh):
        return True
    if what == "environments" and isinstance(own, dict):
        return not own.items() <= by_sh.items()
    if what in ("commands", "sockets"):
        return bool(own != by_sh) and key[0] != "df"
    return False


def _of_entry(path: str, own: Entry, by_sh: Entry) -> Iterator[str]:
    if own.size is None and own.names is None and own.file is None:
        parts: tuple[str, ...] = ("real", "unread")  # it was only followed
    else:
        parts = ("kind", "mode", "uid", "gid", "size", "real", "names", "unread")
    for part in parts:
        asked, answered = getattr(own, part), getattr(by_sh, part)
        if asked and asked != answered and not (part == "mode" and own.size is None):
            yield f"path {path}: {part} {asked} / {answered}"
    if own.file and not by_sh.file:
        yield f"path {path}: its bytes"


@pytest.mark.parametrize("name", NAMES)
def test_both_records_tell_what_the_node_tells(
    name: str, node_layers: None, tmp_path: Path
) -> None:
    with booted(ALL[name], name not in WITHOUT_CURL) as node:
        shell = in_busybox(node) if len(name) % 2 else ("dash",)
        live, own, by_sh = taken(node, tmp_path, shell)
        assert list(different(live, report(node, "--root", IN_NODE + own.name))) == []
        assert list(different(live, report(node, "--root", IN_NODE + by_sh.name))) == [], shell
        assert node.text("find", "/root", "/run", "-name", "*unshim-record-*") == ""
    assert list(unanswered(own, by_sh)) == []
    assert list(beyond(own, by_sh)) == []
    of_own, of_sh = facts(own), facts(by_sh)
    assert len(of_own) > 500
    assert {k: (v, of_sh.get(k)) for k, v in of_own.items() if of_sh.get(k) != v} == {}
    assert CANARY.encode() not in b"".join(contents(by_sh)).lower()


def taken(node: Node, folder: Path, shell: Sequence[str]) -> tuple[dict[str, Any], Path, Path]:
    """The live report and both records, of a moment in which the node did not change."""
    for turn in range(4):
        names = [f"own-{turn}.tar.gz", f"sh-{turn}.tar.gz", f"after-{turn}.tar.gz"]
        node.run(["/opt/unshim/bin/unshim", "record", IN_NODE + names[0]])
        live = report(node)
        record_by_sh(node, IN_NODE + names[1], *shell)
        node.run(["/opt/unshim/bin/unshim", "record", IN_NODE + names[2]])
        own, by_sh, after = (folder / name for name in names)
        for file in (own, by_sh, after):
            file.write_bytes(node.read(IN_NODE + file.name))
        if facts(own) == facts(after):
            return live, own, by_sh
    raise AssertionError("the node does not come to rest")


def booted(state: State, with_curl: bool = True) -> Node:
    """The node of a state, and a curl that is found on it."""
    node = running(state, REPOSITORY, copied=False)
    try:
        for tree in curl() if with_curl else ():
            shutil.copytree(tree, node.root / "opt/curl", symlinks=True, dirs_exist_ok=True)
        if with_curl:
            node.write("/usr/local/bin/curl", WRAPPER, 0o755)
    except BaseException:
        node.stop()
        raise
    return node
