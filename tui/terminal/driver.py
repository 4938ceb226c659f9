"""Where bytes leave for the terminal: nothing passes but the sequences that the screens need."""

from __future__ import annotations

import re

from textual.drivers.linux_driver import LinuxDriver

# Colours (m), the cursor (H), modes (h, l), queries of modes (p), keyboard modes (u).
_ALLOWED = re.compile(r"\x1b\[[<>=?]?[0-9;:]*\$?[mHhlpu]")
_STRANGE = re.compile(
    r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"  # an operating system command, whole
    r"|\x1b\[[<>=?]?[0-9;:]*\$?[mHhlpu]"  # one that may pass
    r"|[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
)


def guarded(data: str) -> str:
    """The same text without any other control sequence or character.

    Titles, pointer shapes, clipboards, terminal answers: no screen needs them, and a node's text
    that got so far must not have them.
    """
    return _STRANGE.sub(lambda found: _kept(found.group()), data)


def _kept(sequence: str) -> str:
    return sequence if _ALLOWED.fullmatch(sequence) else ""


class GuardedDriver(LinuxDriver):
    """Textual's own, behind the guard."""

    def write(self, data: str) -> None:
        super().write(guarded(data))

    def send(self, sequence: str) -> None:
        """Write a sequence that the guard would stop, such as text for the clipboard."""
        super().write(sequence)
