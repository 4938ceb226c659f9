"""gather(host) -> Node: everything known about one machine at one moment, each source once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from unshim.facts.clients import buildkit, crictl, nerdctl
from unshim.facts.docker import docker
from unshim.facts.kubelet import kubelet, runtime, static_pods
from unshim.facts.machine import kernel, logs, machine, managed, storage
from unshim.facts.network import proxy
from unshim.facts.systemd import units as systemd
from unshim.host.host import Host
from unshim.host.once import OnceHost
from unshim.model.machine import Machine, Process
from unshim.model.node import Node
from unshim.model.parts.cni import Cni
from unshim.model.parts.containerd import Containerd
from unshim.model.parts.images import Images
from unshim.model.parts.kubelet import Kubelet
from unshim.model.parts.pods import Pods
from unshim.model.parts.registry import Registry
from unshim.model.values import Missing, Why, present

T = TypeVar("T")

DEADLINE = 4.8
"""Seconds a whole look at a live machine may take; what is not there by then is Missing."""


class _Reading(Generic[T]):
    """One fact being read. What breaks while reading makes this fact Missing, and no other."""

    def __init__(self, what: str, read: Callable[[], T], deadline: float, aside: bool) -> None:
        self._what = what
        self._read = read
        self._deadline = deadline
        self._answer: T | Missing = Missing(f"{what} could not be read in time", Why.TIMEOUT)
        self._done = threading.Event()
        if aside:
            # A daemon thread, so that one that hangs in the kernel cannot hold up the exit.
            threading.Thread(target=self._run, name=f"read {what}", daemon=True).start()
        else:
            self._run()

    def _run(self) -> None:
        try:
            answer: T | Missing = self._read()
        except Exception as broken:
            answer = Missing(f"{type(broken).__name__} while reading {self._what}")
        self._answer = answer
        self._done.set()

    def get(self) -> T | Missing:
        """The fact, waited for until the deadline."""
        if not self._done.wait(max(0.0, self._deadline - time.monotonic())):
            return Missing(f"{self._what} could not be read in time", Why.TIMEOUT)
        return self._answer


def gather(host: Host) -> Node:
    """The node as it is now. A live machine is read side by side, a recorded one in turn; each
    question is asked once, whoever else wants to know."""
    host = host if isinstance(host, OnceHost) else OnceHost(host)
    deadline = time.monotonic() + (DEADLINE if host.live else 3600)

    def reading(what: str, read: Callable[[], T]) -> _Reading[T]:
        return _Reading(what, read, deadline, aside=host.live)

    processes = reading("the processes", host.processes)
    units = reading("systemd's units", lambda: systemd.read(host))
    the_machine = reading("the machine", lambda: machine.read(host))

    def all_units() -> systemd.Units:
        found = units.get()
        return dict.fromkeys(systemd.UNITS, found) if isinstance(found, Missing) else found

    def cgroup_version() -> int | Missing:
        found = the_machine.get()
        return found if isinstance(found, Missing) else found.cgroup_version

    the_kubelet = reading("the kubelet", lambda: kubelet.read(host, processes.get(), all_units()))
    the_docker = reading(
        "Docker", lambda: docker.read(host, processes.get(), all_units(), cgroup_version())
    )
    the_containerd = reading("containerd", lambda: _containerd(host, processes.get(), all_units()))
    the_crictl = reading("crictl", lambda: crictl.read(host))
    images = reading("the images", lambda: _images(host, the_containerd.get()))
    pods = reading("the pods", lambda: _pods(host, the_containerd.get()))
    manifests = reading("the static pods", lambda: static_pods.read(host, the_kubelet.get()))
    the_kernel = reading("the kernel", lambda: kernel.read(host))
    the_storage = reading(
        "the disks",
        lambda: storage.read(host, the_kubelet.get(), the_containerd.get(), the_docker.get()),
    )
    the_logs = reading("the logs", lambda: logs.read(host, the_kubelet.get()))

    the_registry = reading("the registries", lambda: _registry(host, the_containerd.get()))
    the_cni = reading("CNI", lambda: _cni(host, the_containerd.get(), the_kubelet.get()))
    the_nerdctl = reading("nerdctl", lambda: nerdctl.read(host))
    the_buildkit = reading("buildkitd", lambda: buildkit.read(host, processes.get(), all_units()))
    the_proxies = reading(
        "the proxies",
        lambda: proxy.read(
            host, the_containerd.get(), the_kubelet.get(), the_docker.get(), the_buildkit.get()
        ),
    )
    distribution = reading("the distribution", lambda: managed.read(host))

    return Node(
        origin=host.origin,
        live=host.live,
        machine=present(the_machine.get()) or _unknown_machine(host),
        kubelet=the_kubelet.get(),
        containerd=the_containerd.get(),
        docker=the_docker.get(),
        crictl=the_crictl.get(),
        images=images.get(),
        pods=pods.get(),
        static_pods=manifests.get(),
        runtime=runtime.identify(the_kubelet.get(), the_containerd.get(), the_docker.get()),
        units=units.get(),
        kernel=the_kernel.get(),
        storage=the_storage.get(),
        logs=the_logs.get(),
        registry=the_registry.get(),
        cni=the_cni.get(),
        nerdctl=the_nerdctl.get(),
        buildkit=the_buildkit.get(),
        proxies=the_proxies.get(),
        distribution=distribution.get(),
    )


def _containerd(
    host: Host, processes: tuple[Process, ...] | Missing, units: systemd.Units
) -> Containerd | Missing:
    from unshim.facts.containerd.containerd import read

    return read(host, processes, units)


def _images(host: Host, of: Containerd | Missing) -> Images | Missing:
    from unshim.facts.images.images import read

    return read(host, of)


def _pods(host: Host, of: Containerd | Missing) -> Pods | Missing:
    from unshim.facts.images.pods import read

    return read(host, of)


def _registry(host: Host, of: Containerd | Missing) -> Registry | Missing:
    from unshim.facts.registry.registry import read

    return read(host, of)


def _cni(host: Host, of: Containerd | Missing, the_kubelet: Kubelet | Missing) -> Cni:
    from unshim.facts.network.cni import read

    return read(host, of, the_kubelet)


def _unknown_machine(host: Host) -> Machine:
    missing = Missing("the machine could not be read")
    return Machine("", "", "", "", missing, host.root, missing)
