"""Text from a node, made safe to show: everything invisible becomes visible, once, on entering."""

from __future__ import annotations

import re

# Controls (C0, DEL, C1), soft hyphen and the like, zero-width and bidi marks, line and paragraph
# separators, invisible operators, variation selectors kept out of names, interlinear marks, the
# byte order mark, tags, and halves of surrogate pairs (they crash every encoder). Categories Cc,
# Cf, Cs, Zl and Zp of Unicode 15, spelled out so that no Python release changes what is shown.
_INVISIBLE = (
    "\x00-\x1f\x7f-\x9f\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160"
    "\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# Written as escapes for the pattern compiler: the range of surrogates cannot stand in a str
# that is to be encoded, and this module is one.
_ALL = re.compile(f"[{_INVISIBLE}\ud800-\udfff]")
_BUT_NEWLINE = re.compile(f"(?!\n)[{_INVISIBLE}\ud800-\udfff]")


def _shown(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def visible(text: str, *, newlines: bool = False) -> str:
    """`text` with every control, format and bidi character as a backslash escape.

    `newlines` keeps line feeds; a tab becomes `\\x09` all the same, as no cell can hold one.
    """
    return (_BUT_NEWLINE if newlines else _ALL).sub(_shown, text)


def decode(data: bytes, *, newlines: bool = False) -> str:
    """Bytes as text to show: UTF-8, with what is not UTF-8 and what is invisible as escapes."""
    return visible(data.decode("utf-8", "backslashreplace"), newlines=newlines)
