"""crictl: its binary, and the configuration file that it reads or silently ignores."""

from __future__ import annotations

from unshim.facts import versions
from unshim.facts.places import Places
from unshim.host.host import Host
from unshim.model.machine import ParseError, Reference
from unshim.model.parts.clients import Crictl
from unshim.model.values import FileText, Missing, Origin, Setting, Source, Version, present
from unshim.text.escape import visible
from unshim.text.marked_settings import clean
from unshim.text.yaml_nodes import top_nodes
from unshim.text.yaml_values import Marked

CONFIG = "/etc/crictl.yaml"

PLACES = Places(read=(CONFIG,))

_NUMBERS = ("timeout", "max-retries")
_SWITCHES = ("debug", "pull-image-on-create", "disable-pull-on-run")
_ENDPOINTS = ("runtime-endpoint", "image-endpoint")
_KEYS = (*_ENDPOINTS, *_NUMBERS, *_SWITCHES)
# What Go's strconv.ParseBool takes.
_BOOLEANS = frozenset(
    ("1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False")
)
_DIGITS = 19
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
    """The last of a key that comes twice counts, but each must be one that crictl takes."""
    path = visible(file.path)
    nodes = top_nodes(path, file.data)
    if isinstance(nodes, ParseError):
        place = Source(Origin.FILE, path, nodes.line)
        return {}, (Reference(nodes.message, place),)
    values: dict[str, Setting[str]] = {}
    problems: list[Reference] = []
    # A list is read as a mapping is, and a last key without a value not at all.
    for key, value in zip(nodes[::2], nodes[1::2], strict=False):
        place = Source(Origin.FILE, path, key.line)
        if problem := _problem(key.text, value, version):
            problems.append(Reference(problem, place))
        values[visible(key.text)] = Setting(str(clean(key.text, value.text)), place)
    return values, tuple(problems)


def _problem(key: str, value: Marked, version: Setting[Version] | Missing) -> str:
    option = visible(key)[:80] or "a key that is no text"
    if key not in _KEYS:
        return f"{option}: crictl knows no such option"
    release = present(version)
    if key == "max-retries" and release and release.value <= _LAST_WITHOUT_RETRIES:
        return f"{option}: crictl {release.value} knows no such option"
    if value.items is not None and key not in _ENDPOINTS:
        return f"{option}: not a single value"
    text = visible(value.text)[:80]
    if key in _NUMBERS and not _whole_number(value.text):
        return f"{option}: {text} is not a whole number"
    if key in _SWITCHES and value.text not in _BOOLEANS:
        return f"{option}: {text} is neither true nor false"
    return ""


def _whole_number(text: str) -> bool:
    """What Go's strconv.Atoi takes."""
    bare = text[1:] if text[:1] in ("+", "-") else text
    if not (bare.isascii() and bare.isdigit()) or len(bare.lstrip("0")) > _DIGITS:
        return False
    return -(2**63) <= int(text) < 2**63
