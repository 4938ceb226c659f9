"""containerd's configuration as its next start uses it: one view over versions 1 to 4.

Every value names its file and line, or the release whose default it is. Where the daemon would not
start with the files, the answer is a ParseError with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping

from unshim.facts.containerd import handlers
from unshim.facts.containerd.document import Document, document
from unshim.facts.containerd.effective import Effective, Settings, values
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
from unshim.model.machine import ParseError
from unshim.model.nouns import NamedTuple
from unshim.model.parts.containerd import ContainerdConfig
from unshim.model.values import FileText, Missing, Origin, Setting, Version, Why
from unshim.releases.containerd import CRI_2, beyond_known, nearest_known
from unshim.releases.containerd_settings import VARYING
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
    known = nearest_known(release.value) if isinstance(release, Setting) else _assumed(first)
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
    return _of_release(config, release)


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


def _assumed(first: FileText | None) -> Version:
    """A release to read by where none is known: one that reads this version of the file."""
    document = read_toml(first, lenient=True) if first else None
    entry = document.entries.get("version") if isinstance(document, Table) else None
    number = entry.value if isinstance(entry, Setting) else None
    return _OF_VERSION.get(number if isinstance(number, int) else 2, Version(1, 7, 16))


def _of_release(config: ContainerdConfig, release: Setting[Version] | Missing) -> ContainerdConfig:
    if isinstance(release, Missing):
        return _unsure(config, release)
    beyond = beyond_known(release.value)
    return _unsure(config, Missing(beyond, Why.NOT_OFFERED)) if beyond else config


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
        runtimes = handlers.runtimes(self.cri, self.release)
        effective = Effective(self.document, counted).settings(runtimes)
        effective |= self.place.flags
        legacy = self._legacy()
        defined = {
            name: handlers.handler(self.document, effective, name, runtimes[name], legacy)
            for name in sorted(runtimes)
        }
        default_handler = _text(effective["default_runtime_name"])
        return ContainerdConfig(
            path=self.place.path,
            files=tuple(file.text for file in self.document.files),
            version=counted_version(self.document),
            disabled_plugins=disabled,
            default_handler=default_handler,
            handlers=tuple(defined.values()),
            cgroup_driver=handlers.driver(default_handler, defined, self.release),
            legacy_systemd_cgroup=legacy,
            snapshotter=_text(effective["snapshotter"]),
            discard_unpacked_layers=self._discards(effective["discard_unpacked_layers"]),
            sandbox_image=_text(effective["sandbox_image"]),
            address=_text(effective["grpc.address"]),
            values={
                named(dotted(path)): _clean(path, s) for path, s in settings(self.document.merged)
            },
            effective=effective,
            unread=unread(self.document, counted, tuple(defined.values())),
        )

    def _discards(self, setting: Setting[object] | Missing) -> Setting[bool]:
        """Releases before 1.4 have no such key, and discard nothing."""
        if isinstance(setting, Missing):
            return Setting(False, self.document.default)
        return Setting(setting.value is True, setting.source)

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
    return Setting(clean(".".join(path), setting.value), setting.source)


def _text(setting: Setting[object] | Missing) -> Setting[str]:
    assert isinstance(setting, Setting)
    return Setting(str(setting.value), setting.source)
