"""The images that the kubelet's pods need on containerd: there before it moves, or carried over."""

from __future__ import annotations

from collections.abc import Iterator

from checks.images.sandbox import sandbox_image
from checks.runtime.config import containerd_config
from checks.systemd.containerd_unit import containerd_unit_killmode
from fixes.cri_tables import TABLES, file_that_counts
from unshim.api import (
    NAMESPACE,
    RESTART_CONTAINERD,
    Made,
    Missing,
    Node,
    Note,
    Refused,
    RestartUnit,
    Step,
    Version,
    WriteFile,
    known,
    may_restart_containerd,
    refusing,
)
from unshim.model.parts.images import Completeness
from unshim.releases.containerd import IMAGES
from unshim.text.edit.lines import EditError
from unshim.text.edit.toml_text import set_value
from unshim.text.image_names import familiar, normal

# Where each version of the configuration keeps the sandbox image.
# Source: containerd docs/cri/config.md.
_PINNED = ("plugins", IMAGES, "pinned_images", "sandbox")
SANDBOX_KEYS = {
    1: (*TABLES[1], "sandbox_image"),
    2: (*TABLES[2], "sandbox_image"),
    3: _PINNED,
    4: _PINNED,
}


def pod_images(node: Node) -> Iterator[Made]:
    """What makes the sandbox image one that is there, where that is not so already.

    No pod starts without its sandbox image. Where containerd's own is not there, but the one that
    the kubelet had Docker use is, containerd is set to that one.

    Raises:
        Refused: an image is missing that no pull may bring, or that nothing is known to bring.
    """
    wanted = _never_pulled(node)
    sandbox, own = normal(sandbox_image(node).value), _of_kubelet(node)
    carried = not _is_there(node, sandbox) and _is_there(node, own)
    missing = [] if carried else [sandbox]
    missing = [name for name in (*missing, *wanted) if not _is_there(node, name)]
    if missing:
        bring = [_bring(node, name, own) for name in missing]
        lacking = ", ".join(familiar(name) for name in missing)
        reason = f"containerd does not have what pods need: {lacking}"
        if _save(own) in bring and own not in missing:
            reason += f" (for the sandbox {familiar(own)} will do, which Docker has)"
        raise Refused(reason, first=bring)
    if carried:
        yield from _set_sandbox(node, own)
    pulled = _pulled(node)
    if pulled:
        names = ", ".join(map(familiar, pulled))
        yield Note(f"containerd does not have {names}: the kubelet pulls what is missing")


def _of_kubelet(node: Node) -> str:
    """What the kubelet has Docker use, "" where that is not known."""
    image = known(node.kubelet).effective.get("pod-infra-container-image")
    return "" if image is None or isinstance(image, Missing) else normal(str(image.value))


def _is_there(node: Node, name: str) -> bool:
    """Whether the kubelet finds it, whole."""
    return any(
        image.namespace == NAMESPACE
        and image.completeness is Completeness.COMPLETE
        and normal(image.name) == name
        for image in known(node.images).images
    )


def _never_pulled(node: Node) -> list[str]:
    """The images of static pods that may not be pulled."""
    pods = known(node.static_pods)
    return sorted({normal(i.name) for p in pods for i in p.images if i.pull_policy == "Never"})


def _pulled(node: Node) -> list[str]:
    """Those that will be."""
    names = {normal(i.name) for p in known(node.static_pods) for i in p.images}
    return sorted(name for name in names if not _is_there(node, name))


def _bring(node: Node, name: str, own: str) -> str:
    """The command that brings an image, or the kubelet's own sandbox image in its place."""
    in_docker = _in_docker(node)
    if name in in_docker:
        return _save(name)
    if name == normal(sandbox_image(node).value) and own in in_docker:
        return _save(own)
    elsewhere = (
        image.namespace
        for image in known(node.images).images
        if normal(image.name) == name and image.completeness is Completeness.COMPLETE
    )
    for namespace in elsewhere:
        export = f"ctr -n {namespace} images export - {name}"
        return f"{export} | ctr -n k8s.io images import -"
    return f"ctr -n k8s.io images pull {name}"


def _save(name: str) -> str:
    return f"docker save {familiar(name)} | ctr -n k8s.io images import -"


def _in_docker(node: Node) -> set[str]:
    running = node.docker if isinstance(node.docker, Missing) else node.docker.running
    images = running if isinstance(running, Missing) else running.images
    if isinstance(images, Missing):
        return set()
    return {normal(name) for image in images for name in image.names}


def sandbox_file(image: str, release: Version) -> bytes:
    """A configuration that says no more than this, in the oldest version that is no deprecated
    one to the release."""
    if release.line < (2, 0):
        return f'version = 2\n\n[plugins."{TABLES[2][1]}"]\n  sandbox_image = "{image}"\n'.encode()
    return f"version = 3\n\n[plugins.'{IMAGES}'.pinned_images]\n  sandbox = '{image}'\n".encode()


def _set_sandbox(node: Node, image: str) -> Iterator[Step]:
    """Have containerd use this sandbox image. Raises: Refused."""
    config = containerd_config(node)
    by_hand = (f"set the sandbox image {image} in {config.path.value}", RESTART_CONTAINERD)
    may_restart_containerd(node, by_hand, containerd_unit_killmode)
    files, key = (
        {f.path: f for f in config.files},
        SANDBOX_KEYS.get(config.version.value, SANDBOX_KEYS[2]),
    )
    if not files:
        release = known(known(node.containerd).version).value
        yield WriteFile(config.path.value, None, sandbox_file(image, release))
    else:
        now = config.sandbox_image
        named = "" if isinstance(now, Missing) else now.source.where
        place = files.get(named) or file_that_counts(config, config.files[0], files)
        try:
            yield WriteFile(place.path, place.data, set_value(place.data, key, image, place.path))
        except EditError as error:
            raise refusing(error, by_hand) from None
    yield RestartUnit("containerd.service")
