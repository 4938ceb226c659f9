"""Copying over SSH: into tmux's buffer, to the terminal by OSC 52, or into a file; which it was.

No terminal answers whether it took a copy: where it is not known for taking them, the text is put
into a file as well.
"""

from __future__ import annotations

import base64
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from typing import NamedTuple

LIMIT = 74_994
"""Encoded bytes that terminals take; more is refused whole by some, cut by others."""

_TMUX_SECONDS = 5.0

# They take OSC 52 as they come. xterm, VTE's and PuTTY do not, and call themselves xterm alike.
_TAKERS = ("alacritty", "foot", "wezterm", "xterm-ghostty", "xterm-kitty")
_WITHOUT = ("linux", "vt100", "vt102", "vt220", "ansi", "cons25", "sun")


class Copied(NamedTuple):
    """What is still to be written to the terminal, and what to say of the copy."""

    sequences: tuple[str, ...]
    said: str
    bad: bool = False


class Clipboard:
    """Where copies go, by the environment that the screens were started in."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._path = ""

    def copy(self, text: str) -> Copied:
        """Copy as well as can be done here. Runs tmux or writes a file: call it in a thread."""
        data = text.encode("utf-8", "backslashreplace")
        if self._environ.get("TMUX"):
            if _tmux(["load-buffer", "-w", "-"], data):
                return Copied((), "Copied into tmux's buffer, and sent on to its terminal.")
            if _tmux(["load-buffer", "-"], data):  # before tmux 3.2
                return Copied((), "Copied into tmux's buffer: its paste key has it.")
        sequence = self._sequence(data)
        if sequence and self._environ.get("TERM", "").startswith(_TAKERS):
            return Copied((sequence,), "Sent to the terminal's clipboard.")
        try:
            path = self._write(data)
        except OSError as error:
            reason = f"no file could be written: {error.strerror}"
            if sequence:
                said = f"Sent to the terminal; whether it took it is not known, and {reason}."
                return Copied((sequence,), said)
            return Copied((), f"Not copied: {reason}.", bad=True)
        if sequence:
            return Copied((sequence,), f"Sent to the terminal, and written to {path}")
        return Copied((), f"Written to {path}")

    def _sequence(self, data: bytes) -> str:
        """What makes a terminal copy, "" where this one cannot or it is too long."""
        encoded = base64.b64encode(data).decode("ascii")
        if len(encoded) > LIMIT or self._environ.get("TERM", "") in _WITHOUT:
            return ""
        bare = f"\x1b]52;c;{encoded}\x07"
        return f"\x1bP{bare}\x1b\\" if self._environ.get("STY") else bare

    def _write(self, data: bytes) -> str:
        """Put it into a file that only this user reads, the same one each time."""
        if not self._path:
            folder = self._environ.get("XDG_RUNTIME_DIR", "")
            where = folder if os.access(folder, os.W_OK) else None
            descriptor, self._path = tempfile.mkstemp(".txt", "unshim-copy-", where)
            os.close(descriptor)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW)
        with open(descriptor, "wb") as file:
            file.write(data)
        return self._path


def _tmux(words: Sequence[str], data: bytes) -> bool:
    """Whether tmux did this with these bytes."""
    try:
        ran = subprocess.run(
            ["tmux", *words], input=data, capture_output=True, timeout=_TMUX_SECONDS, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return ran.returncode == 0
