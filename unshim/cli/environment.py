"""What of the caller's environment reaches unshim: an allow-list, before anything is imported."""

from __future__ import annotations

import os
import signal

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
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)


def on_terminal() -> bool:
    """Whether a person sits at a terminal that can show screens."""
    try:
        both = os.isatty(0) and os.isatty(1)
    except OSError:
        return False
    return both and os.environ.get("TERM", "dumb") not in ("", "dumb")
