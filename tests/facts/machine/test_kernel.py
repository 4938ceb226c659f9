"""Modules and sysctls: now from /proc, and at the next boot by the rules of systemd."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.trees import recorded, tree
from unshim.facts.machine import kernel
from unshim.model.values import Missing, Setting

PROC = {
    "/proc/filesystems": "nodev\tsysfs\nnodev\toverlay\n\text4\n",
    "/proc/modules": "nf_conntrack 200704 2 - Live 0x0\nbr_netfilter_x 1 0 - Live 0x0\n",
    "/proc/cmdline": "BOOT_IMAGE=/vmlinuz quiet modules_load=ip-vs sysctl.vm.panic_on_oom=2\n",
    "/proc/swaps": "Filename Type Size Used Priority\n/dev/sda2 partition 1024 10 -2\n",
    "/proc/sys/net/ipv4/ip_forward": "1\n",
    "/sys/module/apparmor/parameters/enabled": "Y\n",
}


def test_what_runs_now(tmp_path: Path) -> None:
    seen = kernel.read(tree(tmp_path, PROC))
    assert seen.filesystems == {"sysfs", "overlay", "ext4"}
    assert [(s.name, s.size, s.used) for s in seen.swaps or ()] == [("/dev/sda2", 1048576, 10240)]
    loaded = {m.name: m.loaded.value for m in seen.modules if isinstance(m.loaded, Setting)}
    assert loaded == {"overlay": True, "br_netfilter": False, "nf_conntrack": True, "ip_vs": False}
    forward = seen.sysctl("net.ipv4.ip_forward").now
    assert forward
    assert (forward.value, str(forward.source)) == ("1", "/proc/sys/net/ipv4/ip_forward")
    assert seen.sysctl("net.bridge.bridge-nf-call-iptables").now is None
    assert isinstance(seen.apparmor, Setting)
    assert seen.apparmor.value is True
    assert isinstance(seen.selinux, Setting)
    assert seen.selinux.value == "disabled"


def test_a_bridge_folder_means_the_module_is_there(tmp_path: Path) -> None:
    files = {**PROC, "/proc/sys/net/bridge/bridge-nf-call-iptables": "0\n"}
    loaded = kernel.read(tree(tmp_path, files)).module("br_netfilter").loaded
    assert isinstance(loaded, Setting)
    assert loaded.value is True


def test_a_plain_tree_has_no_kernel(tmp_path: Path) -> None:
    seen = kernel.read(tree(tmp_path, {"/etc/sysctl.d/k8s.conf": "net.ipv4.ip_forward = 1\n"}))
    assert isinstance(seen.filesystems, Missing)
    assert isinstance(seen.module("overlay").loaded, Missing)
    forward = seen.sysctl("net.ipv4.ip_forward")
    assert isinstance(forward.now, Missing)
    assert isinstance(forward.at_boot, Setting)
    assert isinstance(seen.selinux, Missing)


def test_nothing_is_known_of_what_was_not_recorded(tmp_path: Path) -> None:
    seen = kernel.read(recorded(tmp_path, nothing_else_below=[]))
    for sysctl in seen.sysctls:
        assert isinstance(sysctl.now, Missing)
        assert isinstance(sysctl.at_boot, Missing)
    for module in seen.modules:
        assert isinstance(module.loaded, Missing)
        assert isinstance(module.at_boot, Missing)


def _at_boot(tmp_path: Path, files: dict[str, str | bytes], name: str) -> tuple[str, str] | None:
    found = kernel.read(tree(tmp_path, files)).sysctl(name).at_boot
    assert not isinstance(found, Missing)
    return (found.value, str(found.source)) if found else None


IP = "net.ipv4.ip_forward"
ALL = "net.ipv6.conf.all.forwarding"


@pytest.mark.parametrize(
    ("files", "name", "expected"),
    [
        ({}, IP, None),
        (
            {"/etc/sysctl.d/k.conf": "\n# no\n;no\nnet.ipv4.ip_forward=1\n"},
            IP,
            "/etc/sysctl.d/k.conf:4",
        ),
        ({"/etc/sysctl.d/k.conf": "net/ipv4/ip_forward = 1"}, IP, "/etc/sysctl.d/k.conf:1"),
        ({"/etc/sysctl.d/k.conf": "-net.ipv4.ip_forward = 1"}, IP, "/etc/sysctl.d/k.conf:1"),
        ({"/etc/sysctl.d/k.txt": "net.ipv4.ip_forward = 1"}, IP, None),
        (
            {
                "/usr/lib/sysctl.d/99-z.conf": "net.ipv4.ip_forward=1",
                "/etc/sysctl.d/10-a.conf": "net.ipv4.ip_forward=0",
            },
            IP,
            "/usr/lib/sysctl.d/99-z.conf:1",
        ),
        (
            {
                "/usr/lib/sysctl.d/50-x.conf": "net.ipv4.ip_forward=0",
                "/etc/sysctl.d/50-x.conf": "net.ipv4.ip_forward=1",
            },
            IP,
            "/etc/sysctl.d/50-x.conf:1",
        ),
        ({"/etc/sysctl.d/k.conf": "net.ipv6.conf.*.forwarding=1"}, ALL, "/etc/sysctl.d/k.conf:1"),
        (
            {
                "/etc/sysctl.d/10.conf": "net.ipv6.conf.all.forwarding=1",
                "/etc/sysctl.d/20.conf": "net.ipv6.conf.*.forwarding=0",
            },
            ALL,
            "/etc/sysctl.d/10.conf:1",
        ),
        (
            {"/etc/sysctl.d/k.conf": "net.ipv6.conf.*.forwarding=1\n-net.ipv6.conf.all.forwarding"},
            ALL,
            None,
        ),
        ({"/etc/sysctl.d/k.conf": "net.*=1\nnet.ipv6.*=1"}, ALL, None),
        ({"/proc/cmdline": "sysctl.net.ipv4.ip_forward=1 quiet"}, IP, "/proc/cmdline"),
        ({"/proc/cmdline": "sysctl.net/ipv4/ip_forward=1 quiet"}, IP, "/proc/cmdline"),
        ({"/proc/cmdline": "panic=10 panic=1 quiet"}, "kernel.panic", "/proc/cmdline"),
        ({"/proc/cmdline": "oops=panic"}, "kernel.panic_on_oops", "/proc/cmdline"),
        (
            {
                "/proc/cmdline": "sysctl.net.ipv4.ip_forward=0",
                "/etc/sysctl.d/k.conf": "net.ipv4.ip_forward=1",
            },
            IP,
            "/etc/sysctl.d/k.conf:1",
        ),
        ({"/etc/sysctl.d/.k.conf": "net.ipv4.ip_forward=1"}, IP, None),
        ({"/etc/sysctl.d/k.conf": "net.ipv4.ip_forward=1\n-net.ipv4.ip_forward"}, IP, None),
        ({"/etc/sysctl.d/k.conf": "net.ipv4.ip_forward=1\nnet.ipv4.ip_forward="}, IP, None),
        ({"/etc/sysctl.d/k.conf": "/net/ipv4/ip_forward=1"}, IP, "/etc/sysctl.d/k.conf:1"),
        (
            {"/etc/sysctl.d/k.conf": "net.ipv4.conf.all.forwarding=1"},
            IP,
            "/etc/sysctl.d/k.conf:1",
        ),
        ({"/etc/sysctl.conf": "net.ipv4.ip_forward=1"}, IP, None),
    ],
)
def test_what_sets_a_sysctl_at_boot(
    tmp_path: Path, files: dict[str, str | bytes], name: str, expected: str | None
) -> None:
    found = _at_boot(tmp_path, files, name)
    assert found == (None if expected is None else ("1", expected))


def test_a_link_to_null_takes_a_file_out(tmp_path: Path) -> None:
    host = tree(tmp_path, {"/usr/lib/sysctl.d/50-x.conf": "net.ipv4.ip_forward=1", "/etc/x": ""})
    (tmp_path / "etc" / "sysctl.d").mkdir()
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev" / "null").write_text("")
    (tmp_path / "etc" / "sysctl.d" / "50-x.conf").symlink_to("/dev/null")
    assert kernel.read(host).sysctl(IP).at_boot is None


def test_etc_sysctl_conf_counts_where_a_link_leads_to_it(tmp_path: Path) -> None:
    host = tree(tmp_path, {"/etc/sysctl.conf": "net.ipv4.ip_forward=1", "/etc/sysctl.d/x": ""})
    (tmp_path / "etc" / "sysctl.d" / "99-sysctl.conf").symlink_to("../sysctl.conf")
    found = kernel.read(host).sysctl(IP).at_boot
    assert isinstance(found, Setting)
    assert str(found.source) == "/etc/sysctl.d/99-sysctl.conf:1"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("blacklist \\\n br-netfilter\n", "/etc/modprobe.d/a.conf:1"),
        ("install br_netfilter \\\n\\\n /bin/false\n", "/etc/modprobe.d/a.conf:1"),
        ("# \\\nblacklist br_netfilter\n", None),
        ("# a \\\n b\nblacklist br_netfilter\n", "/etc/modprobe.d/a.conf:3"),
        ("; blacklist br_netfilter\n", None),
        ("options br_netfilter x=1\nsoftdep br_netfilter pre: bridge\n", None),
        ("install br_netfilter /sbin/modprobe --ignore-install br_netfilter\n", None),
    ],
)
def test_lines_of_modprobe_d(tmp_path: Path, lines: str, expected: str | None) -> None:
    seen = kernel.read(tree(tmp_path, {**PROC, "/etc/modprobe.d/a.conf": lines}))
    found = seen.module("br_netfilter").blocked
    assert not isinstance(found, Missing)
    assert (found and str(found)) == expected


@pytest.mark.parametrize(
    "word",
    [
        "modprobe.blacklist=x,br-netfilter",
        "module_blacklist=br_netfilter",
        "module-blacklist=br_netfilter",
    ],
)
def test_modules_that_the_command_line_keeps_out(tmp_path: Path, word: str) -> None:
    seen = kernel.read(tree(tmp_path, {**PROC, "/proc/cmdline": f"quiet {word}\n"}))
    assert str(seen.module("br_netfilter").blocked) == "/proc/cmdline"
    assert seen.module("overlay").blocked is None


@pytest.mark.parametrize(
    ("line", "name"),
    [("ip_vs_rr", "ip_vs"), ("ip-vs-wrr", "nf_conntrack"), ("ip_vs", "nf_conntrack")],
)
def test_a_module_that_another_needs_is_loaded_with_it(
    tmp_path: Path, line: str, name: str
) -> None:
    files = {"/proc/cmdline": "", "/etc/modules-load.d/k.conf": f"#\n{line}\n"}
    seen = kernel.read(tree(tmp_path, files))
    assert str(seen.module(name).at_boot) == "/etc/modules-load.d/k.conf:2"
    assert seen.module("overlay").at_boot is None


def test_a_module_that_may_be_built_in_is_not_said_to_be_absent(tmp_path: Path) -> None:
    index = {
        path: {"kind": "file", "text": text}
        for path, text in PROC.items()
        if not path.startswith("/sys/")
    }
    seen = kernel.read(recorded(tmp_path, paths=index, nothing_else_below=["/proc"]))
    assert isinstance(seen.module("ip_vs").loaded, Missing)
    assert isinstance(seen.module("nf_conntrack").loaded, Setting)


def test_modules_at_boot(tmp_path: Path) -> None:
    files = {
        **PROC,
        "/etc/modules-load.d/k8s.conf": "# for Kubernetes\noverlay\nbr-netfilter\n",
        "/etc/modprobe.d/no.conf": "blacklist br_netfilter\ninstall ip_vs /bin/false\n",
        "/usr/lib/modprobe.d/x.conf": "install nf_conntrack /sbin/modprobe -i nf_conntrack\n",
    }
    seen = kernel.read(tree(tmp_path, files))
    lines = {m.name: m.at_boot and str(m.at_boot) for m in seen.modules}
    assert lines == {
        "overlay": "/etc/modules-load.d/k8s.conf:2",
        "br_netfilter": "/etc/modules-load.d/k8s.conf:3",
        "nf_conntrack": None,
        "ip_vs": "/proc/cmdline",
    }
    blocked = {m.name: m.blocked and str(m.blocked) for m in seen.modules}
    assert blocked == {
        "overlay": None,
        "br_netfilter": "/etc/modprobe.d/no.conf:1",
        "nf_conntrack": None,
        "ip_vs": "/etc/modprobe.d/no.conf:2",
    }
