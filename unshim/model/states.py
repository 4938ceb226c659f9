"""The states of a run, in the words that a person reads."""

from __future__ import annotations

RUNNING, INTERRUPTED, REFUSED, UNFINISHED = "running", "interrupted", "refused", "unfinished"
APPLIED, WAITING, VERIFIED, UNDONE = "applied", "waiting", "verified", "undone"
BROKEN, DAMAGED, UNREADABLE = "broken", "damaged", "unreadable"

HALF = (UNFINISHED, BROKEN)
"""States of a run of which a part stands, and may be undone."""

STANDING = (APPLIED, WAITING, VERIFIED, *HALF)
"""States of a run that can be undone."""

ENDED = (INTERRUPTED, REFUSED, UNDONE)
"""States of a run of which nothing stands."""

LOST = (DAMAGED, UNREADABLE)
"""States of a run of which unshim cannot tell what it did."""
