"""A file written as a step: what stood there is noted, and put back unless somebody changed it."""

from __future__ import annotations

from unshim.apply.acts import files
from unshim.apply.acts.files import Before
from unshim.apply.failures import FAILURES, Stale, StepFailed, Unsafe, reason_of
from unshim.apply.turn import Former, Turn
from unshim.model.steps import WriteFile


def note(step: WriteFile) -> Former:
    """What stands at the path, whole.

    Raises:
        Stale: it is not what the plan saw.
        Unsafe, OSError: it cannot be replaced alone.
    """
    before = files.look(step.path)
    if (before.data if before.existed else None) != step.before:
        raise Stale(f"{step.path} is not as it was when the plan was made")
    return before.as_json()


def write(step: WriteFile, former: Former, turn: Turn) -> None:
    """Raises: Stale, Unsafe, OSError."""
    before = Before.from_json(former)
    files.write(step.path, before, _after(before, step.after, step.mode), turn.tag)


def _after(before: Before, data: bytes | None, mode: int) -> Before:
    """The new file: an existing one's owner, mode and xattrs stay."""
    if data is None:
        return Before(False)
    if before.existed:
        return Before(True, data, before.mode, before.uid, before.gid, before.xattrs)
    return Before(True, data, mode, made=before.made)


def put_back(step: WriteFile, former: Former, turn: Turn) -> None:
    """The former file again, and nothing left beside it.

    Raises:
        StepFailed: somebody changed it since, or it could not be done; it is left as it is.
    """
    try:
        _put_back(step, Before.from_json(former), turn.tag)
    except FAILURES as error:
        raise StepFailed(f"{reason_of(error)}; put back {step.path} by hand") from error


def _put_back(step: WriteFile, was: Before, tag: str) -> None:
    after = step.after or b""
    files.sweep(step.path, tag, was.data, after)
    files.sweep(step.path, f"{tag}-undo", after, was.data)
    now = files.look(step.path)
    if now.existed == was.existed and now.data == was.data:
        files.remove_folders(was.made)
        return
    if (now.data if now.existed else None) != step.after:
        raise Stale(f"{step.path} was changed since, and is left as it is")
    files.write(step.path, now, was, f"{tag}-undo")
    files.remove_folders(was.made)


def lost(step: WriteFile, half: bool) -> str:
    """Why taking the step back would lose something, "" where it would not. A run that was cut off
    (`half`) may have left the file as it was."""
    try:
        now = files.look(step.path)
    except (Unsafe, OSError) as error:
        return str(error)
    stands = now.data if now.existed else None
    if stands == step.after or (half and stands == step.before):
        return ""
    return f"{step.path} was changed since that run, and is left as it is"
