"""The KubeletConfiguration: the file of --config, then the drop-ins of --config-dir."""

from __future__ import annotations

from collections.abc import Mapping

from unshim import yaml_marks
from unshim.escape import visible
from unshim.facts import flags as flag_reading
from unshim.facts.kubelet_releases import release
from unshim.facts.marked_settings import settings
from unshim.facts.present import present
from unshim.host import Host
from unshim.model.facts import Flag, ParseError
from unshim.model.values import FileText, Missing, Setting, Version, Why

Config = Mapping[str, Setting[object]] | ParseError | Missing


def read(
    host: Host, flags: tuple[Flag, ...] | Missing, version: Setting[Version] | Missing
) -> tuple[FileText | None | Missing, Config]:
    """The file itself, and its values by dotted key, drop-ins merged over it."""
    if isinstance(flags, Missing):
        return flags, flags
    named = flag_reading.last(flags, "config")
    if named is None or not named.value:
        file: FileText | None | Missing = None
        config: Config = {}
    else:
        file = _file(host, named.value)
        config = _values(file, named.value)
    folder = flag_reading.last(flags, "config-dir")
    if folder is None or not folder.value or not isinstance(config, Mapping):
        return file, config
    known = present(version)
    if known and not release(known.value).reads_config_dir:
        return file, config
    return file, _with_drop_ins(host, config, folder.value)


def _file(host: Host, path: str) -> FileText | None | Missing:
    if not path.startswith("/"):
        return Missing(f"--config={path} is not an absolute path")
    return host.read(path)


def _values(file: FileText | None | Missing, path: str) -> Config:
    if file is None:
        return Missing(f"{path}, which --config names, is not there", Why.NOT_PRESENT)
    return file if isinstance(file, Missing) else parse(file)


def parse(file: FileText) -> Mapping[str, Setting[object]] | ParseError:
    """One KubeletConfiguration, YAML or JSON."""
    documents = yaml_marks.parse(visible(file.path), file.data)
    if isinstance(documents, ParseError):
        return documents
    if not documents:
        return {}
    first = documents[0]
    if not isinstance(first.items, dict):
        return ParseError(visible(file.path), "not a mapping of settings", first.line, first.column)
    return settings(file.path, first)


def _with_drop_ins(host: Host, config: Mapping[str, Setting[object]], folder: str) -> Config:
    """`*.conf` in the order of their names; mappings merge, all else is replaced.

    Source: Kubernetes docs, "Set Kubelet Parameters Via A Configuration File", merging order.
    """
    names = host.list(folder)
    if isinstance(names, Missing):
        return names
    merged = dict(config)
    for name in names or ():
        if not name.endswith(".conf"):
            continue
        file = host.read(f"{folder.rstrip('/')}/{name}")
        if isinstance(file, Missing):
            return file
        over = {} if file is None else parse(file)
        if isinstance(over, ParseError):
            return over
        merged = _merged(merged, over)
    return merged


def _merged(
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
