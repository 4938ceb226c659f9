"""Compare-and-swap of a file, by which nobody's edit is lost.

What came out of the place is compared afterwards, when no writer holds it: what is not byte for
byte what was expected, with its owner, mode, xattrs and links, is somebody's and goes back. Where
that puts out a still newer edit, the newest stands in the end, and the older is kept beside.
"""

from __future__ import annotations

import os
from pathlib import Path

from unshim.apply.acts import beside, files, renames
from unshim.apply.acts.files import Before
from unshim.apply.disk import flush_folder
from unshim.apply.failures import Stale, StepFailed, reason_of

_TRIES = 8


def replace(place: Path, real: Path, expected: Before, ours: Before) -> None:
    """Let what lies at `place`, `ours`, stand at `real`, and keep at `place` what stood there.

    Raises:
        Stale: that was not what was expected; it stands there again, and ours is gone.
        StepFailed: it could not be put there again, and is kept; or ours could not go.
        OSError: it could not be done, or is not known to be on disk.
    """
    with beside.quiet(real) as held:
        mine = os.lstat(place)
        try:
            if held is None or not files.is_as(held.handle, expected):
                raise Stale(_changed(real))
            if not renames.exchange(place, real):
                _replace_weakly(place, real, held, expected)
        except (FileNotFoundError, Stale):
            if not beside.drop(place, ours):
                raise StepFailed(f"{_changed(real)}; {place} is left") from None
            raise Stale(_changed(real)) from None
        if not beside.is_it(place, held, expected):
            _give_back(place, real, ours, mine)
    flush_folder(real.parent)


def _give_back(place: Path, real: Path, ours: Before, mine: os.stat_result) -> None:
    """Put what came out back, and whatever comes out then, until that is what was put in last.
    `mine` is our file, `ours`, in which somebody may have written meanwhile."""
    last = mine
    try:
        for _ in range(_TRIES):
            came = os.lstat(place)
            renames.exchange(place, real)
            is_last = os.path.samestat(os.lstat(place), last)
            if is_last and (last is not mine or beside.is_still(place, ours)):
                break
            last = came
        flush_folder(real.parent)  # before ours goes: else a power cut may leave neither
        gone = beside.drop(place, ours)
    except FileNotFoundError:
        raise Stale(_changed(real, place)) from None
    except OSError as error:
        raise StepFailed(_stuck(error, place, real)) from error
    raise Stale(_changed(real, None if gone else place))


def _changed(real: Path, also: Path | None = None) -> str:
    more = f"; another edit of those moments is kept as {also}" if also else ""
    return f"{real} was changed by somebody else{more}"


def _stuck(error: OSError, place: Path, real: Path) -> str:
    return f"{reason_of(error)}; what somebody wrote to {real} meanwhile is kept as {place}"


def _replace_weakly(place: Path, real: Path, held: beside.Held, expected: Before) -> None:
    """Without an exchange: what stands there is kept by a second name and compared, then replaced.
    What somebody renames to there between those two is lost. Raises: Stale, OSError."""
    second = place.with_name(f"{place.name[:-1]}-new~")
    os.link(real, second)
    if not beside.is_it(second, held, expected._replace(links=2)):
        second.unlink()
        raise Stale(_changed(real))
    place.replace(real)
    second.replace(place)


def add(place: Path, real: Path, ours: Before) -> None:
    """Let what lies at `place`, `ours`, stand at `real`, where nothing stands.

    Raises:
        Stale: something does; ours is gone.
        OSError: it could not be done, or is not known to be on disk.
    """
    try:
        renames.move(place, real)
    except FileExistsError:
        beside.drop(place, ours)
        raise Stale(f"{real} was made by somebody else") from None
    flush_folder(real.parent)


def take(place: Path, real: Path, expected: Before) -> None:
    """Let nothing stand at `real`, and keep at `place` what stood there.

    Raises:
        Stale: that was not what was expected; it stands there again.
        StepFailed: it could not be put there again, and is kept.
        OSError: it could not be done, or is not known to be on disk.
    """
    with beside.quiet(real) as held:
        if held is None or not files.is_as(held.handle, expected):
            raise Stale(_changed(real))
        try:
            renames.move(real, place)
        except FileNotFoundError:
            raise Stale(_changed(real)) from None
        if not beside.is_it(place, held, expected):
            _leave_it(place, real)
    flush_folder(real.parent)


def _leave_it(place: Path, real: Path) -> None:
    """Put back what came out, unless something stands there again, which is newer."""
    try:
        renames.move(place, real)
        flush_folder(real.parent)
    except FileExistsError:
        raise Stale(_changed(real, place)) from None
    except OSError as error:
        raise StepFailed(_stuck(error, place, real)) from error
    raise Stale(_changed(real))
