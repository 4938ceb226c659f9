"""Images: is all of each one there."""

from __future__ import annotations

from collections.abc import Iterator

from unshim.api import (
    Evidence,
    Finding,
    Node,
    Origin,
    Runtime,
    Seen,
    Severity,
    Source,
    cannot_tell,
    check,
    known,
    seen_runtime,
)
from unshim.model.parts.images import Completeness, Image
from unshim.text.image_names import familiar


@check(
    Severity.ERROR,
    needs_containerd=True,
    well="All images in k8s.io are complete",
    remedy="Pull or import the image again in namespace k8s.io.",
    proof=Seen("containerd 1.6 and 2.1, beside `ctr images check`"),
)
def images_incomplete(node: Node) -> Iterator[Finding]:
    """Parts of an image in k8s.io are not in containerd's store.

    A pull or import that was interrupted leaves a name without all of its layers: the container
    fails with `content digest not found`, often only after a reboot. An image whose layers were
    unpacked and then thrown away (discard_unpacked_layers) still runs and is information. Other
    platforms' parts of a multi-platform image do not count.

    Source: the rule of `ctr images check`.
    """
    place = Source(Origin.DAEMON, known(node.containerd).socket.path)
    without = seen_runtime(node) is Runtime.NONE
    unseen: list[Image] = []
    broken = False
    for image in _by_digest(known(node.images).images):
        if image.completeness is Completeness.UNKNOWN:
            unseen.append(image)
        elif image.completeness is not Completeness.COMPLETE:
            broken = True
            yield _incomplete(image, place, without)
    if unseen and not broken:
        raise cannot_tell(f"the content of {familiar(unseen[0].name)} could not be read")


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
        else f"{familiar(image.name)} has a tag but no content",
        tuple(evidence),
        hurts="A container of it fails with `content digest not found`.",
        severity=Severity.WARNING if without else None,
    )
