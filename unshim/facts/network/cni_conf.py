"""One file of CNI's configuration, accepted and refused as libcni does.

Sources: containernetworking/cni libcni/conf.go of 0.8, 1.1 and 1.3; containerd/go-cni opts.go
(loadFromConfDir); networks that 1.4.13, 1.6.20, 1.7.24 and 2.1.9 loaded or refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NoReturn

from unshim.host.host import Host
from unshim.model.machine import ParseError
from unshim.model.parts.cni import CniNetwork, CniPlugin
from unshim.model.values import FileText, Missing
from unshim.text import redact
from unshim.text.escape import visible


class _Refused(Exception):
    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.place = (line, column)


def parse(host: Host, file: FileText, folders: bool) -> CniNetwork | ParseError | Missing:
    """The network in a file. No message quotes the file.

    `folders` is whether plugins are also taken from a folder of the network's name beside it
    (libcni 1.3, in containerd 2.1 and later).
    """
    path = visible(file.path)
    try:
        document = _object(file.data)
        if not file.path.endswith(".conflist"):
            return _single(document)
        return _list(host, file.path, document, folders)
    except _Refused as refused:
        return ParseError(path, str(refused), *refused.place)
    except _Unread as unread:
        return unread.missing


class _Unread(Exception):
    def __init__(self, missing: Missing) -> None:
        super().__init__(missing.reason)
        self.missing = missing


def _object(data: bytes) -> Mapping[str, Any]:
    try:
        document = json.loads(data.decode("utf-8", "replace"), parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        message = error.msg[:1].lower() + error.msg[1:]
        raise _Refused(f"is not JSON: {message}", error.lineno, error.colno) from error
    except (RecursionError, ValueError) as error:
        raise _Refused("is not JSON") from error
    if not isinstance(document, dict):
        raise _Refused("is not an object")
    return document


def _no_constant(constant: str) -> NoReturn:
    raise ValueError(constant)


def _single(document: Mapping[str, Any]) -> CniNetwork:
    """A network of one plugin; a list in such a file has no type and is refused."""
    plugin = _plugin(document)
    name, version = _text(document, "name"), _text(document, "cniversion")
    return CniNetwork(_visible(name), _visible(version), (plugin,))


def _list(host: Host, path: str, document: Mapping[str, Any], folders: bool) -> CniNetwork:
    name = document.get("name")
    if not isinstance(name, str):
        raise _Refused("has no name" if "name" not in document else "has a name that is not text")
    version = document.get("cniVersion", "")
    if not isinstance(version, str):
        raise _Refused("has a cniVersion that is not text")
    inlined = _switch(document, "loadOnlyInlinedPlugins") if folders else True
    plugins: list[CniPlugin] = []
    if "plugins" in document or inlined:
        plugins += _read_inline(document)
    if not inlined:
        plugins += _beside(host, path, name)
    if not plugins:
        raise _Refused("has no plugins")
    return CniNetwork(_visible(name), _visible(version), tuple(plugins))


def _switch(document: Mapping[str, Any], key: str) -> bool:
    value = document.get(key, False)
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if not isinstance(value, bool):
        raise _Refused(f"has a {key} that is neither true nor false")
    return value


def _read_inline(document: Mapping[str, Any]) -> Iterator[CniPlugin]:
    plugins = document.get("plugins")
    if not isinstance(plugins, list) or not plugins:
        raise _Refused("has no list of plugins")
    for plugin in plugins:
        if not isinstance(plugin, dict):
            raise _Refused("has a plugin that is not an object")
        yield _plugin(plugin)


def _beside(host: Host, path: str, name: str) -> Iterator[CniPlugin]:
    folder = f"{path.rpartition('/')[0]}/{name}"
    names = host.list(folder) if name and "/" not in name else None
    if isinstance(names, Missing):
        raise _Unread(names)
    for one in names or ():
        file = host.read(f"{folder}/{one}") if one.endswith(".conf") else None
        if isinstance(file, Missing):
            raise _Unread(file)
        if file is not None:
            yield _plugin(_object(file.data))


def _plugin(document: Mapping[str, Any]) -> CniPlugin:
    kind = _text(document, "type")
    if not kind:
        raise _Refused("has a plugin without a type")
    capabilities = _value_of(document, "capabilities")
    if not isinstance(capabilities, dict | None) or not all(
        value is None or isinstance(value, bool) for value in (capabilities or {}).values()
    ):
        raise _Refused("has capabilities that are neither true nor false")
    ipam = _value_of(document, "ipam")
    if not isinstance(ipam, dict | None):
        raise _Refused("has an ipam that is not an object")
    mapped = bool((capabilities or {}).get("portMappings"))
    subnets = tuple(map(_visible, _subnets(ipam or {})))
    return CniPlugin(_visible(kind), _visible(_text(ipam or {}, "type")), subnets, mapped)


def _visible(text: str) -> str:
    return redact.value("", visible(text))


def _value_of(document: Mapping[str, Any], key: str) -> Any:
    """Go's decoder takes any case, and the last of several."""
    matches = [value for name, value in document.items() if name.lower() == key]
    return matches[-1] if matches else None


def _text(document: Mapping[str, Any], key: str) -> str:
    value = _value_of(document, key)
    if value is not None and not isinstance(value, str):
        raise _Refused(f"has a {key} that is not text")
    return value or ""


def _subnets(ipam: Mapping[str, Any]) -> Iterator[str]:
    """Of host-local and static (`subnet`, `ranges`, `addresses`), and of Calico's pools."""
    ranges = ipam.get("ranges")
    entries: Sequence[Any] = [ipam]
    for group in ranges if isinstance(ranges, list) else ():
        entries = [*entries, *(group if isinstance(group, list) else [group])]
    for entry in entries:
        subnet = entry.get("subnet") if isinstance(entry, dict) else None
        if isinstance(subnet, str):
            yield subnet
    for key in ("ipv4_pools", "ipv6_pools"):
        pools = ipam.get(key)
        yield from (
            pool for pool in (pools if isinstance(pools, list) else ()) if type(pool) is str
        )
