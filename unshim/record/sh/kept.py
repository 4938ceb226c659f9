"""What of daemons' answers may be kept, as the script's awk has it: rpc/scrub's and Docker's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from unshim.facts.docker import answers
from unshim.rpc import containerd as ctd
from unshim.rpc import scrub

if TYPE_CHECKING:
    from google.protobuf.descriptor import Descriptor

_CRI_CALLS = (
    "RuntimeService/ListPodSandbox",
    "RuntimeService/ListContainers",
    "ImageService/ListImages",
)
# Values that later questions rest on, by call and by the names of fields.
_NOTED = {
    "Namespaces/List": {"namespaces.name": "namespace"},
    "Images/List": {"images.target.digest": "target"},
    "Content/List": {
        "info.digest": "digest",
        "info.size": "size",
        "info.labels.key": "key",
        "info.labels.value": "value",
    },
    "Snapshots/List": {"info.name": "snapshot"},
}
# Fields that scrub looks into, and the letter of the awk function that does the same.
_CLEANED = {"info": "i", "items.annotations": "a", "data": "b"}
# Of Docker's answers: parts that are kept otherwise than whole.
_DOCKERS = {
    **dict.fromkeys(("Image", "RepoTags", "RepoDigests", "Names"), "text"),
    "Labels": "labels",
    "HostConfig": "host-config",
}


def values() -> Mapping[str, str]:
    """What stands for each @NAME@ of grpc.awk, and for the calls."""
    return {
        "KINDS": "\n  ".join(_kinds()),
        "DAEMON_CALLS": " ".join((ctd.VERSION, ctd.PLUGINS, ctd.SERVER)),
        "NAMESPACES": ctd.NAMESPACES,
        "TASKS": ctd.TASKS,
        "IMAGES": ctd.IMAGES,
        "CONTENTS": ctd.CONTENTS,
        "SNAPSHOTS": ctd.SNAPSHOTS,
        "READ": ctd.READ,
        "CRI_CALLS": " ".join(_CRI_CALLS),
    }


def _kinds() -> Iterator[str]:
    methods = [ctd.VERSION, ctd.PLUGINS, ctd.SERVER, ctd.NAMESPACES, ctd.TASKS, ctd.IMAGES]
    methods += [ctd.CONTENTS, ctd.READ, ctd.SNAPSHOTS]
    for api in ("v1", "v1alpha2"):
        methods += [f"/runtime.{api}.{call}" for call in _CRI_CALLS]
        methods += [
            f"/runtime.{api}.RuntimeService/{c}" for c in ("Version", "Status", "RuntimeConfig")
        ]
    for method in methods:
        yield from _fields_kept(method)
    yield f'KEPT_INFO = "{b" ".join(scrub.KEPT_INFO).decode()}"'
    yield f'KEPT_ANNOTATION = "{b" ".join(scrub.KEPT_ANNOTATIONS).decode()}"'
    for key in scrub.KEPT_OF_AN_IMAGE:
        yield f'KEEP["config", "{key}"] = "whole"'
    for key in (*answers.KEPT_FIELDS, *answers.KEPT_INFO, "Labels", "HostConfig"):
        yield f'KEEP["docker", "{key}"] = "{_DOCKERS.get(key, "whole")}"'
    yield 'KEEP["host-config", "LogConfig"] = "log-config"'
    yield 'KEEP["log-config", "Type"] = "whole"'
    yield 'KEEP["log-config", "Config"] = "values"'
    for key in answers.KEPT_LABELS:
        yield f'KEEP["labels", "{key}"] = "whole"'


def _fields_kept(method: str) -> Iterator[str]:
    kept = scrub.kept_of(method)
    assert kept is not None
    noted = next((v for end, v in _NOTED.items() if method.endswith(f".{end}")), {})
    described: Any = kept.message.DESCRIPTOR
    for path, names, kind in _fields(described, "", ""):
        letter = _CLEANED[names] if names == kept.cleaned else kind
        yield f'KIND["{method}", "{path}"] = "{letter}"'
        if names in noted:
            yield f'NOTE["{method}", "{path}"] = "{noted[names]}"'


def _fields(of: Descriptor, path: str, names: str) -> Iterator[tuple[str, str, str]]:
    """Each field that unshim knows: path of numbers, path of names, v or m."""
    for field in of.fields:
        field_path, named = f"{path}.{field.number}", f"{names}.{field.name}".lstrip(".")
        below: Any = field.message_type
        yield field_path, named, "m" if below is not None else "v"
        if below is not None:
            yield from _fields(below, field_path, named)
