"""The KubeletConfiguration: the file of --config, then the drop-ins of --config-dir."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from unshim.facts.kubelet import drop_ins, merging
from unshim.facts.systemd import flags as flag_reading
from unshim.host.host import Host
from unshim.model.machine import Flag, ParseError
from unshim.model.nouns import NamedTuple
from unshim.model.values import FileText, Missing, Origin, Setting, Source, Version, Why, present
from unshim.releases import kubelet as releases
from unshim.releases.kubelet_row import LAST
from unshim.text import yaml_marks
from unshim.text.escape import visible
from unshim.text.marked_settings import settings

Config = Mapping[str, Setting[object]] | ParseError | Missing
_NOTHING: Mapping[str, Setting[object]] = {}
_RESET = Missing(
    "kubelet 1.28 also resets what a drop-in of --config-dir does not name, which is not followed"
)
_VARIABLE = (
    f"--config-dir makes kubelet 1.{{}} end without {releases.DROP_IN_VARIABLE} in its environment"
)


class KubeletConfig(NamedTuple):
    """The file itself, None where --config names none; its values by dotted key, drop-ins merged
    over them; the drop-ins in their order, and the folders that they were looked for in."""

    file: FileText | None | Missing = None
    values: Config = _NOTHING
    drop_ins: tuple[FileText, ...] = ()
    folders: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[FileText, ...]:
        """Those that are there, in the order in which they are read."""
        named = (self.file,) if isinstance(self.file, FileText) else ()
        return named + self.drop_ins

    @property
    def drop_in_paths(self) -> frozenset[str]:
        """The drop-ins as sources name them."""
        return frozenset(visible(file.path) for file in self.drop_ins)


def read(
    host: Host,
    flags: tuple[Flag, ...] | Missing,
    version: Setting[Version] | Missing,
    variables: Collection[str] = (),
) -> KubeletConfig:
    """What a kubelet with these flags reads. `variables` are the names in its environment."""
    if isinstance(flags, Missing):
        return KubeletConfig(flags, flags)
    config = _read_named(host, flags)
    known = present(version)
    minor = known.value.minor if known else LAST
    if isinstance(config.values, Mapping):
        config = config._replace(values=merging.loaded(config.values, minor))
    folder = flag_reading.last(flags, "config-dir")
    if folder is None or not folder.value or minor < releases.FIRST_CONFIG_DIR:
        return config
    if minor <= releases.VARIABLE_UNTIL and releases.DROP_IN_VARIABLE not in variables:
        return config._replace(values=Missing(_VARIABLE.format(minor)))
    if not folder.value.startswith("/"):
        path = visible(folder.value)
        return config._replace(values=Missing(f"--config-dir={path} is not an absolute path"))
    if not isinstance(config.values, Mapping):
        return config
    default = f"default of kubelet 1.{minor}" if known else "default of the kubelet"
    return _with_drop_ins(host, config, folder.value, minor, Source(Origin.DEFAULT, default))


def _read_named(host: Host, flags: tuple[Flag, ...]) -> KubeletConfig:
    named = flag_reading.last(flags, "config")
    if named is None or not named.value:
        return KubeletConfig()
    path = named.value
    if not path.startswith("/"):
        missing = Missing(f"--config={path} is not an absolute path")
        return KubeletConfig(missing, missing)
    file = host.read(path)
    if file is None:
        problem = f"{path}, which --config names, is not there"
        return KubeletConfig(None, Missing(problem, Why.NOT_PRESENT))
    return KubeletConfig(file, file if isinstance(file, Missing) else parse(file))


def parse(file: FileText) -> Mapping[str, Setting[object]] | ParseError:
    """One KubeletConfiguration, YAML or JSON. Of a key that stands there twice the last one holds,
    as a kubelet 1.20 showed (it reads the file once more, less strictly); nothing after the first
    document is read."""
    documents = yaml_marks.parse(visible(file.path), file.data, last_wins=True, most=1)
    if isinstance(documents, ParseError):
        return documents
    if not documents:
        return {}
    first = documents[0]
    if not isinstance(first.items, dict):
        return ParseError(visible(file.path), "not a mapping of settings", first.line, first.column)
    return settings(file.path, first)


def _with_drop_ins(
    host: Host, below: KubeletConfig, folder: str, minor: int, default: Source
) -> KubeletConfig:
    assert isinstance(below.values, Mapping)
    walked = drop_ins.walk(host, folder)
    if isinstance(walked, Missing):
        return below._replace(values=walked)
    config = below._replace(drop_ins=walked.files, folders=walked.folders)
    if minor == releases.FIRST_CONFIG_DIR and walked.files:
        return config._replace(values=_RESET)
    laid: list[Mapping[str, Setting[object]]] = []
    for file in walked.files:
        over = drop_ins.parse(file, minor)
        if not isinstance(over, Mapping):
            return config._replace(values=over)
        laid.append(over)
    values = merging.merged(below.values, laid, minor, default, with_file=bool(below.file))
    return config._replace(values=values)
