"""Files: written as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unshim.apply import acts, by_sh
from unshim.apply.kind import Kind
from unshim.apply.rows import shared
from unshim.apply.turn import Former
from unshim.model.steps import WriteFile


def _b64(data: bytes | None) -> str | None:
    import base64  # dear, and a report saves no step

    return None if data is None else base64.b64encode(data).decode("ascii")


def _bytes(text: str | None) -> bytes | None:
    import base64

    return None if text is None else base64.b64decode(text, validate=True)


def _joined_writes(first: WriteFile, second: WriteFile) -> WriteFile | None:
    if first.path != second.path:
        return None
    return WriteFile(first.path, first.before, second.after, first.mode)


def _write_command(step: WriteFile) -> str:
    verb = "create" if step.before is None else "remove" if step.after is None else "write"
    return f"{verb} {step.path}"


def _put_back_command(step: WriteFile, former: Former) -> str:
    if former.get("existed"):
        return f"put back {step.path}"
    return f"remove {step.path}   (it did not exist before)"


def _decode_write(fields: Mapping[str, Any]) -> WriteFile:
    before, after = _bytes(fields["before"]), _bytes(fields["after"])
    return WriteFile(**{**fields, "before": before, "after": after})


WRITE = Kind(
    WriteFile,
    "write-file",
    encode=lambda s: {**shared.fields(s), "before": _b64(s.before), "after": _b64(s.after)},
    decode=_decode_write,
    joined=_joined_writes,
    order=lambda _: (shared.WRITE, 0),
    undo_order=lambda _: (shared.WRITE, 0),
    children=(),
    note=lambda s: acts.writes.note(s),
    do=lambda s, former, turn: acts.writes.write(s, former, turn),
    undo=lambda s, former, turn: acts.writes.put_back(s, former, turn),
    touches=lambda s: s.path,
    settle=lambda s, former, turn: acts.writes.settle(s, former, turn),
    lost=lambda s, former: acts.writes.lost(s, former),
    command=_write_command,
    undo_command=_put_back_command,
    disturbs=shared.disturbs_nothing,
    pictured=lambda s, picture: picture.file_is(s.path, s.after, s.mode),
    at_boot=True,
    by_sh=by_sh.file,
)
