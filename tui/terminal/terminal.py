"""What the terminal can show, decided from the environment before the app is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from unshim.model.values import StrEnum


class Colours(StrEnum):
    FULL = "full"
    SIXTEEN = "sixteen"
    NONE = "none"


# Consoles without the glyphs of the screens, and with no more than the eight colours.
_PLAIN_CONSOLES = ("linux", "vt100", "vt102", "vt220", "ansi", "cons25", "sun")


# Terminals of 24 bits that have a name of their own.
_OWN_NAMES = ("alacritty", "contour", "foot", "wezterm", "xterm-ghostty", "xterm-kitty")


@dataclass(frozen=True, slots=True)
class Terminal:
    """`dark` is whether its background is dark, as far as the environment tells."""

    ascii_only: bool = False
    colours: Colours = Colours.FULL
    dark: bool = True

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Terminal:
        """NO_COLOR counts only when it is not empty, as no-color.org has it."""
        plain = environ.get("TERM", "") in _PLAIN_CONSOLES
        colours = Colours.SIXTEEN if plain or not _has_many_colours(environ) else Colours.FULL
        if environ.get("NO_COLOR"):
            colours = Colours.NONE
        return cls(plain or _other_charset(environ), colours, _dark(environ))


def _has_many_colours(environ: Mapping[str, str]) -> bool:
    """Whether the terminal says that it has more than sixteen: a bare `xterm` or `screen` is
    PuTTY, GNU screen or an old tmux, where they would come out as the nearest of sixteen."""
    term = environ.get("TERM", "")
    named = any(word in term for word in ("256color", "direct", "truecolor"))
    return named or term.startswith(_OWN_NAMES) or bool(environ.get("COLORTERM"))


def _other_charset(environ: Mapping[str, str]) -> bool:
    """Whether the locale names a charset that is not UTF-8. One that names none says nothing."""
    locale = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or ""
    charset = locale.partition(".")[2].partition("@")[0].lower().replace("-", "")
    return charset not in ("", "utf8")


def _dark(environ: Mapping[str, str]) -> bool:
    """COLORFGBG ends in the background's number: 7 and 15 are the light ones."""
    return environ.get("COLORFGBG", "").rpartition(";")[2] not in ("7", "15")
