"""Lines of containerd's configuration that count for nothing."""

from __future__ import annotations

from collections.abc import Iterator

from checks.runtime.config import containerd_config
from unshim.api import Evidence, Finding, Node, Seen, Severity, check

_SHOWN = 20


@check(
    Severity.WARNING,
    needs_containerd=True,
    well="containerd reads every line of its configuration",
    remedy="Correct the key or put it where it is read, and delete what no release reads any more.",
    proof=Seen("containerd 1.3 to 2.3, against their own `config dump`"),
)
def containerd_config_unread(node: Node) -> Iterator[Finding]:
    """Lines of containerd's configuration count for nothing.

    A slip of the pen, a key in another table, or one that this release no longer has: containerd
    starts without it, and 1.x does not even warn. A file of an older version that 2.x brings to its
    own loses such keys in the same way. What an earlier release read and this one gave up is
    information, all else a warning. Options of runtimes other than runc and proxy plugins are not
    judged, nor are lines that set nothing.

    Source: `containerd config dump` and the daemon's own warnings.
    """
    # `config default` of older releases writes empty values of keys that are gone.
    lost = [entry for entry in containerd_config(node).unread if not entry.empty]
    if not lost:
        return
    lost.sort(key=lambda entry: (entry.gone, not entry.nearest))
    more = len(lost) - _SHOWN
    yield Finding(
        f"containerd does not read {len(lost)} line{'s' * (len(lost) > 1)} of its configuration",
        (
            *(Evidence(e.key, e.reason, e.nearest, e.source) for e in lost[:_SHOWN]),
            *((Evidence("and more", str(more)),) if more > 0 else ()),
        ),
        hurts="What they were to set is at its default.",
        severity=Severity.INFO if all(entry.gone for entry in lost) else None,
    )
