"""Modules that the kernel holds and parameters that it goes by: both last until the next boot."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from unshim.apply.acts.units import run
from unshim.apply.failures import Stale, StepFailed
from unshim.apply.turn import Former, Turn
from unshim.model.steps import LoadModule, SetSysctl

SYSCTLS = Path("/proc/sys")
LOADED = Path("/proc/modules")
MODULES = Path("/sys/module")
BOOT = Path("/proc/sys/kernel/random/boot_id")

_ALONG = {
    "net/ipv4/ip_forward": (
        "net/ipv4/conf/*/forwarding",
        "net/ipv4/conf/*/accept_redirects",
    ),
    "net/ipv4/conf/all/forwarding": (
        "net/ipv4/ip_forward",
        "net/ipv4/conf/*/forwarding",
        "net/ipv4/conf/*/accept_redirects",
    ),
    "net/ipv6/conf/all/forwarding": ("net/ipv6/conf/*/forwarding",),
    "net/ipv6/conf/all/disable_ipv6": ("net/ipv6/conf/*/disable_ipv6",),
    "vm/dirty_bytes": ("vm/dirty_ratio",),
    "vm/dirty_ratio": ("vm/dirty_bytes",),
    "vm/dirty_background_bytes": ("vm/dirty_background_ratio",),
    "vm/dirty_background_ratio": ("vm/dirty_background_bytes",),
    "vm/overcommit_kbytes": ("vm/overcommit_ratio",),
    "vm/overcommit_ratio": ("vm/overcommit_kbytes",),
}
"""What the kernel sets along with a parameter (its Documentation/networking/ip-sysctl.rst and
admin-guide/sysctl/vm.rst)."""


def sysctl_path(key: str) -> str:
    """Where a parameter stands below /proc/sys, written as systemd takes it: where the first
    separator is a dot, dots and slashes change places. Raises: ValueError."""
    first = next((c for c in key if c in "./"), "/")
    path = key.translate(str.maketrans("./", "/.")) if first == "." else key
    parts = path.split("/")
    plain = all(re.fullmatch(r"[A-Za-z0-9_.:@-]+", part) and part.strip(".") for part in parts)
    if len(parts) < 2 or not plain:
        raise ValueError(f"{key} names no kernel parameter")
    return path


def is_value(text: str) -> bool:
    """Whether this is a parameter's value as it reads: words with one blank between them."""
    return text.isascii() and text.isprintable() and text == " ".join(text.split()) != ""


def is_module(name: str) -> bool:
    """Whether a module can be named so, with the underscores that the kernel writes."""
    return re.fullmatch(r"[A-Za-z0-9_]+", name) is not None


def note_sysctl(step: SetSysctl) -> Former:
    """The parameter's value, and those that the kernel sets along with it.

    Raises:
        Stale: it is not what the plan saw.
        OSError: it cannot be read.
    """
    path = sysctl_path(step.key)
    now = _value(path)
    if now != step.before:
        raise Stale(f"{step.key} is {now}, and was {step.before} when the plan was made")
    along = (p.relative_to(SYSCTLS) for one in _ALONG.get(path, ()) for p in SYSCTLS.glob(one))
    return {"value": now, "along": {str(p): _value(str(p)) for p in along}, "boot": _boot()}


def set_sysctl(step: SetSysctl, former: Former, turn: Turn) -> None:
    """Raises: Stale, StepFailed, OSError."""
    path = sysctl_path(step.key)
    now = _value(path)
    if now is None:
        raise StepFailed(f"this kernel has no {step.key}")
    if former["value"] is not None and now not in (former["value"], step.after):
        raise Stale(f"{step.key} is {now} by now, and was {former['value']}")
    _write(path, step.after)
    now = _value(path)
    if now != step.after:
        raise StepFailed(f"{step.key} is {now} after it was set to {step.after}")


def put_sysctl_back(step: SetSysctl, former: Former, turn: Turn) -> None:
    """The former value, and those of what the kernel set along. What somebody set since stays, and
    so does, after a reboot, a value that is neither.

    Raises: StepFailed, OSError.
    """
    path, was = sysctl_path(step.key), former["value"]
    now = _value(path)
    if was is None or now is None:
        return
    if now not in (was, step.after):
        if former["boot"] != _boot():
            return
        raise StepFailed(
            f"{step.key} is {now} by now, neither {was} nor {step.after}, and is left as it is; "
            f"put it back by `sysctl -w {step.key}='{was}'`"
        )
    along = tuple(former["along"].items())
    # Of two that exclude each other, the one that was in force puts the other to a zero that
    # cannot be written; one that holds for all interfaces sets each of theirs once more.
    for other, value in (*along, (path, was), *along):
        if value is not None and _value(other) not in (None, value):
            _write(other, value)


def _value(path: str) -> str | None:
    """A parameter's words with one blank between them; None where the kernel has none of it."""
    try:
        data = (SYSCTLS / path).read_bytes()
    except FileNotFoundError:
        return None
    return b" ".join(data.split()).decode("ascii", "backslashreplace")


def _write(path: str, value: str) -> None:
    handle = os.open(SYSCTLS / path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        os.write(handle, f"{value}\n".encode())
    except OSError as error:
        raise StepFailed(f"{SYSCTLS / path}: {error.strerror}") from None
    finally:
        os.close(handle)


def _boot() -> str:
    return BOOT.read_text().strip()


def note_module(step: LoadModule) -> Former:
    """Which modules the step will load, those that it needs among them, in that order.
    Raises: StepFailed where there is no such module, OSError."""
    shown = "" if _is_there(step.name) else run(["modprobe", "-D", step.name], 30)
    return {"brings": [n for n in brought(shown) if not _is_there(n)], "boot": _boot()}


def brought(shown: str) -> Sequence[str]:
    """The modules that `modprobe -D` says it would load; what is built in is not loaded."""
    files = (line.split()[1] for line in shown.splitlines() if line.startswith("insmod "))
    return [os.path.basename(file).partition(".ko")[0].replace("-", "_") for file in files]


def load(step: LoadModule, _: Former, turn: Turn) -> None:
    """Raises: StepFailed."""
    if not _is_there(step.name):
        run(["modprobe", step.name])


def unload(step: LoadModule, former: Former, turn: Turn) -> None:
    """Without the modules that the step brought, those that nothing uses by now.
    Raises: StepFailed where the one that it is about is in use."""
    for name in reversed(former["brings"]):
        users = _loaded().get(name)
        if users == 0:
            run(["rmmod", name])
        elif users and name == step.name and former["boot"] == _boot():
            raise StepFailed(
                f"the kernel's module {name} is in use by now, and stays; once nothing uses it: "
                f"`rmmod {name}`"
            )


def _is_there(name: str) -> bool:
    """Whether a module is loaded, or built in with something to show for it."""
    return name in _loaded() or (MODULES / name).is_dir()


def _loaded() -> Mapping[str, int]:
    """How often each module is used that is loaded. A kernel without modules has none."""
    try:
        lines = LOADED.read_text().splitlines()
    except FileNotFoundError:
        return {}
    fields = (line.split() for line in lines)
    return {f[0]: int(f[2]) if f[2].isdigit() else 1 for f in fields}
