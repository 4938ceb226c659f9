"""What carrying something out disturbs. By itself: a worker loads no more than it needs."""

from __future__ import annotations

from unshim.model.values import StrEnum


class Disturbs(StrEnum):
    """The most that carrying out a fix disturbs, from nothing to a reboot."""

    NOTHING = "nothing"
    KUBELET = "kubelet-restart"
    CONTAINERD = "containerd-restart"
    DOCKER = "docker-restart"
    DRAIN = "drain"
    REBOOT = "reboot"

    @property
    def rank(self) -> int:
        return list(Disturbs).index(self)
