"""Images: does each one lie where the kubelet looks."""

from __future__ import annotations

from collections.abc import Iterator

from unshim.api import Evidence, Finding, Node, Origin, Phase, Seen, Severity, Source, check, known
from unshim.text.image_names import familiar, normal


@check(
    Severity.ERROR,
    kubelet=True,
    needs_containerd=True,
    phases=(Phase.ON_CONTAINERD,),
    well="No image that a pod of this node names is in another namespace only",
    remedy="Give the image to namespace k8s.io; nothing is downloaded again.",
    proof=Seen("containerd 1.6 and 1.7"),
)
def images_wrong_namespace(node: Node) -> Iterator[Finding]:
    """An image that a pod of this node names lies in a namespace the kubelet cannot see.

    containerd keeps images by namespace. The kubelet sees k8s.io only; `ctr` and `nerdctl` put
    images into `default` unless told otherwise. Counted are images that a static pod or a
    container of this node names: an error where the pod may not pull it (imagePullPolicy Never),
    else a warning, since the kubelet pulls it once more. Images in other namespaces that no pod
    names are somebody's own and no finding.

    Source: containerd docs/namespaces.md and docs/cri/crictl.md.
    """
    wanted = _wanted_images(node)
    for name, spaces in only_elsewhere(node).items():
        never, sources = wanted[name]
        yield Finding(
            f"{familiar(name)} is in {spaces}, not in k8s.io",
            (
                *(Evidence("named by", familiar(name), "", s) for s in sources),
                Evidence(
                    "namespaces that have it",
                    spaces,
                    "k8s.io",
                    Source(Origin.DAEMON, known(node.containerd).socket.path),
                ),
            ),
            hurts="The pod may not pull it and does not start (ErrImageNeverPull)."
            if never
            else "The kubelet downloads it again, and fails where the registry is out of reach.",
            severity=None if never else Severity.WARNING,
        )


def only_elsewhere(node: Node) -> dict[str, str]:
    """The images that pods of this node name and that are in other namespaces alone, with these.

    Raises:
        Unknown: the images or the static pods are Missing.
    """
    images = known(node.images).images
    visible = {normal(i.name) for i in images if i.namespace == "k8s.io"}
    found: dict[str, str] = {}
    for name in sorted(set(_wanted_images(node)) - visible):
        spaces = sorted(i.namespace for i in images if normal(i.name) == name)
        if spaces:
            found[name] = ", ".join(spaces)
    return found


def _wanted_images(node: Node) -> dict[str, tuple[bool, tuple[Source, ...]]]:
    """Images that pods of this node name: whether one may not pull it, and where that stands."""
    wanted: dict[str, tuple[bool, tuple[Source, ...]]] = {}
    for pod in known(node.static_pods):
        for image in pod.images:
            never, sources = wanted.get(normal(image.name), (False, ()))
            wanted[normal(image.name)] = (
                never or image.pull_policy == "Never",
                (*sources, image.source),
            )
    return wanted
