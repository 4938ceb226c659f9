"""Static pods: the manifests in the kubelet's own folder, and the images they name."""

from __future__ import annotations

from collections.abc import Iterator

from unshim.facts.kubelet.host_ports import host_ports, on_host_network
from unshim.facts.kubelet.runtime import has_kubelet
from unshim.host.host import Host, Kind
from unshim.model.machine import ParseError
from unshim.model.parts.kubelet import Kubelet
from unshim.model.parts.pods import PodImage, StaticPod
from unshim.model.values import FileText, Missing, Origin, Source
from unshim.text import redact, yaml_marks
from unshim.text.escape import visible
from unshim.text.garbled import garbled_line
from unshim.text.yaml_values import Marked

_CONTAINERS = ("initContainers", "containers", "ephemeralContainers")


def read(host: Host, kubelet: Kubelet | Missing) -> tuple[StaticPod, ...] | Missing:
    """Every manifest that the kubelet would take; one that it would refuse is left out. Of one that
    is no text it is not known what it was to run.

    It reads each file whose name does not begin with a dot, whatever its ending.
    Source: kubernetes pkg/kubelet/config/file.go (extractFromDir, extractFromFile).
    """
    if isinstance(kubelet, Missing):
        return kubelet
    if not has_kubelet(kubelet):
        return ()
    path = kubelet.static_pod_path
    if isinstance(path, Missing):
        return path
    if path is None:
        return ()
    files = _files(host, path.value)
    if isinstance(files, Missing):
        return files
    pods = [_pod(file) for file in files]
    broken = next((pod for pod in pods if isinstance(pod, Missing)), None)
    if broken is not None:
        return broken
    return tuple(pod for pod in pods if isinstance(pod, StaticPod))


def _files(host: Host, path: str) -> list[FileText] | Missing:
    kind = host.stat(path)
    if isinstance(kind, Missing):
        return kind
    if kind is None:
        return []
    paths = [path]
    if kind.kind is Kind.DIRECTORY:
        names = host.list(path)
        if isinstance(names, Missing):
            return names
        paths = [f"{path.rstrip('/')}/{n}" for n in names or () if not n.startswith(".")]
    files = []
    for one in paths:
        stat = host.stat(one)
        if isinstance(stat, Missing):
            return stat  # a manifest that cannot be looked at may name any image
        if stat is None or stat.kind is not Kind.FILE:
            continue
        file = host.read(one)
        if isinstance(file, Missing):
            return file
        if file is not None:
            files.append(file)
    return files


def _pod(file: FileText) -> StaticPod | None | Missing:
    path = visible(file.path)
    line = garbled_line(file.data)
    if line is not None:
        return Missing(f"{path}:{line} is garbled, and may be any pod's")
    documents = yaml_marks.parse(path, file.data)
    if isinstance(documents, ParseError) or not documents:
        return None
    pod = documents[0]
    if _text(pod, "kind") != "Pod":
        return None
    metadata = _item(pod, "metadata")
    return StaticPod(
        path=visible(file.path),
        name=_text(metadata, "name"),
        namespace=_text(metadata, "namespace") or "default",
        images=tuple(_images(visible(file.path), _item(pod, "spec"))),
        host_network=on_host_network(_item(pod, "spec")),
        host_ports=host_ports(_item(pod, "spec")),
        restart_policy=_text(_item(pod, "spec"), "restartPolicy"),
    )


def _images(path: str, spec: Marked | None) -> Iterator[PodImage]:
    for kind in _CONTAINERS:
        containers = _item(spec, kind)
        if containers is None or not isinstance(containers.items, list):
            continue
        for container in containers.items:
            image = _item(container, "image")
            if image is not None and image.text:
                source = Source(Origin.FILE, path, image.line)
                name = redact.value("image", visible(image.text))
                yield PodImage(name, _text(container, "imagePullPolicy"), source)


def _item(of: Marked | None, key: str) -> Marked | None:
    if of is None or not isinstance(of.items, dict):
        return None
    return of.items.get(key)


def _text(of: Marked | None, key: str) -> str:
    item = _item(of, key)
    return visible(item.text) if item is not None else ""
