"""A file written as a step: what stood there is noted, kept beside until the run is verified, and
put back unless somebody changed it since."""

from __future__ import annotations

import os
from pathlib import Path

from unshim.apply.acts import beside, files, swap
from unshim.apply.acts.files import Before
from unshim.apply.failures import FAILURES, Stale, StepFailed, Unsafe, reason_of, ways
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
    """Raises: Stale, Unsafe, where nothing was changed; StepFailed, OSError."""
    was = Before.from_json(former)
    real, after = _real(step, was), _after(was, step)
    place = beside.kept(real, turn.tag)
    _leads_there(step, real)
    files.check_folders(real)
    if os.path.lexists(place):
        raise StepFailed(f"{place} is left of a run that was cut off")
    files.make_folders(was.made)
    try:
        _put(place, real, was, after)
    except Stale:
        files.remove_folders(was.made)
        raise
    except Unsafe as unsafe:  # found half-way: whether all could be cleaned up is not known
        raise StepFailed(str(unsafe)) from unsafe
    try:
        _leads_there(step, real)
    except Stale as stale:
        _leave(real, was, after, turn.tag)
        raise stale from None


def _real(step: WriteFile, was: Before) -> Path:
    """The file itself, which runs of older releases did not note."""
    return Path(was.real or os.path.realpath(step.path))


def _leads_there(step: WriteFile, real: Path) -> None:
    now = os.path.realpath(step.path)
    if now != str(real):
        raise Stale(f"{step.path} leads to {now} since, not to {real}")


def _after(was: Before, step: WriteFile) -> Before:
    """The new file: an existing one's owner, mode and xattrs stay."""
    if step.after is None:
        return Before(False)
    if was.existed:
        return was._replace(data=step.after)
    return Before(True, step.after, step.mode)


def _leave(real: Path, was: Before, after: Before, tag: str) -> None:
    """Take back what was just written, where nobody wrote to it since. Raises: StepFailed."""
    try:
        now = _stands(real)
        if not _alike(now, after):
            raise Stale(f"{real} was changed by somebody else")
        _put_back(real, now, was, after, tag)
    except FAILURES as error:
        raise StepFailed(f"{reason_of(error)}; put back {real} by hand") from error


def _put(place: Path, real: Path, now: Before, after: Before) -> None:
    """Let `after` stand where `now` does."""
    if not after.existed:
        swap.take(place, real, now)
        return
    ours = beside.fill(place, after, inherits=not now.existed)
    if now.existed:
        swap.replace(place, real, now, ours)
    else:
        swap.add(place, real, ours)


def put_back(step: WriteFile, former: Former, turn: Turn) -> None:
    """The former file again, and nothing left beside it.

    What somebody changed of its owner, mode and xattrs since stays as they made it: an undo opens
    nothing that was closed.

    Raises:
        StepFailed: somebody changed it since, or it could not be done; it is left as it is.
    """
    try:
        was = Before.from_json(former)
        real, after = _real(step, was), _after(was, step)
        files.check_folders(real)
        now = _stands(real)
        if not turn.forced:
            _refuse(step, real, now, was, after)
        _put_back(real, now, was, after, turn.tag)
    except Stale as stale:
        raise StepFailed(f"{stale}; {ways(step.path)}") from stale
    except FAILURES as error:
        raise StepFailed(f"{reason_of(error)}; put back {step.path} by hand") from error


def _put_back(real: Path, now: Before, was: Before, after: Before, tag: str) -> None:
    """Let `was` stand where `now` does, and nothing lie beside. Raises: Stale, where something else
    stands there; StepFailed, Unsafe, OSError."""
    place, other = beside.kept(real, tag), beside.kept(real, f"{tag}-undo")
    beside.sweep(place)
    beside.sweep(other)
    _clear(other, was, after)
    if not _alike(now, was):
        _restore(place, other, real, now, was, after)
    _clear(place, was, after)
    files.remove_folders(was.made)


def _stands(place: Path) -> Before:
    return files.stands(place) or Before(False)


def _alike(one: Before, other: Before) -> bool:
    return one.existed == other.existed and one.data == other.data


def _clear(place: Path, *ours: Before) -> None:
    if not beside.drop_bytes(place, *ours):
        raise StepFailed(f"somebody wrote to {place}, and it is kept")


def _refuse(step: WriteFile, real: Path, now: Before, was: Before, after: Before) -> None:
    """Raises: Stale, where putting it back would take something from somebody."""
    _leads_there(step, real)
    if _alike(now, was):
        return
    if not _alike(now, after):
        raise Stale(f"{step.path} was changed since that run, and is left as it is")
    if now.links > 1:
        raise Stale(f"{step.path} has {now.links} hard links since that run, and is left as it is")


def _restore(place: Path, other: Path, real: Path, now: Before, was: Before, after: Before) -> None:
    """What came out of the place goes back, whatever somebody wrote to it meanwhile; where it is
    gone, a file made anew of what was noted."""
    if not was.existed:
        swap.take(other, real, now)
        _clear(other, now)
        return
    came = _stands(place)
    if _alike(came, after):
        _clear(place, after)
        came = Before(False)
    like = now if now.existed and not _same_owner_and_mode(now, after) else was
    if not came.existed:
        place, back = other, beside.fill(other, like._replace(data=was.data))
    elif like is now:
        back = beside.dress(place, now)
    else:
        back = came
    if now.existed:
        swap.replace(place, real, now, back)
        _clear(place, now)
    else:
        swap.add(place, real, back)


def _same_owner_and_mode(one: Before, other: Before) -> bool:
    return one._replace(data=b"", made=(), real="", links=1) == other._replace(
        data=b"", made=(), real="", links=1
    )


def settle(step: WriteFile, former: Former, turn: Turn) -> None:
    """Let go of the former file that is kept beside.

    Raises:
        StepFailed: somebody wrote to it while it was replaced; it stays.
        OSError: it could not be removed.
    """
    was = Before.from_json(former)
    place = beside.kept(_real(step, was), turn.tag)
    beside.sweep(place)
    if not beside.drop(place, was):
        raise StepFailed(f"somebody wrote to the former {step.path}; that is kept as {place}")


def now(step: WriteFile, former: Former) -> bytes | None:
    """The bytes that stand where the step wrote, None for no file."""
    try:
        found = files.stands(_real(step, Before.from_json(former)))
    except Unsafe:
        return None
    return found.data if found else None


def lost(step: WriteFile, former: Former) -> str:
    """Why putting the file back would take something from somebody, "" where it would not."""
    was = Before.from_json(former)
    real = _real(step, was)
    try:
        files.check_folders(real)
        _refuse(step, real, _stands(real), was, _after(was, step))
    except FAILURES as error:
        return reason_of(error)
    return ""
