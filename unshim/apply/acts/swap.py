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
from unshim.apply.failures import Stale, StepFailed, Unsafe, reason_of

_TRIES = 8
_BIG = 16 * 1024 * 1024
"""Bytes of somebody's file that are not compared any more, but kept."""


def replace(place: Path, real: Path, expected: Before, ours: Before) -> None:
    """Let what lies at `place`, `ours`, stand at `real`, and keep at `place` what stood there.

    Raises:
        Stale: that was not what was expected; it stands there again, and ours is gone.
        StepFailed: it could not be put there again, and is kept.
        OSError: it could not be done, or is not known to be on disk.
    """
    if not beside.is_still(real, expected):
        beside.drop(place, ours)
        raise Stale(_changed(real))
    try:
        exchanged = renames.exchange(place, real)
    except FileNotFoundError:
        beside.drop(place, ours)
        raise Stale(_changed(real)) from None
    if not exchanged:
        _replace_weakly(place, real, expected, ours)
    elif not beside.is_still(place, expected):
        _give_back(place, real, ours)
    flush_folder(real.parent)


def _give_back(place: Path, real: Path, ours: Before) -> None:
    """Put what came out back, and whatever comes out then, until that is what was put in last."""
    last: Before | None = ours
    try:
        for _ in range(_TRIES):
            came = _seen(place)
            renames.exchange(place, real)
            if last and beside.is_still(place, last):
                break
            last = came
        gone = beside.drop(place, ours)
        flush_folder(real.parent)
    except FileNotFoundError:
        raise Stale(_changed(real, place)) from None
    except OSError as error:
        raise StepFailed(_stuck(error, place, real)) from error
    raise Stale(_changed(real, None if gone else place))


def _seen(place: Path) -> Before | None:
    try:
        return None if os.lstat(place).st_size > _BIG else files.stands(place)
    except Unsafe:
        return None


def _changed(real: Path, also: Path | None = None) -> str:
    more = f"; another edit of those moments is kept as {also}" if also else ""
    return f"{real} was changed by somebody else{more}"


def _stuck(error: OSError, place: Path, real: Path) -> str:
    return f"{reason_of(error)}; what somebody wrote to {real} meanwhile is kept as {place}"


def _replace_weakly(place: Path, real: Path, expected: Before, ours: Before) -> None:
    """Without an exchange: what stands there is kept by a second name and compared, then replaced.
    An edit between those two is lost."""
    was = place.with_name(f"{place.name[:-1]}-new~")
    os.link(real, was)
    if not beside.is_still(was, expected._replace(links=2)):
        was.unlink()
        beside.drop(place, ours)
        raise Stale(_changed(real))
    place.replace(real)
    was.replace(place)


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
    try:
        renames.move(real, place)
    except FileNotFoundError:
        raise Stale(_changed(real)) from None
    if not beside.is_still(place, expected):
        try:
            renames.move(place, real)
            flush_folder(real.parent)
        except FileExistsError:
            raise Stale(_changed(real, place)) from None
        except OSError as error:
            raise StepFailed(_stuck(error, place, real)) from error
        raise Stale(_changed(real))
    flush_folder(real.parent)
