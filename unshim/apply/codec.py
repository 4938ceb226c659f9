"""Steps to JSON and back. Bytes are base64; an unknown kind or field is refused, never dropped."""

from __future__ import annotations

import base64
from typing import Any

from unshim.model.steps import ReloadSystemd, RestartUnit, ShareImage, Step, WriteFile


class CodecError(Exception):
    """What was read is not a step of this release."""


def _b64(data: bytes | None) -> str | None:
    return None if data is None else base64.b64encode(data).decode("ascii")


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text, validate=True)


def encode(step: Step) -> dict[str, Any]:
    match step:
        case WriteFile(path, before, after, mode):
            return {
                "kind": "write-file",
                "path": path,
                "before": _b64(before),
                "after": _b64(after),
                "mode": mode,
            }
        case ReloadSystemd():
            return {"kind": "reload-systemd"}
        case RestartUnit(unit):
            return {"kind": "restart-unit", "unit": unit}
        case ShareImage(socket, source, target, name, digest, blobs):
            return {
                "kind": "share-image",
                "socket": socket,
                "source": source,
                "target": target,
                "name": name,
                "digest": digest,
                "blobs": list(blobs),
            }


def decode(item: dict[str, Any]) -> Step:
    """Raises: CodecError."""
    fields = dict(item)
    kind = fields.pop("kind", None)
    try:
        if kind == "write-file":
            fields["before"], fields["after"] = _bytes(fields["before"]), _bytes(fields["after"])
            return WriteFile(**fields)
        if kind == "reload-systemd":
            return ReloadSystemd(**fields)
        if kind == "restart-unit":
            return RestartUnit(**fields)
        if kind == "share-image":
            fields["blobs"] = tuple(fields["blobs"])
            return ShareImage(**fields)
    except (TypeError, KeyError, ValueError) as error:
        raise CodecError(f"a step of kind {kind} is not as it should be") from error
    raise CodecError(f"unknown kind of step: {kind}")
