"""Images: does each one lie where the kubelet looks, and is all of it there."""

from __future__ import annotations

from collections.abc import Iterator

from unshim.judge.declare import check
from unshim.judge.phase import without_kubelet
from unshim.model.checks import Evidence, Finding, Phase, Severity
from unshim.model.node import Node
from unshim.model.parts.images import Completeness, Image
from unshim.model.values import Missing, Origin, Source, known
from unshim.text.image_names import familiar, normal


@check(
    Severity.ERROR,
    kubelet=True,
    needs_containerd=True,
    phases=(Phase.ON_CONTAINERD,),
    remedy="Give the image to namespace k8s.io; nothing is downloaded again.",
)
def images_wrong_namespace(node: Node) -> Iterator[Finding]:
    """An image that a pod of this node names lies in a namespace the kubelet cannot see.

    containerd keeps images by namespace. The kubelet sees k8s.io only; `ctr` and `nerdctl` put
    images into `default` unless told otherwise. Counted are images that a static pod or a
    container of this node names: an error where the pod may not pull it (imagePullPolicy Never),
    else a warning, since the kubelet pulls it once more. Images in other namespaces that no pod
    names are somebody's own and no finding.

    Source: containerd docs/namespaces.md and docs/cri/crictl.md; seen on containerd 1.6.
    """
    images = known(node.images).images
    wanted = _wanted(node)
    visible = {normal(i.name) for i in images if i.namespace == "k8s.io"}
    for name, (never, sources) in sorted(wanted.items()):
        if name in visible:
            continue
        elsewhere = sorted(
            (i for i in images if i.namespace != "k8s.io" and normal(i.name) == name),
            key=lambda i: i.namespace,
        )
        if not elsewhere:
            continue
        spaces = ", ".join(i.namespace for i in elsewhere)
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


def _wanted(node: Node) -> dict[str, tuple[bool, tuple[Source, ...]]]:
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


@check(
    Severity.ERROR,
    needs_containerd=True,
    remedy="Pull or import the image again in namespace k8s.io.",
)
def images_incomplete(node: Node) -> Iterator[Finding]:
    """Parts of an image in k8s.io are not in containerd's store.

    A pull or import that was interrupted leaves a name without all of its layers: the container
    fails with `content digest not found`, often only after a reboot. An image whose layers were
    unpacked and then thrown away (discard_unpacked_layers) still runs and is information. Other
    platforms' parts of a multi-platform image do not count.

    Source: the rule of `ctr images check`, containerd 1.6 and 2.1, run side by side.
    """
    place = Source(Origin.DAEMON, known(node.containerd).socket.path)
    without = without_kubelet(node)
    unseen: list[Image] = []
    broken = False
    for image in _by_digest(known(node.images).images):
        if image.completeness is Completeness.UNKNOWN:
            unseen.append(image)
        elif image.completeness is not Completeness.COMPLETE:
            broken = True
            yield _incomplete(image, place, without)
    if unseen and not broken:
        known(Missing(f"could not look into the content of {familiar(unseen[0].name)}"))


def _by_digest(images: tuple[Image, ...]) -> Iterator[Image]:
    """Each image of k8s.io once, under the name a person gave it rather than its digest."""
    seen: set[str] = set()
    for image in sorted(images, key=lambda i: (i.name.startswith("sha256:"), i.name)):
        if image.namespace == "k8s.io" and image.digest not in seen:
            seen.add(image.digest)
            yield image


def _incomplete(image: Image, place: Source, without: bool) -> Finding:
    evidence = [Evidence("image", familiar(image.name), "", place)]
    if image.required:
        parts = f"{image.present} of {image.required}"
        evidence.append(Evidence("parts present", parts, str(image.required), place))
    evidence += [Evidence("not in the store", digest, "", place) for digest in image.missing[:8]]
    if image.unpacked:
        return Finding(
            f"{familiar(image.name)} has {len(image.missing)} layer(s) only in unpacked form",
            tuple(evidence),
            hurts="It runs; it cannot be exported or pushed from here.",
            severity=Severity.INFO,
        )
    return Finding(
        f"{familiar(image.name)} is incomplete: {image.present} of {image.required} parts"
        if image.required
        else f"{familiar(image.name)} is a name without content",
        tuple(evidence),
        hurts="A container of it fails with `content digest not found`.",
        severity=Severity.WARNING if without else None,
    )
