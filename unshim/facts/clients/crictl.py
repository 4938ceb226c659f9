"""crictl: its binary, and the configuration file that it reads or silently ignores."""

from __future__ import annotations

from collections.abc import Iterator

from unshim.facts import versions
from unshim.facts.places import Places
from unshim.host.host import Host
from unshim.model.machine import ParseError, Reference
from unshim.model.parts.clients import Crictl
from unshim.model.values import FileText, Missing, Origin, Setting, Source, Version, present
from unshim.text import yaml_marks
from unshim.text.escape import visible
from unshim.text.marked_settings import clean
from unshim.text.yaml_values import Marked

CONFIG = "/etc/crictl.yaml"

PLACES = Places(read=(CONFIG,))

_NUMBERS = ("timeout", "max-retries")
_SWITCHES = ("debug", "pull-image-on-create", "disable-pull-on-run")
_KEYS = ("runtime-endpoint", "image-endpoint", *_NUMBERS, *_SWITCHES)
# What Go's strconv.ParseBool takes.
_BOOLEANS = frozenset(
    ("1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False")
)
_LAST_WITHOUT_RETRIES = Version(1, 36, 0)


def read(host: Host) -> Crictl:
    """crictl as it is installed and configured.

    Source: cri-tools pkg/common/file.go (ReadConfig, getConfigOptions) and cmd/crictl/main.go.
    """
    binary = versions.binary(host, ("crictl",))
    version = versions.of_binary(host, binary, versions.CRICTL)
    file = _config_file(host, binary)
    if file is None or isinstance(file, Missing):
        values: dict[str, Setting[str]] | Missing = {} if file is None else file
        problems: tuple[Reference, ...] | Missing = () if file is None else file
        return Crictl(binary, version, file, values, problems)
    values, problems = _parse(file, version)
    return Crictl(binary, version, file, values, problems)


def _config_file(host: Host, binary: Setting[str] | None | Missing) -> FileText | None | Missing:
    """/etc/crictl.yaml, else the one beside the binary."""
    file = host.read(CONFIG)
    program = present(binary)
    if file is not None or program is None:
        return file
    return host.read(f"{program.value.rpartition('/')[0]}/crictl.yaml")


def _parse(
    file: FileText, version: Setting[Version] | Missing
) -> tuple[dict[str, Setting[str]], tuple[Reference, ...]]:
    path = visible(file.path)
    documents = yaml_marks.parse(path, file.data)
    if isinstance(documents, ParseError):
        place = Source(Origin.FILE, path, documents.line)
        return {}, (Reference(documents.message, place),)
    if not documents or _empty(documents[0]):
        return {}, ()
    items = documents[0].items
    if not isinstance(items, dict):
        place = Source(Origin.FILE, path, documents[0].line)
        return {}, (Reference("not a mapping of settings", place),)
    values = {
        visible(key): Setting(
            str(clean(key, item.text)),
            Source(Origin.FILE, path, documents[0].keys.get(key, item.line)),
        )
        for key, item in items.items()
        if item.items is None
    }
    return values, tuple(_problems(path, items, documents[0].keys, version))


def _empty(document: Marked) -> bool:
    return document.items is None and document.plain and document.value is None


def _problems(
    path: str, items: dict[str, Marked], lines: dict[str, int], version: Setting[Version] | Missing
) -> Iterator[Reference]:
    for key, item in items.items():
        problem = _problem(key, item, version)
        if problem:
            yield Reference(problem, Source(Origin.FILE, path, lines.get(key, item.line)))


def _problem(key: str, item: Marked, version: Setting[Version] | Missing) -> str:
    option = visible(key)
    if key not in _KEYS:
        return f"{option}: crictl knows no such option"
    release = present(version)
    if key == "max-retries" and release and release.value <= _LAST_WITHOUT_RETRIES:
        return f"{option}: crictl {release.value} knows no such option"
    if item.items is not None:
        return f"{option}: not a single value"
    text = visible(item.text)[:80]
    if key in _NUMBERS and not _whole_number(item.text):
        return f"{option}: {text} is not a whole number"
    if key in _SWITCHES and item.text not in _BOOLEANS:
        return f"{option}: {text} is neither true nor false"
    return ""


def _whole_number(text: str) -> bool:
    """What Go's strconv.Atoi takes."""
    bare = text[1:] if text[:1] in ("+", "-") else text
    return bare.isascii() and bare.isdigit()
