"""Proxies: the variables that daemons get, as configured and as they run. Data only."""

from __future__ import annotations

from collections.abc import Mapping

from unshim.model.nouns import NamedTuple
from unshim.model.values import Missing, Setting

NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")

Variables = Mapping[str, Setting[str]]


def in_force(variables: Variables, name: str) -> Setting[str] | None:
    """What Go programs go by: the name in capitals where it is set to something, else in small
    letters (golang.org/x/net/http/httpproxy)."""
    for spelling in (name.upper(), name.lower()):
        variable = variables.get(spelling)
        if variable is not None and variable.value:
            return variable
    return None


class ServiceProxy(NamedTuple):
    """The variables of one daemon, by their names as they are spelt; credentials removed.

    `configured` are those its unit gives it at its next start, None where it has no unit.
    `running` are those of its process, None where none runs.
    """

    service: str
    configured: Variables | None | Missing
    running: Variables | None | Missing


class Proxies(NamedTuple):
    """`login` are those of /etc/environment, which no unit gets. `docker` are Docker's own
    settings (`http-proxy`, `https-proxy`, `no-proxy`; 23.0 and later), which go before its
    variables."""

    services: tuple[ServiceProxy, ...]
    login: Variables | Missing
    docker: Variables | Missing

    def of(self, service: str) -> ServiceProxy | None:
        """The daemon of this name: containerd, kubelet, docker, buildkit."""
        return next((one for one in self.services if one.service == service), None)
