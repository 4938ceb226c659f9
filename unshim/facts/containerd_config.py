"""containerd's configuration as its next start uses it: one view over versions 1 to 4.

Every value names its file and line, or the release whose default it is. Where the daemon would not
start with the files, the answer is a ParseError with the reason.
"""

from __future__ import annotations

from typing import NamedTuple

from unshim.escape import visible
from unshim.facts.containerd_files import (
    ConfigFile,
    Unreadable,
    load,
    merge,
    strings,
)
from unshim.facts.containerd_releases import (
    DEFAULT_HANDLER,
    RUNC_V2,
    SNAPSHOTTER,
    SOCKET_PATH,
    line_of,
    refuses_newer_config,
)
from unshim.facts.containerd_sections import (
    CRI_1,
    CRI_2,
    SERVER,
    Refused,
    pick,
    refused,
    sections,
)
from unshim.host import Host
from unshim.model.containerd import ContainerdConfig, Handler
from unshim.model.facts import CgroupDriver, ParseError
from unshim.model.values import FileText, Missing, Origin, Setting, Source, Version
from unshim.toml_marks import Table, dotted, read_toml, settings

RUNC_TYPES = ("io.containerd.runc.v1", RUNC_V2)
"""Runtime types that know SystemdCgroup."""


class Place(NamedTuple):
    """Where the configuration is, as the daemon is started.

    `named` is whether a flag names it: only the default path may hold no file. `address` is what
    --address says, None where it is not given.
    """

    path: Setting[str]
    named: bool = False
    address: Setting[str] | None = None


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
    known = release.value if isinstance(release, Setting) else _assumed(first)
    try:
        files, complete = load(host, path, first, known) if first else ((), True)
        view = _View(place, files, known)
        if complete:
            view.check()
        config = view.config()
    except Unreadable as error:
        return error.missing
    except Refused as error:
        if error.syntax and host.live and binary and _accepted(host, binary, path):
            return Missing(f"{error.error.path}: {error.error.message}, yet containerd accepts it")
        return error.error
    return config if isinstance(release, Setting) else _unsure(config, release)


_OF_VERSION = {3: Version(2, 2, 0), 4: Version(2, 3, 0)}


def _assumed(first: FileText | None) -> Version:
    """A release to read by where none is known: one that reads this version of the file."""
    document = read_toml(first, lenient=True) if first else None
    found = document.entries.get("version") if isinstance(document, Table) else None
    number = found.value if isinstance(found, Setting) else None
    return _OF_VERSION.get(number if isinstance(number, int) else 2, Version(1, 7, 16))


def _unsure(config: ContainerdConfig, release: Missing) -> ContainerdConfig:
    """Without a release, what rests on a release's own default is not known."""
    image = config.sandbox_image
    if isinstance(image, Missing) or image.source.origin is not Origin.DEFAULT:
        return config
    reason = Missing(f"the default depends on containerd's release: {release.reason}", release.why)
    return config._replace(sandbox_image=reason)


def _accepted(host: Host, binary: str, path: str) -> bool:
    """Whether the daemon's own reader takes the files; it only reads them."""
    output = host.run([binary, "--config", path, "config", "dump"])
    return not isinstance(output, Missing) and output.code == 0


