"""Images: brought to where the kubelet looks."""

from __future__ import annotations

from collections.abc import Iterator

from checks.images.namespaces import images_wrong_namespace
from unshim.api import Disturbs, Node, Refused, ShareImage, Step, fix, known
from unshim.model.parts.images import Completeness, Image
from unshim.text.image_names import familiar, normal


@fix(images_wrong_namespace, disturbs=Disturbs.NOTHING)
def bring_images_to_k8s_io(node: Node) -> Iterator[Step]:
    """Share images that pods need with namespace k8s.io.

    containerd keeps the content of images once and shares it between namespaces: nothing is
    downloaded or copied, and the name in the other namespace stays. Undo takes the name away
    again.
    """
    images = known(node.images).images
    visible = {normal(i.name) for i in images if i.namespace == "k8s.io"}
    wanted = {normal(i.name) for pod in known(node.static_pods) for i in pod.images} - visible
    socket = known(node.containerd).socket.path
    for name in sorted(wanted):
        candidates = [i for i in images if i.namespace != "k8s.io" and normal(i.name) == name]
        if candidates:
            yield _share(min(candidates, key=_worth), name, socket)


def _worth(image: Image) -> tuple[bool, bool, str]:
    """Complete ones first, then `default`, then by name: the least is taken."""
    return (
        image.completeness is not Completeness.COMPLETE,
        image.namespace != "default",
        image.namespace,
    )


def _share(image: Image, name: str, socket: str) -> ShareImage:
    if image.completeness is not Completeness.COMPLETE:
        raise Refused(
            f"{familiar(name)} is not complete in {image.namespace}",
            (f"ctr -n k8s.io images pull {name}",),
        )
    return ShareImage(socket, image.namespace, "k8s.io", name, image.digest, image.blobs)
