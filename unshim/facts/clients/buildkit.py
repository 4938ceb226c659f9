"""buildkitd: its process, flags and file. Flags win over the file.

Source: buildkit cmd/buildkitd/main.go, main_oci_worker.go, main_containerd_worker.go, config/ and
docs/buildkitd.toml.md of 0.2x; nerdctl pkg/buildkitutil for where its socket is looked for.
buildkitd itself was not run: no package of it was to be had.
"""

from __future__ import annotations

from collections.abc import Mapping

from unshim.facts import versions
from unshim.facts.systemd import flags, service
from unshim.facts.systemd.units import Units
from unshim.host.host import Host
from unshim.model.machine import Flag, ParseError, Process, Unit
from unshim.model.parts.clients import Buildkit, BuildRegistry
from unshim.model.values import FileText, Missing, Origin, Setting, Source, Why
from unshim.text.escape import visible
from unshim.text.marked_settings import clean, named

UNITS = ("buildkit.service", "buildkitd.service")
_NAMES = ("buildkitd",)
CONFIG = "/etc/buildkit/buildkitd.toml"
SOCKETS = (
    "/run/buildkit-k8s.io/buildkitd.sock",
    "/run/buildkit-default/buildkitd.sock",
    "/run/buildkit/buildkitd.sock",
)
_BARE = frozenset(
    {
        *("debug", "trace", "help", "h", "version", "v", "rootless", "proxy-network"),
        *("cdi-disabled", "save-cache-debug", "oci-worker-rootless", "oci-worker-gc"),
        *("oci-worker-no-process-sandbox", "oci-worker-selinux", "containerd-worker-gc"),
        *("containerd-worker-selinux", "containerd-worker-rootless"),
    }
)
_DEFAULT = Source(Origin.DEFAULT, "default of buildkitd")

Values = Mapping[str, Setting[object]]


def read(host: Host, processes: tuple[Process, ...] | Missing, units: Units) -> Buildkit:
    """buildkitd on disk, as configured, and whether it runs."""
    unit: Unit | None | Missing = next((units[name] for name in UNITS if units.get(name)), None)
    process = service.process_of(processes, unit, _NAMES)
    started = service.read(host, unit, process, _NAMES, _BARE)
    binary = versions.binary(host, _NAMES, service.paths(started, process))
    start_flags = started.flags
    if isinstance(start_flags, Missing) and start_flags.why is Why.NOT_PRESENT:
        start_flags = ()
    named = flags.last(() if isinstance(start_flags, Missing) else start_flags, "config")
    file = host.read(named.value if named else CONFIG)
    config = _config(file)
    settled = _Settled(start_flags, config)
    return Buildkit(
        binary=binary,
        version=versions.of_binary(host, binary, versions.BUILDKITD),
        process=process,
        unit=unit,
        flags=start_flags,
        config_file=file,
        config=config,
        addresses=settled.addresses(),
        oci_worker=settled.worker("oci"),
        containerd_worker=settled.worker("containerd"),
        containerd_address=settled.text("address", "/run/containerd/containerd.sock", "addr"),
        namespace=settled.text("namespace", "buildkit"),
        snapshotter=settled.text("snapshotter", "overlayfs"),
        registries=settled.registries(),
        sockets=tuple(host.socket(path) for path in SOCKETS),
    )


def _config(file: FileText | None | Missing) -> Values | ParseError | Missing:
    if file is None:
        return {}
    if isinstance(file, Missing):
        return file
    from unshim.text.toml_marks import dotted, read_toml, settings

    document = read_toml(file._replace(path=visible(file.path)))
    if isinstance(document, ParseError):
        return document
    return {
        named(dotted(key)): Setting(clean(".".join(key), setting.value), setting.source)
        for key, setting in settings(document)
    }


class _Settled:
    """Each setting's flag, else its line of the file, else its default."""

    def __init__(
        self, start_flags: tuple[Flag, ...] | Missing, config: Values | ParseError | Missing
    ) -> None:
        self._broken: Missing | None = None
        self._flags: tuple[Flag, ...] = ()
        self._values: Values = {}
        if isinstance(start_flags, Missing):
            self._broken = start_flags
        else:
            self._flags = start_flags
        if isinstance(config, ParseError):
            self._broken = Missing(f"{config.path} cannot be read: {config.message}")
        elif isinstance(config, Missing):
            self._broken = config
        else:
            self._values = config

    def addresses(self) -> Setting[tuple[str, ...]] | Missing:
        if self._broken is not None:
            return self._broken
        named = [flag for flag in self._flags if flag.name == "addr"]
        if named:
            addresses = (word for flag in named for word in (flag.value or "").split(","))
            return Setting(tuple(addresses), named[0].source)
        setting = self._values.get("grpc.address")
        if setting is not None and isinstance(setting.value, list) and setting.value:
            return Setting(tuple(map(str, setting.value)), setting.source)
        return Setting(("unix:///run/buildkit/buildkitd.sock",), _DEFAULT)

    def worker(self, name: str) -> Setting[str] | Missing:
        if self._broken is not None:
            return self._broken
        flag = flags.last(self._flags, f"{name}-worker")
        if flag is not None:
            return flag
        setting = self._values.get(f"worker.{name}.enabled")
        if setting is not None and isinstance(setting.value, bool):
            return Setting(str(setting.value).lower(), setting.source)
        return Setting("auto", _DEFAULT)

    def text(self, key: str, default: str, flag: str = "") -> Setting[str] | Missing:
        """A setting of containerd's worker."""
        if self._broken is not None:
            return self._broken
        option = flags.last(self._flags, f"containerd-worker-{flag or key}")
        if option is not None:
            return option
        setting = self._values.get(f"worker.containerd.{key}")
        if setting is not None and isinstance(setting.value, str) and setting.value:
            return Setting(setting.value, setting.source)
        return Setting(default, _DEFAULT)

    def registries(self) -> tuple[BuildRegistry, ...] | Missing:
        if self._broken is not None:
            return self._broken
        if not any(key.startswith("registry.") for key in self._values):
            return ()
        from unshim.facts.registry.registry import parts

        hosts = [parts(key) for key in self._values if key.startswith("registry.")]
        names = dict.fromkeys(path[1] for path in hosts if len(path) > 2)
        return tuple(self._registry(name) for name in names)

    def _registry(self, host: str) -> BuildRegistry:
        from unshim.text.toml_marks import dotted

        start = dotted(("registry", host))
        mirrors = self._values.get(f"{start}.mirrors")
        listed = mirrors.value if mirrors and isinstance(mirrors.value, list) else []
        return BuildRegistry(
            visible(host),
            tuple(Setting(str(text), mirrors.source) for text in listed if mirrors),
            self._switch(f"{start}.http"),
            self._switch(f"{start}.insecure"),
        )

    def _switch(self, key: str) -> Setting[bool] | None:
        setting = self._values.get(key)
        if setting is None or not isinstance(setting.value, bool):
            return None
        return Setting(setting.value, setting.source)
