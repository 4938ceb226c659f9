"""Every known setting as containerd's next start uses it: a value and its place, or the default.

The order is the daemon's: each file's top level counts key by key, where something is set at all;
a plugin's table is read over the plugin's defaults; a runtime is its own table alone, but for the
built-in runc up to 1.4 and on 2.x (see handlers).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from unshim.facts.containerd import options
from unshim.facts.containerd.document import Document
from unshim.facts.containerd.merging import ConfigFile
from unshim.facts.containerd.options import make_visible
from unshim.facts.containerd.sections import Refused, pick
from unshim.facts.containerd.tables import read_table
from unshim.model.nouns import NamedTuple
from unshim.model.values import Missing, Origin, Setting, Source, Version, Why
from unshim.releases.containerd import (
    CRI_2,
    DEFAULT_HANDLER,
    IMAGES,
    OLDEST_VERSIONS,
    RUNTIME,
    SERVER,
    built_in_type,
    knows_versions,
)
from unshim.releases.containerd_keys import RUNC, TOP, Shape, plugins, shape, spans
from unshim.releases.containerd_settings import (
    HANDLER_KEYS,
    KEYS,
    Key,
    handler_key,
)
from unshim.text.escape import visible
from unshim.text.toml_lines import Path
from unshim.text.toml_marks import Table

Values = Mapping[str, Mapping[Path, Setting[object]]]
"""What counts, by plugin and the path in its table."""

Settings = dict[str, "Setting[object] | Missing"]

OLD_DEFAULT = "default"
OLD: Mapping[str, Path] = {
    OLD_DEFAULT: ("containerd", "default_runtime"),
    "untrusted": ("containerd", "untrusted_workload_runtime"),
}
"""Tables that 1.x makes runtimes of these names, where they name a type."""

_EMPTY: tuple[object, ...] = ("", 0, False)
_NONE = Table(Source(Origin.DEFAULT, ""))
TREES = "/etc/containerd/certs.d:/etc/docker/certs.d"


def own_name(plugin: str, version: int, release: Version) -> str:
    """What a file of this version calls a plugin: 1.x takes the last word alone in version 1."""
    short = version in OLDEST_VERSIONS and release.line < (2, 0)
    return plugin.rpartition(".")[2] if short else plugin


def plugin_of(document: Document) -> Mapping[str, Table]:
    """The tables of the plugins whose keys are listed and that the release has, by full name."""
    tables: dict[str, Table] = {}
    for plugin in plugins():
        table = document.plugins.table(own_name(plugin, document.version, document.release))
        if table is not None and plugin not in (TOP, RUNC) and shape(plugin, document.release):
            tables[plugin] = _as_spelt(table) if plugin == SERVER else table
    return tables


_BELOW = ("address", "max_recv_message_size", "max_send_message_size")
"""Keys of the gRPC server that 2.3 sets itself before it reads a file: in another spelling they
lose against that."""


def _as_spelt(table: Table) -> Table:
    entries = {k: e for k, e in table.entries.items() if k in _BELOW or k.lower() not in _BELOW}
    return Table(table.source, entries)


def values(document: Document, disabled: Sequence[str]) -> Values:
    """What counts of a document.

    Raises:
        Refused: a value is of a type with which the daemon does not start.
    """
    release = document.release
    counted: dict[str, Mapping[Path, Setting[object]]] = {TOP: _top(document.files, release)}
    for plugin, table in plugin_of(document).items():
        try:
            counted[plugin] = dict(read_table(table, shape(plugin, release), release))
        except Refused:
            if own_name(plugin, document.version, release) not in disabled:
                raise
    return counted


def _top(files: Sequence[ConfigFile], release: Version) -> Mapping[Path, Setting[object]]:
    """An empty value never replaces one, not even a default, but in the one file of 1.2."""
    keys: Shape = shape(TOP, release)
    return {
        path: setting
        for file in files
        for path, setting in read_table(file.document, keys, release)
        if isinstance(setting.value, (list, dict))
        or setting.value not in _EMPTY
        or not knows_versions(release)
    }


class Runtime(NamedTuple):
    """A runtime handler's table, None for the built-in one as it is, and its path in the plugin."""

    table: Table | None
    path: Path


def is_built_in(name: str, table: Table | None, release: Version) -> bool:
    """Whether the release has this handler itself, below what a file says of it."""
    if release.line < (1, 3):
        return name == OLD_DEFAULT
    return name == DEFAULT_HANDLER and (table is None or release.line >= (2, 0))


