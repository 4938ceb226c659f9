"""Kernel, disks and logs on a real node: as systemd, df and the kernel themselves say."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from unshim.facts.machine import boot_files, sysctls
from unshim.host.tree import TreeHost
from unshim.model.values import Missing

from . import kubelet, packages
from .images import busybox_image, docker_archive
from .node import Node

SYSCTLS = tuple(
    f"net.ipv4.conf.{of}.{key}"
    for of in ("all", "default", "lo")
    for key in ("arp_ignore", "arp_announce", "medium_id")
)
ETC, RUN, USR = "/etc/sysctl.d", "/run/sysctl.d", "/usr/lib/sysctl.d"

ARRANGEMENTS: Mapping[str, Mapping[str, str]] = {
    "one file": {f"{ETC}/50-a.conf": "net.ipv4.conf.lo.arp_ignore = 1\n"},
    "the last name wins, whatever its folder": {
        f"{ETC}/10-a.conf": "net.ipv4.conf.lo.arp_ignore=1\n",
        f"{USR}/90-z.conf": "net.ipv4.conf.lo.arp_ignore=2\n",
    },
    "of one name the first folder counts": {
        f"{USR}/50-a.conf": "net.ipv4.conf.lo.arp_ignore=1\nnet.ipv4.conf.lo.arp_announce=1\n",
        f"{RUN}/50-a.conf": "net.ipv4.conf.lo.arp_ignore=2\n",
    },
    "slashes": {f"{ETC}/a.conf": "net/ipv4/conf/lo/arp_ignore = 2\n"},
    "a leading dash": {f"{ETC}/a.conf": "-net.ipv4.conf.lo.arp_ignore = 2\n"},
    "comments and blanks": {
        f"{ETC}/a.conf": "; no\n#net.ipv4.conf.lo.arp_ignore=1\n\n"
        "  net.ipv4.conf.lo.arp_ignore  =  2  \n"
    },
    "a pattern": {f"{ETC}/a.conf": "net.ipv4.conf.*.arp_ignore = 1\n"},
    "a pattern never overrides a name": {
        f"{ETC}/10-a.conf": "net.ipv4.conf.lo.arp_ignore = 2\n",
        f"{ETC}/20-b.conf": "net.ipv4.conf.*.arp_ignore = 1\n",
    },
    "a name taken out of a pattern": {
        f"{ETC}/10-a.conf": "net.ipv4.conf.*.arp_ignore = 1\n-net.ipv4.conf.lo.arp_ignore\n",
    },
    "two patterns": {
        f"{ETC}/10-a.conf": "net.ipv4.conf.*.arp_ignore = 1\n",
        f"{ETC}/20-b.conf": "net.ipv4.conf.l*.arp_ignore = 2\n",
    },
    "two patterns the other way round": {
        f"{ETC}/10-a.conf": "net.ipv4.conf.l*.arp_ignore = 2\n",
        f"{ETC}/20-b.conf": "net.ipv4.conf.*.arp_ignore = 1\n",
    },
    "a star stays within its part": {f"{ETC}/a.conf": "net.ipv4.*.arp_ignore = 2\n"},
    "a file that is no .conf": {f"{ETC}/a.conf.bak": "net.ipv4.conf.lo.arp_ignore = 2\n"},
    "a pattern said again keeps its place": {
        f"{ETC}/a.conf": "net.ipv4.conf.*.arp_ignore = 1\nnet.ipv4.conf.l*.arp_ignore = 2\n"
        "net.ipv4.conf.*.arp_ignore = 1\n"
    },
    "a name taken back": {
        f"{ETC}/a.conf": "net.ipv4.conf.lo.arp_ignore = 1\n-net.ipv4.conf.lo.arp_ignore\n"
    },
    "a name taken back and set again": {
        f"{ETC}/a.conf": "-net.ipv4.conf.lo.arp_ignore\nnet.ipv4.conf.lo.arp_ignore = 1\n"
    },
    "a pattern taken back": {
        f"{ETC}/a.conf": "net.ipv4.conf.*.arp_ignore = 1\n-net.ipv4.conf.*.arp_ignore\n"
    },
    "a pattern taken out of a pattern": {
        f"{ETC}/a.conf": "net.ipv4.conf.*.arp_ignore = 1\n-net.ipv4.conf.l*.arp_ignore\n"
    },
    "a slash in front": {f"{ETC}/a.conf": "/net/ipv4//conf/lo/arp_ignore = 2\n"},
    "a hidden file": {f"{ETC}/.a.conf": "net.ipv4.conf.lo.arp_ignore = 2\n"},
    "no value": {
        f"{ETC}/a.conf": "net.ipv4.conf.lo.arp_ignore = 2\nnet.ipv4.conf.lo.arp_ignore =\n"
    },
    "no continuation": {
        f"{ETC}/a.conf": "#a \\\nnet.ipv4.conf.lo.arp_ignore = 2\n"
        "net.ipv4.conf.lo.arp_announce = \\\n1\n"
    },
    "ranges in a pattern": {
        f"{ETC}/a.conf": "net.ipv4.conf.[!l]o.arp_ignore = 2\nnet.ipv4.conf.[k-m]?.arp_announce=1\n"
    },
    "twice in one file": {
        f"{ETC}/a.conf": "net.ipv4.conf.lo.arp_ignore = 2\nnet.ipv4.conf.lo.arp_ignore = 1\n"
    },
}


def _reset(node: Node) -> None:
    node.run(["sh", "-c", f"rm -rf {ETC}/* {RUN} {USR}/*; mkdir -p {RUN}"])
    words = " ".join(f"/proc/sys/{name.replace('.', '/')}" for name in SYSCTLS)
    node.run(["sh", "-c", f"for f in {words}; do echo 0 > $f; done"])


SAME: Mapping[str, str] = {
    "one name of two": "net.ipv4.conf.all.forwarding = 1\n",
    "the later name": "net.ipv4.conf.all.forwarding = 1\nnet.ipv4.ip_forward = 0\n",
    "the later name, the other way round": "net.ipv4.ip_forward = 0\n"
    "net.ipv4.conf.all.forwarding = 1\n",
    "a pattern": "net.ipv4.conf.*.forwarding = 1\n",
    "a pattern after a name": "net.ipv4.ip_forward = 0\nnet.ipv4.conf.a*.forwarding = 1\n",
    "all of IPv6": "net.ipv6.conf.all.forwarding = 1\n",
    "all of IPv6, after the default": "net.ipv6.conf.default.forwarding = 0\n"
    "net.ipv6.conf.all.forwarding = 1\n",
    "the default alone": "net.ipv6.conf.default.forwarding = 1\n",
}


def test_a_sysctl_that_sets_another_is_told_of_both(node: Node) -> None:
    names = (
        "net.ipv4.ip_forward",
        "net.ipv6.conf.all.forwarding",
        "net.ipv6.conf.default.forwarding",
    )
    places = " ".join(f"/proc/sys/{name.replace('.', '/')}" for name in names)
    for words, text in SAME.items():
        _reset(node)
        node.run(["sh", "-c", f"for f in {places}; do echo 0 > $f; done"])
        node.write(f"{ETC}/a.conf", text.encode())
        node.run(["/lib/systemd/systemd-sysctl", "--prefix=/net"])
        found = boot_files.files(TreeHost(str(node.root)), "sysctl.d")
        assert not isinstance(found, Missing)
        at_boot = sysctls.AtBoot(list(boot_files.lines(found)))
        for name in names:
            expected = node.text("cat", f"/proc/sys/{name.replace('.', '/')}")
            setting = at_boot.value(name)
            assert (setting.value if setting else "0") == expected, (words, name, setting)


def test_sysctls_at_boot_are_those_that_systemd_sets(node: Node) -> None:
    for words, files in ARRANGEMENTS.items():
        _reset(node)
        for path, text in files.items():
            node.write(path, text.encode())
        # It fails where the kernel refuses a value.
        node.run(["/lib/systemd/systemd-sysctl", "--prefix=/net/ipv4/conf"], check=False)
        host = TreeHost(str(node.root))
        found = boot_files.files(host, "sysctl.d")
        assert not isinstance(found, Missing)
        at_boot = sysctls.AtBoot(list(boot_files.lines(found)))
        for name in SYSCTLS:
            expected = node.text("cat", f"/proc/sys/{name.replace('.', '/')}")
            setting = at_boot.value(name)
            assert (setting.value if setting else "0") == expected, (words, name, setting)


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("sysctl.d", "sysctl.d"),
        ("modules-load.d", "modules-load.d"),
        ("systemd/journald.conf.d", "systemd/journald.conf"),
    ],
)
def test_files_of_boot_folders_come_in_systemds_order(node: Node, folder: str, name: str) -> None:
    for above in ("/etc", "/run", "/usr/local/lib", "/usr/lib"):
        for file in ("50-all.conf", f"{len(above)}0-own.conf", "not.txt"):
            node.write(f"{above}/{folder}/{file}", b"# nothing\n")
    node.write("/etc/modules", b"")  # modules-load.d links to it, and minimal nodes have none
    shown = node.text("systemd-analyze", "cat-config", name)
    expected = [line[2:] for line in shown.splitlines() if line.startswith("# /")]
    found = boot_files.files(TreeHost(str(node.root)), folder)
    assert not isinstance(found, Missing)
    paths = [file.path for file in found]
    assert len(paths) >= 4
    assert paths == [path for path in expected if f"/{folder}/" in path]


def _facts(node: Node, subject: str) -> dict[str, Any]:
    done = node.unshim("facts", subject, "--json")
    found: dict[str, Any] = json.loads(done.stdout)["facts"][subject]
    return found


def test_the_kernel_is_the_one_that_runs(shared_node: Node) -> None:
    seen = _facts(shared_node, "kernel")
    for sysctl in seen["sysctls"]:
        path = f"/proc/sys/{sysctl['name'].replace('.', '/')}"
        done = shared_node.run(["cat", path], check=False)
        expected = " ".join(done.stdout.decode().split()) if done.returncode == 0 else None
        assert (sysctl["now"] or {}).get("value") == expected, sysctl
    assert "overlay" in seen["filesystems"]
    overlay = next(m for m in seen["modules"] if m["name"] == "overlay")
    assert overlay["loaded"]["value"] is True


def test_disks_are_those_that_the_kernel_tells(shared_node: Node) -> None:
    seen = _facts(shared_node, "storage")
    assert len(seen["disks"]) == 6
    for disk in seen["disks"]:
        at = disk["real"] or "/var/lib"
        told = shared_node.text("stat", "-f", "-c", "%S %b %c", at).split()
        unit, blocks, inodes = (int(number) for number in told)
        assert disk["space"]["size"] == unit * blocks, disk
        assert disk["space"]["inodes"] == inodes
        point, kind = shared_node.text("findmnt", "-n", "-o", "TARGET,FSTYPE", "-T", at).split()
        assert (disk["mount"]["point"], disk["mount"]["type"]) == (point, kind)


def test_a_mount_below_another_is_not_told(node: Node) -> None:
    script = """mkdir -p /srv/deep/a && mount -t tmpfs first /srv/deep/a
        mount -t tmpfs second /srv/deep/a && mkdir -p /srv/deep/a/b
        mount -t tmpfs third /srv/deep/a/b && mount -t tmpfs fourth /srv
        mkdir -p '/srv/deep/a/b c' && mount -t tmpfs 'a b' '/srv/deep/a/b c'"""
    node.run(["sh", "-ec", script])
    told = _facts(node, "storage")["mounts"]
    below = [(m["point"], m["device"]) for m in told if m["point"].startswith("/srv")]
    assert below == [("/srv", "fourth"), ("/srv/deep/a/b c", "a b")]
    numbers = {m["point"]: m["number"] for m in told}
    for point, number in numbers.items():
        if point in ("/", "/srv", "/var", "/srv/deep/a/b c"):
            assert node.text("stat", "-c", "%Hd:%Ld", point) == number


def test_busyboxes_df_tells_the_same(node: Node) -> None:
    def disks() -> list[tuple[str, int, int]]:
        found = _facts(node, "storage")["disks"]
        return [(d["use"], d["space"]["size"], d["space"]["inodes"]) for d in found]

    told = disks()
    node.run(["mv", "/usr/bin/df", "/usr/bin/df.gnu"])
    node.write("/usr/bin/df", packages.busybox().read_bytes(), mode=0o755)
    assert "BusyBox" in node.run(["df", "--help"], check=False).stderr.decode()
    assert disks() == told
    assert len(told) == 6


def test_docker_is_as_docker_says(node: Node) -> None:
    image = busybox_image("registry.example.org/app:1", "sleep", "1000")
    node.run(["docker", "load"], input=docker_archive(image))
    options = ["--log-opt", "max-size=1m", "--log-opt", "tag=x"]
    run = ["docker", "run", "-d", "--network=none", "--name=own", *options]
    identity = node.text(*run, "registry.example.org/app:1")
    seen = _facts(node, "docker")["running"]
    info = json.loads(node.text("docker", "info", "--format", "{{json .}}"))
    for key, told in (
        ("cgroup_driver", "CgroupDriver"),
        ("log_driver", "LoggingDriver"),
        ("storage_driver", "Driver"),
        ("root", "DockerRootDir"),
        ("live_restore", "LiveRestoreEnabled"),
    ):
        assert seen[key]["value"] == info[told]
    assert seen["version"] == info["ServerVersion"]
    (one,) = seen["containers"]
    assert (one["id"], one["name"], one["state"]) == (identity, "own", "running")
    assert (one["log_driver"], one["of_pod"]) == ("json-file", False)
    assert one["log_opts"] == {"max-size": "1m", "tag": "x"}
    shown = node.text("docker", "image", "inspect", "-f", "{{.Id}} {{.Size}}", one["image"])
    (own,) = seen["images"]
    assert f"{own['id']} {own['size']}" == shown
    assert own["names"] == ["registry.example.org/app:1"]


@pytest.fixture(scope="module", params=["dockershim", "containerd"])
def kubelet_node(request: pytest.FixtureRequest) -> Iterator[tuple[str, Node]]:
    with kubelet.boot(request.param, [kubelet.Pod("web")]) as node:
        yield request.param, node


@pytest.mark.slow
def test_logs_of_pods_lead_where_the_runtime_puts_them(kubelet_node: tuple[str, Node]) -> None:
    runtime, node = kubelet_node
    seen = _facts(node, "logs")
    logs, links = seen["pod_logs"], seen["container_links"]
    assert len(logs) == len(links) == 1
    expected = node.text("readlink", "-f", logs[0]["path"])
    assert logs[0]["leads_to"] == links[0]["leads_to"] == expected
    assert expected.startswith("/var/lib/docker/" if runtime == "dockershim" else "/var/log/pods/")
    assert logs[0]["size"] == int(node.text("stat", "-L", "-c", "%s", logs[0]["path"]))
