"""Change the kubelet's flags in the files that really hold them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from unshim.model.machine import Flag, Unit
from unshim.model.parts.kubelet import Kubelet
from unshim.model.steps import WriteFile
from unshim.model.values import FileText, Origin, known
from unshim.text.edit.lines import EditError, closed, decoded, ending, split

_OWN_FOLDERS = ("/etc/", "/var/lib/kubelet/")


def rewrite(
    kubelet: Kubelet, remove: Iterable[str] = (), put: Mapping[str, str] | None = None
) -> tuple[WriteFile, ...]:
    """The file changes that take `remove` away from the kubelet's flags and give it `put`.

    A flag is changed where it stands; where it stands more than once the last one, which wins, is
    changed and the others go. A new flag goes in front of kubeadm's variable, else of
    KUBELET_EXTRA_ARGS, else to the end of an ExecStart line under /etc. Flags nobody asked about
    stay as they are and in order.

    Raises:
        EditError: a flag stands in a file that belongs to a package, or there is no place to add.
        Unknown: the kubelet's flags or unit are not known.
    """
    files = _files(kubelet)
    changed = {path: file.data for path, file in files.items()}
    wanted = dict(put or {})
    gone = set(remove) - set(wanted)
    flags = known(kubelet.flags)
    last = {f.name: index for index, f in enumerate(flags)}
    for index, flag in enumerate(flags):
        if flag.name in gone or flag.name in wanted:
            keep = flag.name in wanted and last[flag.name] == index
            text = f"--{flag.name}={wanted[flag.name]}" if keep else ""
            _edit(changed, flag, text)
    new = [f"--{name}={value}" for name, value in wanted.items() if name not in last]
    if new:
        _add(kubelet, changed, " ".join(new))
    return tuple(
        WriteFile(path, files[path].data if path in files else None, data)
        for path, data in changed.items()
        if path not in files or data != files[path].data
    )


def _files(kubelet: Kubelet) -> dict[str, FileText]:
    unit = known(kubelet.unit)
    files = (*kubelet.env_files, *(unit.files if unit else ()))
    return {file.path: file for file in files}


def _edit(changed: dict[str, bytes], flag: Flag, text: str) -> None:
    path = flag.source.where
    if path not in changed or flag.source.line is None or flag.source.origin is Origin.PROCESS:
        raise EditError(f"--{flag.name} stands in {flag.source}, which unshim does not edit")
    if not path.startswith(_OWN_FOLDERS):
        raise EditError(f"--{flag.name} stands in {flag.source}, a file that a package owns")
    lines = split(decoded(changed[path], path))
    number = flag.source.line - 1
    line = lines[number] if number < len(lines) else ""
    edited = _without(line, flag, text)
    if edited is None:
        raise EditError(f"--{flag.name} was not found at {flag.source}")
    changed[path] = "".join([*lines[:number], edited, *lines[number + 1 :]]).encode()


def _without(line: str, flag: Flag, text: str) -> str | None:
    """The line with this flag replaced by `text`, or with it and one blank beside it removed."""
    name = "[-_]".join(re.escape(part) for part in flag.name.split("-"))
    value = "" if flag.value is None else r"""(?:=|[ \t]+)(?:"[^"]*"|'[^']*'|[^\s"']*)"""
    match = re.search(rf"(?<![\w-])--{name}{value}(?![\w=-])", line)
    if match is None:
        return None
    start, end = match.span()
    if text:
        return line[:start] + text + line[end:]
    if line[end : end + 1] in (" ", "\t"):
        end += 1
    elif start and line[start - 1] in (" ", "\t"):
        start -= 1
    return line[:start] + line[end:]


def _add(kubelet: Kubelet, changed: dict[str, bytes], new: str) -> None:
    for variable in ("KUBELET_KUBEADM_ARGS", "KUBELET_EXTRA_ARGS"):
        for file in kubelet.env_files:
            if _assign(changed, file.path, variable, new):
                return
    unit = known(kubelet.unit)
    if unit is not None and _extra_file(unit, changed, new):
        return
    if unit is not None and _exec_start(unit, changed, new):
        return
    raise EditError("there is no file of this node's own to add the kubelet's flags to")


def _assign(changed: dict[str, bytes], path: str, variable: str, new: str) -> bool:
    lines = split(decoded(changed[path], path))
    for number in range(len(lines) - 1, -1, -1):
        match = re.match(
            rf"""^(\s*{variable}=)(["']?)(.*?)(["']?)(\s*)$""", lines[number], re.DOTALL
        )
        if match is None:
            continue
        quote = match[2] or '"'
        body = f"{new} {match[3]}".rstrip()
        lines[number] = f"{match[1]}{quote}{body}{quote}{match[5]}"
        changed[path] = "".join(lines).encode()
        return True
    return False


def _extra_file(unit: Unit, changed: dict[str, bytes], new: str) -> bool:
    """Add KUBELET_EXTRA_ARGS to the environment file that a unit names for it."""
    started = " ".join(s.value for s in unit.settings.get("Service.ExecStart", ()))
    if "$KUBELET_EXTRA_ARGS" not in started and "${KUBELET_EXTRA_ARGS}" not in started:
        return False
    named = [s.value.lstrip("-") for s in unit.settings.get("Service.EnvironmentFile", ())]
    for path in ("/etc/default/kubelet", "/etc/sysconfig/kubelet"):
        if path in named:
            lines = closed(split(decoded(changed.get(path, b""), path)))
            line = f'KUBELET_EXTRA_ARGS="{new}"{ending(lines)}'
            changed[path] = "".join([*lines, line]).encode()
            return True
    return False


def _exec_start(unit: Unit, changed: dict[str, bytes], new: str) -> bool:
    """Add to the end of an ExecStart that stands on one line of a file under /etc."""
    starts = unit.settings.get("Service.ExecStart", ())
    if not starts or starts[-1].source.line is None:
        return False
    place = starts[-1].source
    if not place.where.startswith("/etc/") or place.where not in changed or not place.line:
        return False
    lines = split(decoded(changed[place.where], place.where))
    number = place.line - 1
    while number < len(lines) and lines[number].rstrip("\r\n").endswith("\\"):
        number += 1
    if number >= len(lines):
        return False
    bare = lines[number].rstrip()
    lines[number] = f"{bare} {new}{lines[number][len(bare) :] or chr(10)}"
    changed[place.where] = "".join(lines).encode()
    return True
