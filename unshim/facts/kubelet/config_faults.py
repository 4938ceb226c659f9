"""What keeps the kubelet from reading its configuration: the file of --config, and drop-ins."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping

from unshim.facts.kubelet import drop_ins, in_tree
from unshim.facts.kubelet.config import KubeletConfig
from unshim.facts.systemd import flags as flag_reading
from unshim.host.host import Host
from unshim.model.machine import Flag, ParseError
from unshim.model.parts.kubelet import Fault
from unshim.model.values import (
    FileText,
    Missing,
    Origin,
    Setting,
    Source,
    Version,
    all_known,
    present,
)
from unshim.releases import kubelet as releases
from unshim.releases import kubelet_kinds
from unshim.releases.kubelet_table import TABLE
from unshim.text import yaml_marks
from unshim.text.escape import visible
from unshim.text.marked_settings import settings

_SHOWN = 80
_HEAD = {"apiVersion": releases.CONFIG_API, "kind": releases.CONFIG_KIND}
_NOTHING: Mapping[str, Setting[object]] = {}


def read(
    host: Host,
    flags: tuple[Flag, ...] | Missing,
    version: Setting[Version] | Missing,
    config: KubeletConfig,
    variables: Collection[str] = (),
    to_come: Missing | None = None,
) -> tuple[Fault, ...] | Missing:
    """The faults of the main file and of each drop-in; Missing where one of them cannot be read, or
    says `to_come` that the main file is yet to be written."""
    if isinstance(flags, Missing):
        return flags
    parts = (
        _of_main(host, flags, config, to_come),
        _of_folder(host, flags, version, variables),
        _of_kinds(version, config),
    )
    return all_known(one for part in parts for one in part)


def _of_main(
    host: Host, flags: tuple[Flag, ...], config: KubeletConfig, to_come: Missing | None
) -> Iterator[Fault | Missing]:
    named = flag_reading.last(flags, "config")
    if named is None or not named.value:
        return
    if config.file is None:
        gone = Fault("--config", f"{named.value}, not there", "a file that is there", named.source)
        yield in_tree.unless_outside(host, named.value, gone) if to_come is None else to_come
    elif isinstance(config.file, Missing):
        yield config.file
    else:
        yield from _of_file(config.file, _HEAD, strictly=False)


def _of_folder(
    host: Host,
    flags: tuple[Flag, ...],
    version: Setting[Version] | Missing,
    variables: Collection[str],
) -> Iterator[Fault | Missing]:
    folder, known = flag_reading.last(flags, "config-dir"), present(version)
    if folder is None or not folder.value.startswith("/") or known is None:
        return
    minor = known.value.minor
    if minor < releases.FIRST_CONFIG_DIR:
        return
    if minor <= releases.VARIABLE_UNTIL and releases.DROP_IN_VARIABLE not in variables:
        wanted = f"{releases.DROP_IN_VARIABLE} set too"
        yield Fault("--config-dir", folder.value, wanted, folder.source)
        return
    top = folder.value.rstrip("/") or "/"
    if host.stat(top) is None:
        gone = Fault("--config-dir", f"{top}, not there", "a folder that is there", folder.source)
        yield in_tree.unless_outside(host, top, gone)
        return
    walked = drop_ins.walk(host, folder.value)
    if isinstance(walked, Missing):
        yield walked
        return
    any_api = minor <= releases.ANY_API_UNTIL
    for file in walked.files:
        yield from _of_file(file, {"kind": ""} if any_api else _HEAD, strictly=True)


def _of_kinds(version: Setting[Version] | Missing, config: KubeletConfig) -> Iterator[Fault]:
    """Values of another kind than their field's. Fields of other releases count for nothing."""
    known = present(version)
    if known is None or known.value.major != 1 or not isinstance(config.values, Mapping):
        return
    for row in TABLE:
        setting = config.values.get(row.name)
        if setting is None or setting.value is None or not row.has_field(known.value.minor):
            continue
        try:
            kubelet_kinds.of_file(row.kind, setting.value)
        except ValueError:
            value = json.dumps(setting.value, ensure_ascii=True, default=str)[:_SHOWN]
            yield Fault(row.name, value, f"a {row.kind}", setting.source)


def _of_file(file: FileText, head: Mapping[str, str], *, strictly: bool) -> Iterator[Fault]:
    """A drop-in is read strictly: a key that stands there twice is a fault, as in no main file."""
    path = visible(file.path)
    documents = yaml_marks.parse(path, file.data, last_wins=not strictly, most=1)
    if isinstance(documents, ParseError):
        place = Source(Origin.FILE, path, documents.line)
        yield Fault("the file", documents.message, "YAML or JSON that can be read", place)
        return
    first = documents[0] if documents else None
    values = settings(file.path, first) if first and isinstance(first.items, dict) else _NOTHING
    for key, wanted in head.items():
        setting = values.get(key)
        if setting is None or not setting.value:
            yield Fault(key, "not set", wanted or "set", Source(Origin.FILE, path))
        elif wanted and setting.value != wanted:
            yield Fault(key, str(setting.value), wanted, setting.source)
