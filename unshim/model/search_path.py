"""Where programs are looked for, by every part of unshim: fixed, whatever the caller's PATH is."""

from __future__ import annotations

SYSTEM_FOLDERS = (
    "/usr/local/sbin",
    "/usr/local/bin",
    "/usr/sbin",
    "/usr/bin",
    "/sbin",
    "/bin",
)
PATH = ":".join(SYSTEM_FOLDERS)
"""What unshim itself and what it starts as root may run."""

SEARCH_PATH = (*SYSTEM_FOLDERS, "/opt/bin")
"""Where a node's own programs are found; Flatcar has them in /opt/bin."""
