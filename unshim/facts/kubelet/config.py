"""The KubeletConfiguration: the file of --config, then the drop-ins of --config-dir."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from unshim.facts.systemd import flags as flag_reading
from unshim.host.host import Host, Kind
from unshim.model.machine import Flag, ParseError
from unshim.model.nouns import NamedTuple
from unshim.model.values import FileText, Missing, Setting, Version, Why, present
from unshim.releases.kubelet import DROP_IN_VARIABLE, reads_config_dir
from unshim.text import yaml_marks
from unshim.text.escape import visible
from unshim.text.marked_settings import settings

Config = Mapping[str, Setting[object]] | ParseError | Missing
_NOTHING: Mapping[str, Setting[object]] = {}
_DEPTH = 8


class KubeletConfig(NamedTuple):
    """The file itself, None where --config names none; its values by dotted key, drop-ins merged
    over them; the drop-ins in their order, and their folder, "" where none is read."""

    file: FileText | None | Missing = None
    values: Config = _NOTHING
    drop_ins: tuple[FileText, ...] = ()
    folder: str = ""


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
    folder = flag_reading.last(flags, "config-dir")
    if folder is None or not folder.value or not isinstance(config.values, Mapping):
        return config
    known = present(version)
    if known and not reads_config_dir(known.value, DROP_IN_VARIABLE in variables):
        return config
    return _with_drop_ins(host, config, folder.value)


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
    as a kubelet 1.20 showed (it reads the file once more, less strictly)."""
    documents = yaml_marks.parse(visible(file.path), file.data, last_wins=True)
    if isinstance(documents, ParseError):
        return documents
    if not documents:
        return {}
    first = documents[0]
    if not isinstance(first.items, dict):
        return ParseError(visible(file.path), "not a mapping of settings", first.line, first.column)
    return settings(file.path, first)


def _with_drop_ins(host: Host, below: KubeletConfig, folder: str) -> KubeletConfig:
    """`*.conf` in the order of their names, those of folders within in their place; mappings merge,
    all else is replaced. Known from the sources of 1.28 and later, not seen.

    Source: Kubernetes docs, "Set Kubelet Parameters Via A Configuration File", merging order.
    """
    assert isinstance(below.values, Mapping)
    merged = dict(below.values)
    files: list[FileText] = []
    for file in _drop_ins(host, folder.rstrip("/")):
        if isinstance(file, Missing):
            return below._replace(values=file, folder=folder)
        files.append(file)
        over = parse(file)
        if isinstance(over, ParseError):
            return below._replace(values=over, folder=folder)
        merged = _merge(merged, over)
    return KubeletConfig(below.file, merged, tuple(files), folder)


def _drop_ins(host: Host, folder: str, depth: int = 0) -> Iterator[FileText | Missing]:
    names = host.list(folder)
    if isinstance(names, Missing):
        yield names
        return
    for name in names or ():
        path = f"{folder}/{name}"
        entry = host.stat(path) if depth < _DEPTH else None
        if isinstance(entry, Missing):
            yield entry
        elif entry is not None and entry.kind is Kind.DIRECTORY:
            yield from _drop_ins(host, path, depth + 1)
        elif name.endswith(".conf"):
            file = host.read(path)
            if file is not None:
                yield file


def _merge(
    below: dict[str, Setting[object]], over: Mapping[str, Setting[object]]
) -> dict[str, Setting[object]]:
    result = dict(below)
    for key, setting in over.items():
        if isinstance(setting.value, dict):
            known = result.get(key)
            old = known.value if known and isinstance(known.value, dict) else {}
            result[key] = Setting({**old, **setting.value}, setting.source)
        else:
            result = {k: v for k, v in result.items() if not k.startswith(key + ".")}
            result[key] = setting
    return result
