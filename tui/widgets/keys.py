"""The last line of every screen: the keys that do something now, made from the bindings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from textual import events
from textual.binding import ActiveBinding
from textual.keys import key_to_character
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Input

from tui.lines.text import Line, wrapped
from tui.widgets.words import Words
from unshim.tell.lines import Ink

_NAMES = {
    "slash": "/",
    "escape": "Esc",
    "enter": "Enter",
    "space": "Space",
    "ctrl+backslash": "^\\",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "up": "Up",
    "left": "←",
    "right": "→",
    "down": "Down",
    "f1": "F1",
}


def name_of(key: str) -> str:
    """A key as it is printed on a keyboard: `question_mark` is `?`, `ctrl+p` is `^p`."""
    return _NAMES.get(key) or _letter(key) or key.replace("ctrl+", "^")


def _letter(key: str) -> str:
    """What a key types, "" for one that types nothing."""
    letter = _NAMES["slash"] if key == "slash" else key_to_character(key) or ""
    return letter if letter.isprintable() else ""


def acting(screen: Screen[object]) -> Iterator[tuple[str, ActiveBinding]]:
    """The keys that do something now, in the bindings' order: while a person types, a letter is a
    letter and no key. The wide twins of East Asian keyboards are left out."""
    typing = isinstance(screen.focused, Input)
    for key, active in screen.active_bindings.items():
        types = typing and not active.binding.priority and _letter(key)
        if active.enabled and not types and not key.startswith("fullwidth"):
            yield key, active


class Key(NamedTuple):
    """A key to show: its name, what it does in a word or two, and what pressing it is called."""

    name: str
    words: str
    key: str


def keys_of(screen: Screen[object]) -> list[Key]:
    """The keys to show, each act once."""
    keys: dict[str, Key] = {}
    for key, active in acting(screen):
        binding = active.binding
        if binding.show and binding.description:
            name = binding.key_display or name_of(key)
            keys.setdefault(binding.action, Key(name, binding.description.lower(), key))
    return list(keys.values())


class KeyLine(Words):
    """As many keys as fit; the last ones, help and quit, are always there. A notice stands in their
    place for a while. A click on a key presses it."""

    DEFAULT_CSS = """
    KeyLine {
        height: auto; min-height: 1; max-height: 4; background: $panel;
        &:ansi { background: ansi_default; }
    }
    """

    def __init__(self) -> None:
        super().__init__(name="keys")
        self._notice: tuple[str, Ink] | None = None
        self._timer: Timer | None = None
        self._ends: list[tuple[int, str]] = []

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, lambda _screen: self._draw())

    def on_resize(self, _event: events.Resize) -> None:
        self._draw()

    def tell(self, text: str, bad: bool, seconds: float) -> None:
        """Show a notice instead of the keys for so long."""
        self._notice = (text, Ink.WARNING if bad else Ink.STRONG)
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(seconds, self._end_notice)
        self._draw()

    def _end_notice(self) -> None:
        self._notice = None
        self._draw()

    def _draw(self) -> None:
        if not self.is_attached or not self.screen.is_attached:
            return
        if self._notice is None:
            keys = fitting(keys_of(self.screen), self.size.width)
            self._ends = _ends(keys)
            self.say(_line(keys).cut(self.size.width))
        else:
            text, ink = self._notice
            self.say(wrapped(text, self.size.width, ink, 1))

    def on_click(self, event: events.Click) -> None:
        if self._notice is not None:
            self._end_notice()
            return
        pressed = next((key for end, key in self._ends if event.x < end), None)
        if pressed is not None:
            self.app.simulate_key(pressed)


def _ends(keys: list[Key]) -> list[tuple[int, str]]:
    """Where each key's words end in the line, and the key."""
    return [(_line(keys[: at + 1]).width, key.key) for at, key in enumerate(keys)]


def _line(keys: list[Key]) -> Line:
    line = Line(" ")
    for key in keys:
        line += Line(" " if line.width > 1 else "", (key.name, Ink.ACCENT), f" {key.words} ")
    return line


def fitting(keys: list[Key], width: int) -> list[Key]:
    """The keys that fit into the width; what is dropped is dropped before the last two."""
    keys = keys[:]
    while len(keys) > 2 and _line(keys).width > width:
        del keys[-3]
    return keys
