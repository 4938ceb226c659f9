"""Modules and parameters of the kernel are asked for by name."""

from __future__ import annotations

import pytest

from unshim.model.parts.kernel import Kernel, Module, Sysctl
from unshim.model.values import Missing

NO = Missing("not recorded")
MODULES = tuple(Module(name, NO, None, None) for name in ("overlay", "br_netfilter"))
SYSCTLS = tuple(Sysctl(name, None, None) for name in ("net.ipv4.ip_forward", "vm.swappiness"))
KERNEL = Kernel(MODULES, SYSCTLS, NO, NO, NO, NO, NO)


def test_a_module_and_a_parameter_are_found_by_name() -> None:
    assert KERNEL.module("br_netfilter") is MODULES[1]
    assert KERNEL.sysctl("vm.swappiness") is SYSCTLS[1]


def test_what_is_not_looked_at_is_an_error_and_not_absent() -> None:
    with pytest.raises(KeyError, match="zfs"):
        KERNEL.module("zfs")
    with pytest.raises(KeyError, match="overlay"):
        KERNEL.sysctl("overlay")
