"""Lines that still speak of dockershim, in whatever the kubelet or kubeadm will read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from unshim.facts.places import Places
from unshim.host.host import Host
from unshim.model.machine import Flag, Reference
from unshim.model.values import FileText, Missing, Origin, Source
from unshim.text import sieve
from unshim.text.escape import decode
from unshim.text.patterns import lazy

_DOCKERSHIM = lazy(
    rb"dockershim\.sock|--container-runtime[= ]+[\"']?docker(?![\w-])|--docker-endpoint"
    rb"|--experimental-dockershim|/var/lib/dockershim"
    # As an entry of kubeadm's kubeletExtraArgs.
    rb"|^\s*[\"']?container-runtime[\"']?:\s*[\"']?docker(?![\w-])"
)
_KUBEADM_FLAGS = "/var/lib/kubelet/kubeadm-flags.env"
_DEFAULTS = ("/etc/default/kubelet", "/etc/sysconfig/kubelet")
_KUBERNETES = "/etc/kubernetes"
_SHOWN = 300

PLACES = Places(read=(_KUBEADM_FLAGS, *_DEFAULTS), list=(_KUBERNETES,))


def read(
    host: Host, files: Sequence[FileText], running: tuple[Flag, ...] | Missing
) -> tuple[Reference, ...] | Missing:
    """Every such line, by file. Comments do not count, nor do copies that nothing reads.

    `files` are those that the kubelet reads for certain: units, environment files, its config.
    """
    references: list[Reference] = []
    seen: set[str] = set()
    for file in [*files, *_others(host)]:
        if isinstance(file, Missing):
            return file
        if file.path not in seen:
            seen.add(file.path)
            references += _lines(file)
    if not isinstance(running, Missing):
        references += _running(running)
    return tuple(references)


def _others(host: Host) -> Iterator[FileText | Missing]:
    paths = [_KUBEADM_FLAGS, *_DEFAULTS]
    names = host.list(_KUBERNETES)
    if isinstance(names, Missing):
        yield names
    else:
        # Kubeconfigs (*.conf) hold credentials and no runtime; what is left behind by editors
        # and package managers ends otherwise.
        paths += [f"{_KUBERNETES}/{n}" for n in names or () if n.endswith((".yaml", ".yml"))]
    for path in paths:
        file = host.read(path)
        if file is not None:
            yield file


def _lines(file: FileText) -> Iterator[Reference]:
    yaml = file.path.endswith((".yaml", ".yml"))
    for number, line in enumerate(file.data.split(b"\n"), 1):
        if not _DOCKERSHIM.search(_without_comment(line, yaml)):
            continue
        text = decode(sieve.data(line.strip()))[:_SHOWN]
        yield Reference(
            text, Source(Origin.FILE, decode(file.path.encode("utf-8", "backslashreplace")), number)
        )


def _without_comment(line: bytes, yaml: bool) -> bytes:
    """Only YAML has comments after a value; to systemd a later `#` is part of the text."""
    if line.lstrip().startswith((b"#", b";")):
        return b""
    return re.split(rb"\s#", line, maxsplit=1)[0] if yaml else line


def _running(flags: tuple[Flag, ...]) -> Iterator[Reference]:
    for flag in flags:
        text = f"--{flag.name}" if flag.value is None else f"--{flag.name}={flag.value}"
        if _DOCKERSHIM.search(text.encode("utf-8", "backslashreplace")):
            yield Reference(text[:_SHOWN], flag.source)
