"""hosts.toml, accepted and refused as containerd does.

Sources: containerd remotes/docker/config/hosts.go of 1.5 to 2.3 (parseHostsFile, parseHostConfig,
getSortedHosts); pulls by 1.6.20, 1.7.24 and 2.1.9. A file that is refused costs no pull: only a
line in the log tells, and the registry itself is asked.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence

from unshim.facts.containerd.sections import pick
from unshim.facts.registry.typed_keys import Keys, Refused
from unshim.model.machine import ParseError, Reference
from unshim.model.parts.registry import HostsFile, RegistryHost
from unshim.model.values import FileText, Origin, Setting, Source, Version
from unshim.releases.durations import is_duration
from unshim.releases.hosts_toml import capabilities_of, needs_hosts
from unshim.text import go_url, redact
from unshim.text.escape import visible
from unshim.text.patterns import lazy
from unshim.text.toml_marks import Table, read_toml

_HEADER = lazy(
    r"""^[ \t]*\[[ \t]*host[ \t]*\.[ \t]*(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|([\w-]+))""",
    re.MULTILINE,
)


def parse(file: FileText, release: Version) -> HostsFile | ParseError:
    """The file as this release reads it. No message quotes the file."""
    path = visible(file.path)
    document = read_toml(file._replace(path=path), lenient=release < Version(2, 0, 0))
    if isinstance(document, ParseError):
        return document
    try:
        return _File(document, file, release).read()
    except Refused as refused:
        return refused.error


class _File:
    def __init__(self, document: Table, file: FileText, release: Version) -> None:
        self.document = document
        self.text = file.text()
        self.folder = os.path.dirname(visible(file.path))
        self.release = release
        self.ignored: list[Reference] = []
        self.keys = Keys(release)

    def read(self) -> HostsFile:
        tables = self._tables()
        for table in tables.values():
            self._check_types(table)
        self._check_types(self.document)
        order = self._order(tables)
        hosts = tuple(self._host(name, tables.get(name)) for name in order)
        for name, table in tables.items():
            if name not in order:
                reason = "only a [host.…] header of its own makes it a host of this release"
                self._ignore(f'host "{name}": {reason}', table.source)
        server = pick(self.document, "server", self.release)
        named = self.keys.text(server, "server") if server is not None else ""
        source = server.source if server is not None else self.document.source
        last = self._settings(self.document, named, source)
        self._unknown(self.document, (*self.keys.names, "server", "host"))
        return HostsFile(hosts, last, tuple(self.ignored))

    def _tables(self) -> Mapping[str, Table]:
        hosts = pick(self.document, "host", self.release)
        if hosts is None:
            if needs_hosts(self.release):
                message = "no [host] table: this release then reads nothing of the file"
                raise Refused(message, self.document.source)
            return {}
        if isinstance(hosts, Setting):
            raise Refused("host must be a table of hosts", hosts.source)
        tables = {}
        for name, entry in hosts.entries.items():
            if isinstance(entry, Setting):
                raise Refused("a host must be a table", entry.source)
            tables[name] = entry
        return tables

    def _order(self, tables: Mapping[str, Table]) -> Sequence[str]:
        """2.x takes headers one by one, a host again where another's stands between; 1.x takes
        tables by the line that names them first."""
        if self.release < Version(2, 0, 0):
            return sorted(tables, key=lambda name: tables[name].source.line or 0)
        order: list[str] = []
        for match in _HEADER.finditer(self.text):
            quoted = match[1]
            name = (quoted if quoted is not None else match[2]) or match[3] or ""
            name = name.replace('\\"', '"').replace("\\\\", "\\") if quoted is not None else name
            if name in tables and order[-1:] != [name]:
                order.append(name)
        return order

    def _host(self, name: str, table: Table | None) -> RegistryHost:
        table = table or Table(self.document.source)
        self._unknown(table, self.keys.names)
        return self._settings(table, name, table.source)

    def _settings(self, table: Table, address: str, source: Source) -> RegistryHost:
        override = self.keys.flag(table, "override_path") or False
        capabilities = self._capabilities(table)
        return RegistryHost(
            url=Setting(self._url(address, override, source), source),
            capabilities=capabilities,
            ca=self._ca(table),
            client=tuple(self._client(table)),
            skip_verify=self.keys.flag(table, "skip_verify"),
            override_path=override,
            headers=tuple(self._headers(table)),
            dial_timeout=self._dial_timeout(table),
        )

    def _url(self, address: str, override: bool, source: Source) -> str:
        """What stands before an image's name; "" for no server."""
        if not address:
            return ""
        with_scheme = address if address.startswith("http") else f"https://{address}"
        parsed = go_url.split(with_scheme)
        if isinstance(parsed, str):
            raise Refused(f"an address {parsed}", source)
        path = parsed.path
        if path:
            path = go_url.clean_path(path)
            if not path.endswith("/v2") and not override:
                path += "/v2"
        elif not override:
            path = "/v2"
        path = go_url.clean_path(f"/{path}").rstrip("/")
        return redact.value("server", visible(f"{parsed.scheme}://{parsed.host}{path}"))

    def _check_types(self, table: Table) -> None:
        """What the decoder refuses before any host is looked at."""
        self.keys.flag(table, "skip_verify")
        self.keys.flag(table, "override_path")
        self.keys.strings(table, "capabilities")
        timeout = self.keys.pick(table, "dial_timeout")
        if timeout is not None:
            self.keys.text(timeout, "dial_timeout")
        header = self.keys.pick(table, "header")
        if isinstance(header, Setting):
            raise Refused("header must be a table", header.source)

    def _capabilities(self, table: Table) -> tuple[str, ...]:
        named = [text.lower() for text in self.keys.strings(table, "capabilities")]
        offered = capabilities_of(self.release)
        for name in named:
            if name not in offered:
                entry = self.keys.pick(table, "capabilities") or table
                raise Refused(f'"{visible(name)[:40]}" is not a capability here', entry.source)
        return tuple(name for name in offered if not named or name in named)

    def _absolute(self, path: str) -> str:
        label = visible(path)
        return label if label.startswith("/") else os.path.normpath(f"{self.folder}/{label}")

    def _ca(self, table: Table) -> tuple[str, ...]:
        entry = self.keys.pick(table, "ca")
        if entry is None:
            return ()
        value = entry.value if isinstance(entry, Setting) else None
        if isinstance(value, str):
            return (self._absolute(value),)
        if isinstance(value, list):
            return tuple(map(self._absolute, self.keys.texts(value, "ca", entry.source)))
        raise Refused("ca must be a path or a list of paths", entry.source)

    def _client(self, table: Table) -> Iterator[tuple[str, str]]:
        entry = self.keys.pick(table, "client")
        if entry is None:
            return
        value = entry.value if isinstance(entry, Setting) else None
        if isinstance(value, str):
            yield self._absolute(value), ""
            return
        if not isinstance(value, list):
            raise Refused("client must be a path, or a list of paths or pairs", entry.source)
        for item in value:
            if isinstance(item, str):
                yield self._absolute(item), ""
                continue
            pair = self.keys.texts(item, "client", entry.source) if isinstance(item, list) else ()
            if len(pair) != 2:
                raise Refused("client must hold paths, or pairs of them", entry.source)
            yield self._absolute(pair[0]), self._absolute(pair[1])

    def _headers(self, table: Table) -> Iterator[str]:
        """Names alone."""
        header = self.keys.pick(table, "header")
        for name, entry in header.entries.items() if isinstance(header, Table) else ():
            value = entry.value if isinstance(entry, Setting) else None
            if isinstance(value, list):
                self.keys.texts(value, "a header", entry.source)
            elif not isinstance(value, str):
                raise Refused("a header must be a string or a list of strings", entry.source)
            yield visible(name)

    def _dial_timeout(self, table: Table) -> str:
        entry = self.keys.pick(table, "dial_timeout")
        text = self.keys.text(entry, "dial_timeout") if entry is not None else ""
        if entry is not None and text and not is_duration(text):
            raise Refused("dial_timeout must be a duration such as 3s", entry.source)
        return text

    def _unknown(self, table: Table, known: Sequence[str]) -> None:
        for key, entry in table.entries.items():
            if not any(pick(table, name, self.release) is entry for name in known):
                self._ignore(f"{visible(key)[:80]}: this release knows no such key", entry.source)

    def _ignore(self, reason: str, source: Source) -> None:
        self.ignored.append(Reference(visible(reason), Source(Origin.FILE, *source[1:])))
