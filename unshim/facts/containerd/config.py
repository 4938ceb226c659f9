"""containerd's configuration as its next start uses it: one view over versions 1 to 4.

Every value names its file and line, or the release whose default it is. Where the daemon would not
start with the files, the answer is a ParseError with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping

from unshim.facts.containerd.document import Document, document
from unshim.facts.containerd.effective import (
    OLD,
    RUNC_TYPES,
    Effective,
    Runtime,
    Settings,
    values,
)
from unshim.facts.containerd.files import Unreadable, load
from unshim.facts.containerd.sections import Refused, pick, refused, sections
from unshim.facts.containerd.starting import (
    check,
    check_proxies,
    counted_version,
    plugin_names,
)
from unshim.facts.containerd.unread import unread
from unshim.host.host import Host
from unshim.model.machine import CgroupDriver, ParseError
from unshim.model.nouns import NamedTuple
from unshim.model.parts.containerd import ContainerdConfig, Handler
from unshim.model.values import FileText, Missing, Origin, Setting, Version
from unshim.releases.containerd import (
    CRI_2,
    DEFAULT_HANDLER,
)
from unshim.releases.containerd_settings import VARYING
from unshim.text.escape import visible
from unshim.text.marked_settings import clean, named
from unshim.text.toml_marks import Table, dotted, read_toml, settings


class Place(NamedTuple):
    """Where the configuration is, as the daemon is started.

    `named` is whether a flag names it: only the default path may hold no file. `flags` are the
    settings that flags give, by the names that ContainerdConfig.effective has.
    """

    path: Setting[str]
    named: bool = False
    flags: Mapping[str, Setting[object]] = {}


def read(
    host: Host, place: Place, release: Setting[Version] | Missing, binary: str | None = None
) -> ContainerdConfig | ParseError | Missing:
    """The effective configuration. `binary` is asked about TOML that our own reader refuses."""
    path = place.path.value
    first = host.read(path)
    if isinstance(first, Missing):
        return first
    if first is None and place.named:
        return ParseError(path, "is not there, though containerd is told to read it")
    known = release.value if isinstance(release, Setting) else _assume_release(first)
    try:
        files, complete = load(host, path, first, known) if first else ((), True)
        view = _View(place, document(files, known))
        if complete:
            check(view.document)
        config = view.config()
    except Unreadable as error:
        return error.missing
    except Refused as error:
        if error.syntax and host.live and binary and _is_accepted(host, binary, path):
            return Missing(f"{error.error.path}: {error.error.message}, yet containerd accepts it")
        return error.error
    config = _of_distribution(host, config, known)
    return config if isinstance(release, Setting) else _unsure(config, release)


_PACKAGED = "/usr/share/doc/containerd"
"""Debian's package and those made from it; Docker's is called containerd.io."""


def _of_distribution(host: Host, config: ContainerdConfig, release: Version) -> ContainerdConfig:
    """Debian's 1.7.24 and 2.1.9 look for CNI plugins in /usr/lib/cni where nothing is set."""
    folders = config.effective["cni.bin_dirs"]
    ours = isinstance(folders, Setting) and folders.source.origin is Origin.DEFAULT
    if not ours or release.line < (1, 7) or host.stat(_PACKAGED) is None:
        return config
    reason = "nothing sets it, and the distribution's containerd may not look in /opt/cni/bin"
    return config._replace(effective={**config.effective, "cni.bin_dirs": Missing(reason)})


_OF_VERSION = {3: Version(2, 2, 0), 4: Version(2, 3, 0)}


def _assume_release(first: FileText | None) -> Version:
    """A release to read by where none is known: one that reads this version of the file."""
    document = read_toml(first, lenient=True) if first else None
    entry = document.entries.get("version") if isinstance(document, Table) else None
    number = entry.value if isinstance(entry, Setting) else None
    return _OF_VERSION.get(number if isinstance(number, int) else 2, Version(1, 7, 16))


def _unsure(config: ContainerdConfig, release: Missing) -> ContainerdConfig:
    """Without a release, what rests on a release's own default is not known."""
    reason = Missing(f"the default depends on containerd's release: {release.reason}", release.why)
    known: Settings = {
        name: reason if _rests_on_release(name, setting) else setting
        for name, setting in config.effective.items()
    }
    image = config.sandbox_image
    if not isinstance(image, Missing) and image.source.origin is Origin.DEFAULT:
        image = reason
    return config._replace(sandbox_image=image, effective=known, unread=())


def _rests_on_release(name: str, setting: Setting[object] | Missing) -> bool:
    if isinstance(setting, Missing):
        return True
    return setting.source.origin is Origin.DEFAULT and name in VARYING


def _is_accepted(host: Host, binary: str, path: str) -> bool:
    """Whether the daemon's own reader takes the files; it only reads them."""
    output = host.run([binary, "--config", path, "config", "dump"])
    return not isinstance(output, Missing) and output.code == 0


