"""Images: given to another namespace of containerd, or brought to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unshim.apply import acts
from unshim.apply.kind import Kind
from unshim.apply.rows import shared
from unshim.model.steps import ImportImage, ShareImage


def _share_command(step: ShareImage) -> str:
    return (
        f"ctr -n {step.source} images export - {step.name} | ctr -n {step.target} images import -"
        "   (shared, not copied)"
    )


def _decode_share(fields: Mapping[str, Any]) -> ShareImage:
    return ShareImage(**{**fields, "blobs": tuple(fields["blobs"])})


def _decode_import(fields: Mapping[str, Any]) -> ImportImage:
    step = ImportImage(**fields)
    return shared.right(step, acts.imports.is_import(step))


def _import_command(step: ImportImage) -> str:
    import_ = f"ctr -n {step.target} images import"
    return f"{import_} {step.archive}" if step.archive else f"docker save {step.name} | {import_} -"


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
IMPORT = Kind(
    ImportImage,
    "import-image",
    encode=shared.fields,
    decode=_decode_import,
    joined=shared.same,
    order=lambda _: (shared.SHARE, 1),
    undo_order=lambda _: (shared.SHARE, 1),
    children=("images",),
    note=lambda s: acts.imports.note(s),
    do=lambda s, former, turn: acts.imports.bring(s, former, turn),
    undo=lambda s, former, turn: acts.imports.take_out(s, former, turn),
    touches=lambda s: s.name,
    lost=shared.loses_nothing,
    command=_import_command,
    undo_command=lambda s, was: (
        "" if was.get("standing") else f"ctr -n {s.target} images rm {s.name}"
    ),
    disturbs=shared.disturbs_nothing,
    pictured=lambda s, picture: picture.image_is_brought(s.target, s.name, s.digest),
    longest=lambda _: acts.imports.SECONDS + acts.imports.BESIDE,
)
