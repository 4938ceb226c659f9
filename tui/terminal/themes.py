"""Two themes of our own; the terminal's own sixteen colours where there are no more."""

from __future__ import annotations

from textual.theme import Theme

from tui.terminal.terminal import Colours, Terminal

DARK = Theme(
    name="unshim-dark",
    primary="#4f8fd9",
    secondary="#6cb6c8",
    warning="#e0a83c",
    error="#e5534b",
    success="#57ab5a",
    accent="#6cb6c8",
    background="#14171c",
    surface="#1b1f26",
    panel="#232833",
    foreground="#dfe3ea",
    dark=True,
    variables={
        "text-error": "#ff8079",
        "text-warning": "#efc05f",
        "text-primary": "#7db4f0",
        "text-success": "#7fd083",
        "text-accent": "#86d2e4",
    },
)

LIGHT = Theme(
    name="unshim-light",
    primary="#1f5fa8",
    secondary="#1f7384",
    warning="#8a5a00",
    error="#b3261e",
    success="#1f6f33",
    accent="#1f7384",
    background="#fafafa",
    surface="#f0f1f3",
    panel="#e4e7ec",
    foreground="#1c2128",
    dark=False,
    variables={
        "text-error": "#a81810",
        "text-warning": "#7a4d00",
        "text-primary": "#174f91",
        "text-success": "#17602a",
        "text-accent": "#146070",
    },
)


def theme_for(terminal: Terminal) -> str:
    """The theme to start with."""
    if terminal.colours is not Colours.FULL:
        return "ansi-dark" if terminal.dark else "ansi-light"
    return DARK.name if terminal.dark else LIGHT.name
