"""What keeps the kubelet from its image credential providers, and so from starting.

As kubelets 1.23, 1.27 and 1.36 showed, and pkg/credentialprovider/plugin of theirs has it.
"""

from __future__ import annotations

from collections.abc import Iterator

from unshim.facts.kubelet import in_tree
from unshim.host.host import Host, Kind
from unshim.model.machine import ParseError
from unshim.model.parts.kubelet import Effective, Fault
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
from unshim.releases import credential_providers as releases
from unshim.text import yaml_marks
from unshim.text.escape import visible
from unshim.text.yaml_values import Marked

CONFIG, FOLDER = "image-credential-provider-config", "image-credential-provider-bin-dir"
_EXECUTABLE = 0o111


def read(
    host: Host, version: Setting[Version] | Missing, effective: Effective
) -> tuple[Fault, ...] | Missing:
    """Its faults; none where no provider is asked for, or the release ignores them."""
    known = present(version)
    if known and not releases.has_providers(known.value):
        return ()
    config, folder = effective.get(CONFIG), effective.get(FOLDER)
    for setting in (config, folder):
        if isinstance(setting, Missing):
            return setting
    if not isinstance(config, Setting) or not isinstance(folder, Setting):
        return ()
    if not config.value and not folder.value:
        return ()
    if isinstance(version, Missing):
        return version
    gate = effective.get(f"featureGates.{releases.GATE}")
    if isinstance(gate, Missing):
        return gate
    on = gate.value if gate else None
    if not releases.asks_providers(version.value, on if isinstance(on, bool) else None):
        return ()
    return all_known(_faults(host, version.value, config, folder))


def _faults(
    host: Host, release: Version, config: Setting[object], folder: Setting[object]
) -> Iterator[Fault | Missing]:
    entry = host.stat(str(folder.value)) if folder.value else None
    if isinstance(entry, Missing):
        yield entry
    elif entry is None:
        value = f"{visible(str(folder.value))}, not there" if folder.value else "not set"
        fault = Fault(f"--{FOLDER}", value, "a folder that is there", folder.source)
        yield in_tree.unless_outside(host, str(folder.value), fault)
    if not config.value:
        yield Fault(f"--{CONFIG}", "not set", "a file", config.source)
        return
    file = _file(host, release, str(config.value), config.source)
    if isinstance(file, FileText):
        programs = "" if entry is None else str(folder.value).rstrip("/")
        yield from _of_file(host, release, file, programs)
    else:
        yield file


def _file(host: Host, release: Version, path: str, source: Source) -> FileText | Fault | Missing:
    entry = host.stat(path)
    if isinstance(entry, Missing):
        return entry
    is_folder = entry is not None and entry.kind is Kind.DIRECTORY
    if is_folder and not releases.refuses_folder(release):
        return Missing(f"{visible(path)} is a folder of credential providers, and was not read")
    file = None if is_folder else host.read(path)
    if file is None:
        fault = Fault(f"--{CONFIG}", f"{visible(path)}, no file", "a file that is there", source)
        return in_tree.unless_outside(host, path, fault)
    return file


def _of_file(
    host: Host, release: Version, file: FileText, folder: str
) -> Iterator[Fault | Missing]:
    path = visible(file.path)
    documents = yaml_marks.parse(path, file.data, last_wins=True, most=1)
    if isinstance(documents, ParseError):
        place = Source(Origin.FILE, path, documents.line)
        yield Fault("the file", documents.message, "YAML or JSON that can be read", place)
        return
    top = documents[0] if documents else Marked(1, 1)
    yield from _wrong(path, top, "kind", (releases.KIND,))
    yield from _wrong(path, top, "apiVersion", releases.config_versions(release))
    listed = _item(top, "providers")
    providers = listed.items if listed is not None and isinstance(listed.items, list) else []
    if not providers:
        yield Fault("providers", "none", "one or more", Source(Origin.FILE, path, top.line))
    names: set[str] = set()
    for provider in providers:
        yield from _of_provider(path, provider)
        name = _text(provider, "name")
        place = Source(Origin.FILE, path, provider.line)
        if name in names:
            yield Fault("name", f"{visible(name)}, twice", "each name once", place)
        elif name and "/" not in name and folder:
            yield from _of_program(host, release, f"{folder}/{name}", place)
        names.add(name)


def _of_provider(path: str, provider: Marked) -> Iterator[Fault]:
    place = Source(Origin.FILE, path, provider.line)
    name = _text(provider, "name")
    if not name or "/" in name:
        yield Fault("name", visible(name) or "not set", "the name of a program", place)
    yield from _wrong(path, provider, "apiVersion", releases.PROVIDER_VERSIONS)
    images = _item(provider, "matchImages")
    if images is None or not isinstance(images.items, list) or not images.items:
        yield Fault("matchImages", "none", "one or more images", place)
    if not _text(provider, "defaultCacheDuration"):
        yield Fault("defaultCacheDuration", "not set", "a duration", place)


def _of_program(
    host: Host, release: Version, path: str, place: Source
) -> Iterator[Fault | Missing]:
    entry = host.stat(path)
    if isinstance(entry, Missing):
        yield entry
    elif entry is None:
        yield Fault("program", f"{visible(path)}, not there", "a program that is there", place)
    elif releases.looks_at_programs(release) and (
        entry.kind is not Kind.FILE or not entry.mode & _EXECUTABLE
    ):
        yield Fault("program", f"{visible(path)}, not executable", "a program", place)


def _wrong(path: str, of: Marked, key: str, allowed: tuple[str, ...]) -> Iterator[Fault]:
    value = _text(of, key)
    if value not in allowed:
        item = _item(of, key) or of
        place = Source(Origin.FILE, path, item.line)
        yield Fault(key, visible(value) or "not set", " or ".join(allowed), place)


def _item(of: Marked, key: str) -> Marked | None:
    return of.items.get(key) if isinstance(of.items, dict) else None


def _text(of: Marked, key: str) -> str:
    """The value where it is a text; "" for none and for numbers."""
    item = _item(of, key)
    return item.value if item is not None and isinstance(item.value, str) else ""