class _View:
    """One set of files, seen as one release sees them. Any method may raise Refused."""

    def __init__(self, place: Place, files: tuple[ConfigFile, ...], release: Version) -> None:
        self.place = place
        self.files = files
        self.release = release
        self.line = line_of(release)
        self.default = Source(
            Origin.DEFAULT, f"default of containerd {release.major}.{release.minor}"
        )
        if files:
            self.merged, self.version = merge(files, release)
        else:
            self.merged, self.version = Table(self.default), self.line.config
        self.cri = sections(self.merged, self.version, release)

    def config(self) -> ContainerdConfig:
        images = self.cri.images
        default_handler = self._string(self.cri.containerd, "default_runtime_name", DEFAULT_HANDLER)
        handlers = self._handlers()
        return ContainerdConfig(
            path=self.place.path,
            files=tuple(file.text for file in self.files),
            version=self._version(),
            disabled_plugins=self._names("disabled_plugins"),
            default_handler=default_handler,
            handlers=handlers,
            cgroup_driver=_driver(default_handler, handlers),
            legacy_systemd_cgroup=self._legacy(),
            snapshotter=self._string(images, "snapshotter", SNAPSHOTTER),
            discard_unpacked_layers=self._bool(images, "discard_unpacked_layers"),
            sandbox_image=self._string(
                self.cri.sandbox, self.cri.sandbox_key, self.line.sandbox_image
            ),
            address=self._address(),
            values={dotted(path): setting for path, setting in settings(self.merged)},
        )

    def check(self) -> None:
        """Raise what keeps the daemon from starting: versions and names it does not take."""
        if self.version > self.line.config and refuses_newer_config(self.release):
            newest = f"containerd {self.release} reads versions up to {self.line.config}"
            raise refused(self._version().source, f"version {self.version}: {newest}")
        if self.version < 2 and not self.line.deep_merge:
            return
        for key in ("disabled_plugins", "required_plugins"):
            for name in self._names(key):
                self._check_name(name.value, name.source, f"{key}: ")
        plugins = self.merged.table("plugins")
        if plugins is not None and not self.line.deep_merge:
            for key, entry in plugins.entries.items():
                self._check_name(key, entry.source, "plugins: ")

    def _check_name(self, name: str, source: Source, where: str) -> None:
        if self.line.deep_merge:
            full = "." in name
        else:
            ours = self.release.line < (1, 7) or name.startswith("io.containerd.")
            full = ours and name.count(".") >= 3
        if not full:
            words = f'"{visible(name)}" is no full plugin name, such as {CRI_2}'
            raise refused(source, where + words)

    def _version(self) -> Setting[int]:
        """The version that counts: on 2.x the main file's, on 1.x the last one that is named."""
        if not self.files:
            return Setting(self.line.config, self.default)
        for file in reversed(self.files[:1] if self.line.deep_merge else self.files):
            if file.version:
                return Setting(file.version, _source_of(file, self.release))
        return Setting(1, Source(Origin.DEFAULT, "no version line"))

    def _names(self, key: str) -> tuple[Setting[str], ...]:
        """Names from all files add up; 2.x drops repetitions, and renames a version 1 file's."""
        names: list[Setting[str]] = []
        for file in self.files:
            for setting in strings(file.document, key, self.release):
                name = str(setting.value)
                if self.line.deep_merge and file.version in (0, 1) and name == CRI_1:
                    name = CRI_2
                if not self.line.deep_merge or all(name != known.value for known in names):
                    names.append(Setting(name, setting.source))
        return tuple(names)

    def _handlers(self) -> tuple[Handler, ...]:
        """The runtimes. 2.x lays a file's over its own runc; 1.4 keeps runc beside others; 1.5 to
        1.7 know only those that a file names, as soon as it names any."""
        found = pick(self.cri.containerd, "runtimes", self.release)
        if isinstance(found, Setting):
            raise refused(found.source, "runtimes must be a table")
        handlers = []
        tables = found.entries if found else {}
        for name, entry in sorted(tables.items()):
            if isinstance(entry, Setting):
                raise refused(entry.source, "a runtime must be a table")
            handlers.append(self._handler(name, entry))
        keeps_runc = found is None or not (1, 5) <= self.release.line <= (1, 7)
        if keeps_runc and DEFAULT_HANDLER not in tables:
            handlers.append(self._handler(DEFAULT_HANDLER, None))
        return tuple(sorted(handlers, key=lambda handler: handler.name))

    def _handler(self, name: str, table: Table | None) -> Handler:
        """1.x knows no type for a runtime that names none, not even for its own runc."""
        built_in = name == DEFAULT_HANDLER and (table is None or self.line.deep_merge)
        kind = Setting(RUNC_V2, self.default) if built_in else None
        options = None
        if table is not None:
            kind = self._text(table, "runtime_type") or kind or Setting("", table.source)
            options = pick(table, "options", self.release)
        if isinstance(options, Setting):
            raise refused(options.source, "options must be a table")
        systemd = self._bool(options or Table(self.default), "SystemdCgroup")
        has_options = options is not None or built_in
        return Handler(visible(name), kind or Setting("", self.default), systemd, has_options)

    def _legacy(self) -> Setting[bool] | None:
        """The old key; 2.x ignores it, in whatever table it was left."""
        plugins = self.merged.table("plugins") or Table(self.merged.source)
        for table in (self.cri.cri, plugins.table(CRI_2)):
            found = pick(table, "systemd_cgroup", self.release) if table else None
            if isinstance(found, Setting) and isinstance(found.value, bool):
                return Setting(found.value, found.source)
            if isinstance(found, Setting) and not self.line.deep_merge:
                raise refused(found.source, "systemd_cgroup must be true or false")
        return None

    def _address(self) -> Setting[str]:
        if self.place.address is not None:
            return self.place.address
        plugins = self.merged.table("plugins")
        server = plugins.table(SERVER) if plugins and self.line.migrates_each_file else None
        tables = (server, pick(self.merged, "grpc", self.release))
        for table in tables:
            found = self._text(table, "address") if isinstance(table, Table) else None
            if found and found.value:
                return found
        return Setting(SOCKET_PATH, self.default)

    def _string(self, table: Table, key: str, default: str) -> Setting[str]:
        """An empty string stands for itself: the daemon takes it as such."""
        return self._text(table, key) or Setting(default, self.default)

    def _text(self, table: Table, key: str) -> Setting[str] | None:
        found = pick(table, key, self.release)
        if found is None:
            return None
        if isinstance(found, Setting) and isinstance(found.value, str):
            return Setting(visible(found.value), found.source)
        raise refused(found.source, f"{key} must be a string")

    def _bool(self, table: Table, key: str) -> Setting[bool]:
        found = pick(table, key, self.release)
        if found is None:
            return Setting(False, self.default)
        if isinstance(found, Setting) and isinstance(found.value, bool):
            return Setting(found.value, found.source)
        raise refused(found.source, f"{key} must be true or false")


def _source_of(file: ConfigFile, release: Version) -> Source:
    found = pick(file.document, "version", release)
    return found.source if found else file.document.source


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