class Effective:
    """All settings by name. A Missing says why one has no value in this release."""

    def __init__(self, document: Document, counted: Values) -> None:
        self.counted = counted
        self.tables = plugin_of(document)
        self.release = document.release
        self.default = document.default

    def settings(self, runtimes: Mapping[str, Runtime]) -> Settings:
        """`runtimes` are those that the daemon has."""
        settings: Settings = {key.name: self._of(key) for key in KEYS}
        settings["cni.bin_dirs"] = self._bin_dirs()
        settings["registry.config_path"] = self._config_path(settings["registry.config_path"])
        for table in ("mirrors", "configs", "auths", "headers"):
            settings[f"registry.{table}"] = self._hosts(table)
        settings["proxy_plugins"] = self._proxies()
        if OLD_DEFAULT in runtimes and runtimes[OLD_DEFAULT].path == OLD[OLD_DEFAULT]:
            path = (*OLD[OLD_DEFAULT], "runtime_type")
            kind = self.counted.get(CRI_2, {}).get(path)
            source = self.default if kind is None else kind.source
            settings["default_runtime_name"] = Setting(OLD_DEFAULT, source)
        for name, runtime in runtimes.items():
            settings |= self._runtime(name, runtime)
        return settings

    def _of(self, key: Key) -> Setting[object] | Missing:
        plugin, path = key.place(self.release)
        setting = self.counted.get(plugin, {}).get(path)
        if setting is not None and type(key.default) is str and type(setting.value) in (int, float):
            bare = f"{setting.value}ns" if setting.value else "0s"
            return Setting(bare, setting.source)  # a duration as a bare number
        if setting is not None:
            return make_visible(setting)
        listed = spans(plugin).get(".".join(path)) or spans(plugin).get(".".join((*path[:-1], "*")))
        if listed is None or not listed.holds(self.release):
            return self._unknown(key.name)
        return Setting(key.default_of(self.release), self.default)

    def _unknown(self, name: str) -> Missing:
        return Missing(f"containerd {self.release} has no {name}", Why.NOT_OFFERED)

    def _bin_dirs(self) -> Setting[object] | Missing:
        """One folder up to 2.0, a list since; there the old key still counts where it stands
        alone or beside the default."""
        key = next(key for key in KEYS if key.name == "cni.bin_dirs")
        plugin = key.place(self.release)[0]
        counted = self.counted.get(plugin, {})
        listed, single = counted.get(("cni", "bin_dirs")), counted.get(("cni", "bin_dir"))
        if listed is not None and isinstance(listed.value, list) and listed.value:
            if single is not None and single.value and tuple(listed.value) != key.default:
                both = f"{listed.source} and {single.source}"
                return Missing(f"cni.bin_dirs and cni.bin_dir are both set ({both}): CRI fails")
            if single is None or not single.value:
                return make_visible(listed)
        if single is not None and (single.value or self.release.line < (2, 1)):
            return Setting((visible(str(single.value)),), single.source)
        if listed is not None:
            return make_visible(listed)
        return Setting(key.default, self.default)

    def _config_path(self, setting: Setting[object] | Missing) -> Setting[object] | Missing:
        """2.2 reads certs.d unless told otherwise; 2.2.2 and later only without mirrors."""
        if isinstance(setting, Missing) or setting.value or self.release < Version(2, 2, 0):
            return setting
        if self.release < Version(2, 2, 2) and setting.source.origin is not Origin.DEFAULT:
            return setting
        if self.release >= Version(2, 2, 2) and self._hosts("mirrors").value:
            return setting
        return Setting(TREES, self.default)

    def _hosts(self, table: str) -> Setting[object]:
        """Only the names: what is set for a host may hold passwords."""
        plugin = CRI_2 if self.release.line < (2, 0) else IMAGES
        registry = pick(self.tables.get(plugin, _NONE), "registry", self.release)
        hosts = pick(registry, table, self.release) if isinstance(registry, Table) else None
        if not any(
            key.startswith(f"registry.{table}.") and span.holds(self.release)
            for key, span in spans(plugin).items()
        ):
            hosts = None  # 1.2 knows no configs, 1.3 no headers
        names = set(hosts.entries) if isinstance(hosts, Table) else set[str]()
        if table == "mirrors" and self.release.line < (1, 5):
            names.add("docker.io")
        source = hosts.source if isinstance(hosts, Table) and hosts.entries else self.default
        return Setting(tuple(sorted(map(visible, names))), source)

    def _proxies(self) -> Setting[object]:
        named = {p[1]: s for p, s in self.counted[TOP].items() if p[0] == "proxy_plugins"}
        source = next(iter(named.values())).source if named else self.default
        return Setting(tuple(sorted(map(visible, named))), source)

    def _runtime(self, name: str, runtime: Runtime) -> Settings:
        plugin = CRI_2 if self.release.line < (2, 0) else RUNTIME
        counted = self.counted.get(plugin, {})
        above = f"runtimes.{visible(name)}."
        table, base = runtime
        built_in = is_built_in(name, table, self.release)
        settings: Settings = {}
        for key, default in HANDLER_KEYS.items():
            own = handler_key(key, self.release)
            setting = counted.get((*base, own))
            listed = spans(plugin).get(f"containerd.runtimes.*.{own}")
            if listed is None or not listed.holds(self.release):
                continue
            if key == "runtime_type" and built_in:
                default = built_in_type(self.release)
            if setting is None or (key == "sandboxer" and not setting.value):
                setting = Setting(default, self.default)
            settings[above + key] = make_visible(setting)
        kind = settings.get(above + "runtime_type")
        entry = pick(table, "options", self.release) if table else None
        written = options.read(
            entry if isinstance(entry, Table) else None,
            str(kind.value) if isinstance(kind, Setting) else "",
            built_in,
            self.release,
            self.default,
        )
        for option, value in written.settings.items():
            settings[f"{above}options.{option}"] = value
        return settings
