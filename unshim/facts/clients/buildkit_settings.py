"""What buildkitd's flags and files come to.

Source: buildkit cmd/buildkitd/main.go, main_oci_worker.go and main_containerd_worker.go of v0.32.2.
"""

from __future__ import annotations

from collections.abc import Iterator

from unshim.facts.clients.buildkit_file import File
from unshim.facts.systemd import flags
from unshim.model.machine import Flag, ParseError, Reference
from unshim.model.parts.clients import BuildRegistry
from unshim.model.values import Missing, Origin, Setting, Source, known
from unshim.text.escape import visible

_DEFAULT = Source(Origin.DEFAULT, "default of buildkitd")

# Only of these does the usual file give what is left out of the one that --config names.
_DEFAULTS_OF_FLAGS = ("namespace",)
_WORDS = ("true", "false", "auto")
_TRUE = ("1", "t", "true")
_FALSE = ("0", "f", "false")
_SCHEMES = ("unix", "tcp", "fd")


class Settled:
    """Each setting's flag, else its line of the file, else its default."""

    def __init__(self, start_flags: tuple[Flag, ...] | Missing, own: File, usual: File) -> None:
        """`own` is the file that it reads, `usual` the one in /etc/buildkit."""
        self._own, self._usual = own, usual
        self._flags = () if isinstance(start_flags, Missing) else start_flags
        self._broken: Missing | None = start_flags if isinstance(start_flags, Missing) else None
        self.problems = self._problems()
        if isinstance(self.problems, Missing):
            self._broken = self._broken or self.problems
            return
        if not self.problems and self._broken is None:
            self.problems = tuple(self._useless())
        if self.problems:
            first = self.problems[0]
            refused = f"buildkitd does not start with {first.source.where}: {first.text}"
            self._broken = self._broken or Missing(refused)

    def _problems(self) -> tuple[Reference, ...] | Missing:
        """The lines of both files and the flags that are none to it."""
        own, usual = self._own.problems, self._usual.problems
        if isinstance(own, Missing):
            return own
        # A file of the usual place that cannot be opened is passed over with a warning.
        both = own if self._usual is self._own or isinstance(usual, Missing) else (*own, *usual)
        return (*both, *self._bad_flags())

    def _bad_flags(self) -> Iterator[Reference]:
        for flag in self._flags:
            word = _worker_word(flag.value or "")
            if flag.name in ("oci-worker", "containerd-worker") and word not in _WORDS:
                problem = f"--{flag.name}: {visible(word)[:80]} is neither true, false nor auto"
                yield Reference(problem, flag.source)

    def _useless(self) -> Iterator[Reference]:
        """What it can read and cannot work with."""
        addresses = known(self.addresses())
        for address in addresses.value:
            scheme, separator, _ = address.partition("://")
            if not separator or scheme not in _SCHEMES:
                problem = f"{visible(address)[:80]} begins with none of unix://, tcp:// and fd://"
                yield Reference(problem, addresses.source)
        oci, containerd = known(self.worker("oci")), known(self.worker("containerd"))
        if oci.value == containerd.value == "false":
            yield Reference("both workers are off, and it needs one", containerd.source)
        socket = known(self.text("address", "", "addr"))
        if containerd.value != "false" and socket.value.startswith("unix:"):
            problem = "containerd's address must be a path alone, without unix://"
            yield Reference(problem, socket.source)

    def addresses(self) -> Setting[tuple[str, ...]] | Missing:
        if self._broken is not None:
            return self._broken
        named = [flag for flag in self._flags if flag.name == "addr"]
        if named:
            return Setting(tuple(flag.value or "" for flag in named), named[0].source)
        setting = self._own.value("grpc.address")
        if setting is not None and isinstance(setting.value, list) and setting.value:
            return Setting(tuple(map(str, setting.value)), setting.source)
        return Setting(("unix:///run/buildkit/buildkitd.sock",), _DEFAULT)

    def worker(self, name: str) -> Setting[str] | Missing:
        if self._broken is not None:
            return self._broken
        flag = flags.last(self._flags, f"{name}-worker")
        if flag is not None:
            return Setting(_worker_word(flag.value), flag.source)
        setting = self._own.value(f"worker.{name}.enabled")
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
        found = self._own.text(f"worker.containerd.{key}")
        if found is None and key in _DEFAULTS_OF_FLAGS:
            found = self._usual.text(f"worker.containerd.{key}")
        return found or Setting(default, _DEFAULT)

    def client_authority(self) -> Setting[str] | None | Missing:
        """Whose clients alone are let in by TCP."""
        if self._broken is not None:
            return self._broken
        settings = [self._tls(key) for key in ("cert", "key", "ca")]
        return settings[-1] if all(settings) else None

    def _tls(self, key: str) -> Setting[str] | None:
        option = flags.last(self._flags, f"tls{'cacert' if key == 'ca' else key}")
        if option is not None and option.value:
            return option
        path = f"grpc.tls.{key}"
        return self._usual.text(path) or self._own.text(path)

    def registries(self) -> tuple[BuildRegistry, ...] | Missing:
        if self._broken is not None:
            return self._broken
        values = {} if isinstance(self._own.values, (ParseError, Missing)) else self._own.values
        if not any(key.startswith("registry.") for key in values):
            return ()
        from unshim.facts.registry.registry import parts

        hosts = [parts(key) for key in values if key.startswith("registry.")]
        names = dict.fromkeys(path[1] for path in hosts if len(path) > 2)
        return tuple(self._registry(name) for name in names)

    def _registry(self, host: str) -> BuildRegistry:
        from unshim.text.toml_marks import dotted

        start = dotted(("registry", host))
        mirrors = self._own.value(f"{start}.mirrors")
        listed = mirrors.value if mirrors and isinstance(mirrors.value, list) else []
        return BuildRegistry(
            visible(host),
            tuple(Setting(str(text), mirrors.source) for text in listed if mirrors),
            self._switch(f"{start}.http"),
            self._switch(f"{start}.insecure"),
        )

    def _switch(self, key: str) -> Setting[bool] | None:
        setting = self._own.value(key)
        if setting is None or not isinstance(setting.value, bool):
            return None
        return Setting(setting.value, setting.source)


def _worker_word(value: str) -> str:
    """What a worker's flag comes to; as written where buildkitd refuses it."""
    folded = value.lower()
    if folded in ("", "auto"):
        return "auto"
    return "true" if folded in _TRUE else "false" if folded in _FALSE else value
