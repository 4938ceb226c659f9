"""How much a fix disturbs, by colour: nothing, a restart, or what pods do not outlive."""

from __future__ import annotations

from unshim.model.plan import Disturbs
from unshim.tell.lines import Ink

INKS = {
    Disturbs.NOTHING: Ink.PASS,
    Disturbs.KUBELET: Ink.WARNING,
    Disturbs.CONTAINERD: Ink.WARNING,
    Disturbs.DOCKER: Ink.WARNING,
    Disturbs.DRAIN: Ink.ERROR,
    Disturbs.REBOOT: Ink.ERROR,
}
