"""Where bytes leave for the terminal: nothing passes but the sequences that the screens need."""

from __future__ import annotations

import re

from textual.drivers.linux_driver import LinuxDriver

from unshim.text.escape import Door

# A command of the operating system, whole; then what may pass: colours (m), the cursor (H), modes
# (h, l), queries of modes (p), keyboard modes (u).
_SEQUENCE = re.compile(r"(\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[<>=?]?[0-9;:]*\$?[mHhlpu])")
_DOOR = Door(keeps="\r\n", shows=lambda code: "")


def guarded(data: str) -> str:
    """The same text without any other control sequence or character.

    Titles, pointer shapes, clipboards, terminal answers: no screen needs them, and a node's text
    that got so far must not have them.
    """
    parts = _SEQUENCE.split(data)
    parts[::2] = map(_DOOR.let_out, parts[::2])
    return "".join(part for part in parts if not part.startswith("\x1b]"))


class GuardedDriver(LinuxDriver):
    """Textual's own, behind the guard."""

    def turn_mouse(self) -> bool:
        """Let go of the mouse, or take it; whether it is taken now."""
        if self._mouse:
            self._disable_mouse_support()
            self._mouse = False
        else:
            self._mouse = True
            self._enable_mouse_support()
        return self._mouse

    def write(self, data: str) -> None:
        super().write(guarded(data))

    def send(self, sequence: str) -> None:
        """Write a sequence that the guard would stop, such as text for the clipboard."""
        super().write(sequence)