class _View:
    """One set of files, seen as one release sees them. Any method may raise Refused."""

    def __init__(self, place: Place, of: Document) -> None:
        self.place = place
        self.document = of
        self.release = of.release
        self.line = of.line
        self.cri = sections(of.plugins, of.version, of.release)

    def config(self) -> ContainerdConfig:
        disabled = plugin_names(self.document, "disabled_plugins")
        names = [name.value for name in disabled]
        counted = values(self.document, names)
        check_proxies(self.document)
        runtimes = self._runtimes()
        effective = Effective(self.document, counted).settings(runtimes)
        effective |= self.place.flags
        handlers = tuple(
            self._handler(effective, name, runtimes[name]) for name in sorted(runtimes)
        )
        default_handler = _text(effective["default_runtime_name"])
        return ContainerdConfig(
            path=self.place.path,
            files=tuple(file.text for file in self.document.files),
            version=counted_version(self.document),
            disabled_plugins=disabled,
            default_handler=default_handler,
            handlers=handlers,
            cgroup_driver=_driver(default_handler, handlers),
            legacy_systemd_cgroup=self._legacy(),
            snapshotter=_text(effective["snapshotter"]),
            discard_unpacked_layers=_truth(effective["discard_unpacked_layers"]),
            sandbox_image=_text(effective["sandbox_image"]),
            address=_text(effective["grpc.address"]),
            values={
                named(dotted(path)): _clean(path, s) for path, s in settings(self.document.merged)
            },
            effective=effective,
            unread=unread(self.document, counted, handlers),
        )

    def _runtimes(self) -> dict[str, Runtime]:
        """The runtimes. 2.x lays a file's over its own runc; 1.4 keeps runc beside others; 1.5 to
        1.7 know only those that a file names, as soon as it names any. None: as it is built in."""
        table = pick(self.cri.containerd, "runtimes", self.release)
        if isinstance(table, Setting):
            raise refused(table.source, "runtimes must be a table")
        runtimes: dict[str, Runtime] = {}
        for name, entry in table.entries.items() if table else ():
            if isinstance(entry, Setting):
                raise refused(entry.source, "a runtime must be a table")
            runtimes[name] = Runtime(entry, ("containerd", "runtimes", name))
        if table is None or not (1, 5) <= self.release.line <= (1, 7):
            built_in = Runtime(None, ("containerd", "runtimes", DEFAULT_HANDLER))
            runtimes.setdefault(DEFAULT_HANDLER, built_in)
        if self.release.line < (2, 0):
            runtimes |= self._old_runtimes()
        return runtimes

    def _old_runtimes(self) -> dict[str, Runtime]:
        """1.x runs what default_runtime says under the name `default`, where it names a type."""
        runtimes: dict[str, Runtime] = {}
        for name, path in OLD.items():
            table = pick(self.cri.containerd, path[-1], self.release)
            kind = pick(table, "runtime_type", self.release) if isinstance(table, Table) else None
            if isinstance(table, Table) and isinstance(kind, Setting) and kind.value:
                runtimes[name] = Runtime(table, path)
        return runtimes

    def _handler(self, effective: Settings, name: str, runtime: Runtime) -> Handler:
        """1.x knows no type for a runtime that names none, not even for its own runc."""
        above = f"runtimes.{visible(name)}."
        table = runtime.table
        kind = _text(effective[above + "runtime_type"])
        if not kind.value and table is not None:
            kind = Setting("", table.source)
        options = pick(table, "options", self.release) if table is not None else None
        if isinstance(options, Setting):
            raise refused(options.source, "options must be a table")
        systemd = effective.get(above + "options.SystemdCgroup", Missing("not told"))
        if kind.value not in RUNC_TYPES:
            systemd = self._bool(options or Table(self.document.default), "SystemdCgroup")
        built_in = table is None or (name == DEFAULT_HANDLER and self.line.deep_merge)
        return Handler(visible(name), kind, _truth(systemd), options is not None or built_in)

    def _bool(self, table: Table, key: str) -> Setting[object]:
        entry = pick(table, key, self.release)
        if entry is None:
            return Setting(False, self.document.default)
        if isinstance(entry, Setting) and isinstance(entry.value, bool):
            return entry
        raise refused(entry.source, f"{key} must be true or false")

    def _legacy(self) -> Setting[bool] | None:
        """The old key; 2.x ignores it, in whatever table it was left."""
        plugins = self.document.merged.table("plugins") or Table(self.document.merged.source)
        for table in (self.cri.cri, plugins.table(CRI_2)):
            entry = pick(table, "systemd_cgroup", self.release) if table else None
            if isinstance(entry, Setting) and isinstance(entry.value, bool):
                return Setting(entry.value, entry.source)
            if isinstance(entry, Setting) and not self.line.deep_merge:
                raise refused(entry.source, "systemd_cgroup must be true or false")
        return None


def _clean(path: tuple[str, ...], setting: Setting[object]) -> Setting[object]:
    """Without its secrets: registry.configs holds passwords and tokens."""
    return Setting(clean(path[-1], setting.value), setting.source)


def _text(setting: Setting[object] | Missing) -> Setting[str]:
    assert isinstance(setting, Setting)
    return Setting(str(setting.value), setting.source)


def _truth(setting: Setting[object] | Missing) -> Setting[bool]:
    assert isinstance(setting, Setting)
    return Setting(setting.value is True, setting.source)


def _driver(
    default_handler: Setting[str], handlers: tuple[Handler, ...]
) -> Setting[CgroupDriver] | Missing:
    """The driver of the default handler: only runc's shims know SystemdCgroup."""
    name = default_handler.value
    handler = next((h for h in handlers if h.name == name), None)
    if handler is None:
        return Missing(f'the default runtime "{name}" is not defined')
    if handler.runtime_type.value not in RUNC_TYPES:
        kind = handler.runtime_type.value or "no type"
        return Missing(f'the default runtime "{name}" is of {kind}, which has no cgroup driver')
    systemd = handler.systemd_cgroup
    driver = CgroupDriver.SYSTEMD if systemd.value else CgroupDriver.CGROUPFS
    return Setting(driver, systemd.source)
