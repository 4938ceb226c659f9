"""Copying over SSH: the terminal is told by OSC 52, inside tmux and screen as well."""

from __future__ import annotations

import base64
from collections.abc import Mapping

LIMIT = 74_994
"""Encoded bytes that terminals take; more is refused whole by some, cut by others."""


def sequences(text: str, environ: Mapping[str, str]) -> list[str] | None:
    """What to write to the terminal so that it takes `text`; None where it is too long.

    tmux takes the bare sequence with set-clipboard, the wrapped one with allow-passthrough: it
    gets both, as the same text twice does no harm.
    """
    encoded = base64.b64encode(text.encode("utf-8", "backslashreplace")).decode("ascii")
    if len(encoded) > LIMIT:
        return None
    bare = f"\x1b]52;c;{encoded}\x07"
    if environ.get("TMUX"):
        doubled = bare.replace("\x1b", "\x1b\x1b")
        return [bare, f"\x1bPtmux;{doubled}\x1b\\"]
    if environ.get("STY"):
        return [f"\x1bP{bare}\x1b\\"]
    return [bare]
