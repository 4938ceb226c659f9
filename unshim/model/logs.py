"""Logs as nouns: where containers' logs lie, who keeps them small, who reads them. Data only."""

from __future__ import annotations

from collections.abc import Mapping

from unshim.model.facts import Reference
from unshim.model.nouns import NamedTuple
from unshim.model.values import Missing, Setting


class LogFile(NamedTuple):
    """A log in /var/log/pods. `size` is in bytes, of what a link leads to; `leads_to` is the file
    itself after symlinks, None where the link leads nowhere."""

    path: str
    leads_to: str | None | Missing
    size: int


class Link(NamedTuple):
    """A link in /var/log/containers; `leads_to` None where it leads nowhere."""

    path: str
    leads_to: str | None | Missing


class Logs(NamedTuple):
    """`pod_logs` are the current logs of containers; `container_links` those in
    /var/log/containers. `journal` holds the settings of journald that a file names, by key;
    `journal_persistent` is whether it is kept over a reboot. `rotation` are the lines of logrotate
    rules, `agents` those of log agents' configurations, that name a place of containers' logs.
    """

    pod_logs: tuple[LogFile, ...] | Missing
    container_links: tuple[Link, ...] | Missing
    journal: Mapping[str, Setting[str]] | Missing
    journal_persistent: Setting[bool] | Missing
    rotation: tuple[Reference, ...] | Missing
    agents: tuple[Reference, ...] | Missing
