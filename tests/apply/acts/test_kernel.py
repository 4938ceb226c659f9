"""Parameters and modules of the kernel: what is noted, set, and put back."""

from __future__ import annotations

from pathlib import Path

import pytest

from unshim.apply.acts import kernel
from unshim.apply.failures import Stale, StepFailed
from unshim.apply.turn import Turn
from unshim.model.steps import LoadModule, SetSysctl

TURN = Turn("run-0", {})
PANIC = SetSysctl("kernel.panic", "0", "10")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A kernel of files: what is written to one changes no other."""
    for name in ("SYSCTLS", "LOADED", "MODULES", "BOOT"):
        monkeypatch.setattr(kernel, name, tmp_path / name)
    _write(tmp_path, "BOOT", "first\n")
    _write(tmp_path, "SYSCTLS/kernel/panic", "0\n")
    (tmp_path / "MODULES/overlay").mkdir(parents=True)
    return tmp_path


def _write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("net.ipv4.ip_forward", "net/ipv4/ip_forward"),
        ("net/ipv4/conf/eth0.100/forwarding", "net/ipv4/conf/eth0.100/forwarding"),
        ("net.ipv4.conf.eth0/100.forwarding", "net/ipv4/conf/eth0.100/forwarding"),
    ],
)
def test_a_key_is_read_as_systemd_reads_it(key: str, path: str) -> None:
    assert kernel.sysctl_path(key) == path


@pytest.mark.parametrize(
    "key", ["", "panic", "/kernel/panic", "kernel..panic", "kernel/../x", "a/./b", "a.b c", "a.b\n"]
)
def test_what_leads_elsewhere_is_no_key(key: str) -> None:
    with pytest.raises(ValueError, match="names no kernel parameter"):
        kernel.sysctl_path(key)


def test_a_parameter_is_set_and_put_back(folder: Path) -> None:
    file = folder / "SYSCTLS/kernel/panic"
    former = kernel.note_sysctl(PANIC)
    kernel.set_sysctl(PANIC, former, TURN)
    assert file.read_text() == "10\n"
    kernel.set_sysctl(PANIC, former, TURN)
    for _ in range(2):
        kernel.put_sysctl_back(PANIC, former, TURN)
        assert file.read_text().strip() == "0"


def test_a_parameter_that_is_not_as_planned_is_refused(folder: Path) -> None:
    former = kernel.note_sysctl(PANIC)
    _write(folder, "SYSCTLS/kernel/panic", "5\n")
    with pytest.raises(Stale, match=r"panic is 5, and was 0 when the plan was made"):
        kernel.note_sysctl(PANIC)
    with pytest.raises(Stale, match=r"panic is 5 by now, and was 0"):
        kernel.set_sysctl(PANIC, former, TURN)
    assert (folder / "SYSCTLS/kernel/panic").read_text() == "5\n"


def test_what_somebody_set_since_stays_and_how_to_go_on_is_said(folder: Path) -> None:
    former = kernel.note_sysctl(PANIC)
    kernel.set_sysctl(PANIC, former, TURN)
    _write(folder, "SYSCTLS/kernel/panic", "5\n")
    with pytest.raises(StepFailed, match=r"left as it is; put it back by `sysctl -w kernel\.panic"):
        kernel.put_sysctl_back(PANIC, former, TURN)
    assert (folder / "SYSCTLS/kernel/panic").read_text() == "5\n"
    _write(folder, "BOOT", "second\n")  # which forgot what was set, and set its own
    kernel.put_sysctl_back(PANIC, former, TURN)
    assert (folder / "SYSCTLS/kernel/panic").read_text() == "5\n"


def test_a_parameter_that_comes_with_a_module_goes_with_it(folder: Path) -> None:
    step = SetSysctl("net.bridge.bridge-nf-call-iptables", None, "0")
    former = kernel.note_sysctl(step)
    with pytest.raises(StepFailed, match=r"this kernel has no net\.bridge"):
        kernel.set_sysctl(step, former, TURN)
    file = folder / "SYSCTLS/net/bridge/bridge-nf-call-iptables"
    _write(folder, "SYSCTLS/net/bridge/bridge-nf-call-iptables", "1\n")
    kernel.set_sysctl(step, former, TURN)
    kernel.put_sysctl_back(step, former, TURN)
    assert file.read_text() == "0\n"
    with pytest.raises(Stale):
        kernel.note_sysctl(step)


def test_what_the_kernel_sets_along_is_put_back_too(folder: Path) -> None:
    step = SetSysctl("net.ipv4.ip_forward", "0", "1")
    for name in ("ip_forward", "conf/all/forwarding", "conf/eth0/forwarding"):
        _write(folder, f"SYSCTLS/net/ipv4/{name}", "0\n")
    _write(folder, "SYSCTLS/net/ipv4/conf/eth1/forwarding", "1\n")
    former = kernel.note_sysctl(step)
    for name in ("all", "eth0", "later"):
        _write(folder, f"SYSCTLS/net/ipv4/conf/{name}/forwarding", "1\n")
    (folder / "SYSCTLS/net/ipv4/conf/eth1/forwarding").unlink()
    kernel.set_sysctl(step, former, TURN)
    kernel.put_sysctl_back(step, former, TURN)
    conf = folder / "SYSCTLS/net/ipv4/conf"
    now = {path.parent.name: path.read_text().strip() for path in conf.glob("*/forwarding")}
    assert now == {"all": "0", "eth0": "0", "later": "1"}


def test_modprobe_tells_what_a_module_brings() -> None:
    shown = (
        "builtin nfnetlink\n"
        "insmod /lib/modules/6.1/kernel/net/netfilter/nf-defrag-ipv6.ko.xz \n"
        "insmod /lib/modules/6.1/kernel/net/netfilter/nf_conntrack.ko hashsize=1\n"
        "install /bin/true\n"
    )
    assert kernel.brought(shown) == ["nf_defrag_ipv6", "nf_conntrack"]


def test_a_module_that_is_there_brings_nothing_and_stays(folder: Path) -> None:
    _write(folder, "LOADED", "xt_nat 16384 0 - Live 0x0\n")
    for name in ("overlay", "xt_nat"):
        step = LoadModule(name)
        former = kernel.note_module(step)
        assert former == {"brings": [], "boot": "first"}
        kernel.load(step, former, TURN)
        kernel.unload(step, former, TURN)


def test_a_module_in_use_stays_and_how_to_go_on_is_said(folder: Path) -> None:
    _write(folder, "LOADED", "dep 1 1 ip_vs, Live 0x0\nip_vs 16384 3 - Live 0x0\n")
    step, former = LoadModule("ip_vs"), {"brings": ["dep", "ip_vs"], "boot": "first"}
    with pytest.raises(StepFailed, match="once nothing uses it: `rmmod ip_vs`"):
        kernel.unload(step, former, TURN)
    _write(folder, "BOOT", "second\n")
    kernel.unload(step, former, TURN)
