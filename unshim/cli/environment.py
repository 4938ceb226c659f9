"""What of the caller's environment reaches unshim: an allow-list, before anything is imported."""

from __future__ import annotations

import os

from unshim.model.search_path import PATH

# Textual reads TEXTUAL_* (drivers, key presses, logs), grpc GRPC_* and proxies; none may steer a
# program that root runs.
_KEPT = frozenset(
    {
        "TERM", "COLORTERM", "COLORFGBG", "NO_COLOR", "LANG", "LC_ALL", "LC_CTYPE", "TMUX", "STY",
        "HOME", "USER", "LOGNAME", "SUDO_USER", "SSH_CONNECTION", "SSH_TTY", "COLUMNS", "LINES",
        "TZ", "CI",
    }
)  # fmt: skip


def keep_allowed() -> None:
    """Keep only the allowed variables, and a search path of system folders."""
    kept = {k: v for k, v in os.environ.items() if k in _KEPT or k.startswith("UNSHIM_")}
    if kept.get("NO_COLOR") == "":
        del kept["NO_COLOR"]  # empty counts as unset, by the rule of NO_COLOR
    os.environ.clear()
    os.environ.update(kept, PATH=PATH, GRPC_VERBOSITY="NONE")
    os.umask(0o022)
    _hold_the_first_three()


def _hold_the_first_three() -> None:
    """Nothing that is opened may take the place of a closed standard stream, to be written over by
    what is meant for people."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def on_terminal() -> bool:
    """Whether a person sits at a terminal that can show screens."""
    try:
        both = os.isatty(0) and os.isatty(1)
    except OSError:
        return False
    return both and os.environ.get("TERM", "dumb") not in ("", "dumb")
