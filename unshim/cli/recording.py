"""The verb `record`: this machine into a file, and what of it could not be read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from unshim.cli import exits
from unshim.cli.declared import Options
from unshim.cli.exits import UsageError
from unshim.cli.opening import known_checks
from unshim.report import out
from unshim.report.progress import Bar
from unshim.tell.units import many

if TYPE_CHECKING:
    from unshim.host.once import RecordingHost

_PACKED = (".tar.gz", ".tgz")
_OTHERS = (
    ".tar", ".gz", ".xz", ".bz2", ".zst", ".zip", ".txt", ".log", ".json", ".yaml", ".yml", ".html",
)  # fmt: skip
"""Endings of files that a record is none of; a node's name, with dots in it, is a folder's."""


def record(options: Options) -> int:
    """Record this machine, or print the script that does."""
    if options.sh == bool(options.word):
        raise UsageError("give either the file to record to, or --sh for a script that records")
    if options.sh:
        from unshim.record.sh import script

        out.raw(script())
        return exits.CLEAN
    place = options.word
    _look_at(place)
    from unshim.facts.gather import gather
    from unshim.host.local import LocalHost
    from unshim.host.once import RecordingHost
    from unshim.plan.rehearse import make_plan
    from unshim.record.recorded import RecordError
    from unshim.record.writing import write_record

    recording = RecordingHost(LocalHost())
    with Bar("Reading the node") as bar:
        gather(recording, tell=bar.tell)
        # What a plan would ask beside it, so that the record can be planned for.
        known = known_checks()
        make_plan(recording, known.checks, known.fixes, [f.check_id for f in known.fixes])
    try:
        write_record(recording, place)
    except (RecordError, OSError) as error:
        raise UsageError(f"cannot record: {error}") from None
    what = "" if place.endswith(_PACKED) else "the folder "
    out.say(f"Recorded in {what}{place}, secrets removed. Read it with --root.")
    if unread := not_permitted(recording):
        few = ", ".join(unread[:3]) + (" …" if len(unread) > 3 else "")
        out.complain(
            f"not root: {many(len(unread), 'place')} may not be read and what they hold is not in "
            f"it: {few}; record with sudo for the whole node"
        )
    return exits.CLEAN


def _look_at(place: str) -> None:
    """Whether a record may be made there, before the machine is looked at. Raises: UsageError."""
    path = Path(place)
    ending = path.suffix.lower()
    if ending in _OTHERS and not place.lower().endswith(_PACKED):
        stem = place[: -len(ending)].removesuffix(".tar")
        raise UsageError(f"a record is a .tar.gz or a folder, not a {ending}: give {stem}.tar.gz")
    try:
        fits = not place.endswith(_PACKED) and not path.is_symlink() and not any(path.iterdir())
    except OSError:
        fits = False
    if os.path.lexists(place) and not fits:
        raise UsageError(f"{place} already exists")


def not_permitted(recording: RecordingHost) -> list[str]:
    """What was asked of a machine and may not be read: paths, and the processes of others."""
    from unshim.model.machine import Socket
    from unshim.model.values import Missing, Why

    places: dict[str, None] = {}
    for kind in ("read", "list", "stat", "resolve", "environment", "socket"):
        for (place, *_), answer in recording.answers(kind).items():
            if isinstance(answer, Socket):
                denied = answer.reason.startswith("not root")
            else:
                denied = isinstance(answer, Missing) and answer.why is Why.NOT_PERMITTED
            if denied:
                of_a_process = isinstance(place, int) or place.startswith("/proc/")
                places["processes of others" if of_a_process else place] = None
    return list(places)
