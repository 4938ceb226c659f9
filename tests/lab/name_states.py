"""A node whose kubelet is given names that its release does not have."""

from __future__ import annotations

from .states import DEFAULTS, LIMITS, State

# One of a later release, one that is gone, two that are misspelt.
_FIELDS = """\
failCgroupV1: false
cgroupdriver: systemd
logging:
  sanitization: true
shutdownGracePeriodByPodPriority:
- priority: 0
  seconds: 10
"""
NAMES: dict[str, State] = {
    "containerd-kubelet-1.27-with-fields-it-does-not-know": State(
        "A kubelet 1.27 ignores fields of other releases and misspelt ones, and has a deprecated "
        "flag.",
        kubelet="1.27",
        line="1.7",
        config=f"{LIMITS}{_FIELDS}",
        files={DEFAULTS: "KUBELET_EXTRA_ARGS=--maximum-dead-containers=5\n"},
    ),
}
