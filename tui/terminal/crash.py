"""What is said when the screens break: where, in our own code, and nothing of what was shown.

A traceback with local variables would print a node's data, raw, to the terminal.
"""

from __future__ import annotations

import traceback
from pathlib import PurePath

CRASHED = 2
"""The exit code of a broken screen, the same as of any other fault of unshim itself."""

_OURS = ("tui", "unshim", "checks", "fixes")


def where(broken: BaseException) -> str:
    """`KeyError at tui/widgets/rows.py:88`: the innermost place of our own, else of anyone's."""
    frames = traceback.extract_tb(broken.__traceback__)
    ours = [f for f in frames if any(part in _OURS for part in PurePath(f.filename).parts[:-1])]
    chosen = (ours or frames)[-1:]
    place = "".join(f" at {'/'.join(PurePath(f.filename).parts[-3:])}:{f.lineno}" for f in chosen)
    return f"{type(broken).__name__}{place}"


def crash_message(place: str) -> str:
    """The one line that is left on the terminal."""
    return (
        f"unshim: a screen broke ({place}). Nothing was changed by that; an apply that was under "
        "way goes on by itself. The text report works without screens: unshim --report text"
    )
