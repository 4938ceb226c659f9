"""Images: given to another namespace of containerd."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unshim.apply import acts
from unshim.apply.kind import Kind
from unshim.apply.rows import shared
from unshim.model.steps import ShareImage


def _share_command(step: ShareImage) -> str:
    return (
        f"ctr -n {step.source} images export - {step.name} | ctr -n {step.target} images import -"
        "   (shared, not copied)"
    )


def _decode_share(fields: Mapping[str, Any]) -> ShareImage:
    return ShareImage(**{**fields, "blobs": tuple(fields["blobs"])})


SHARE = Kind(
    ShareImage,
    "share-image",
    encode=lambda s: {**shared.fields(s), "blobs": list(s.blobs)},
    decode=_decode_share,
    joined=shared.same,
    order=lambda _: (shared.SHARE, 0),
    undo_order=lambda _: (shared.SHARE, 0),
    children=("images",),
    note=lambda s: acts.unit_steps.note_nothing(s),
    do=lambda s, former, turn: acts.images.share(s, former, turn),
    undo=lambda s, former, turn: acts.images.unshare(s, former, turn),
    touches=lambda s: s.name,
    lost=shared.loses_nothing,
    command=_share_command,
    undo_command=lambda s, _: f"ctr -n {s.target} images rm {s.name}",
    disturbs=shared.disturbs_nothing,
    pictured=lambda s, picture: picture.image_is_shared(s.source, s.target, s.name, s.digest),
)
