"""What of a file, and of what a program said, may stand in a record."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from unshim.facts.machine import logs, mounts
from unshim.facts.registry import hosts_scrub
from unshim.text import kept, redact, sieve

_KERNELS = "/proc/cmdline"


def file(path: str, data: bytes) -> bytes:
    """A file's bytes as they may be recorded: as many lines."""
    if path == mounts.PATH:
        return redact.data(mounts.scrub(data))
    if path.endswith("/hosts.toml"):
        return redact.data(hosts_scrub.scrub(data))
    if logs.of_agents(path):
        return logs.scrub(data)
    if path == _KERNELS:
        return redact.cleaned(data, redact.words)
    if any(fnmatchcase(path, pattern) for pattern in kept.WHOLE):
        return redact.data(data)
    return sieve.data(data)


def output(argv: Sequence[str], data: bytes) -> bytes:
    """What a program wrote: `systemctl show` repeats the units, others tell a release or a size."""
    return sieve.data(data) if argv[0] == "systemctl" else redact.data(data)
