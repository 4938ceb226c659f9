"""The last line of every screen: the keys that do something now, made from the bindings."""

from __future__ import annotations

from textual import events
from textual.screen import Screen

from tui.lines.text import Line
from tui.widgets.words import Words
from unshim.tell.lines import Ink

_NAMES = {
    "question_mark": "?",
    "slash": "/",
    "escape": "Esc",
    "space": "space",
    "left": "←",
    "right": "→",
    "circumflex_accent": "^",
}


def name_of(key: str) -> str:
    """A key as it is printed on a keyboard: `question_mark` is `?`, `ctrl+p` is `^p`."""
    return _NAMES.get(key, key.replace("ctrl+", "^"))


def keys_of(screen: Screen[object]) -> list[tuple[str, str]]:
    """The keys to show and what they do, each act once, in the bindings' order."""
    keys: dict[str, tuple[str, str]] = {}
    for key, active in screen.active_bindings.items():
        binding = active.binding
        if binding.show and active.enabled:
            keys.setdefault(binding.action, (name_of(key), binding.description.lower()))
    return list(keys.values())


class KeyLine(Words):
    """As many keys as fit; the last ones, help and quit, are always there."""

    DEFAULT_CSS = "KeyLine { height: 1; background: $panel; &:ansi { background: ansi_default; } }"

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, lambda _screen: self._draw())

    def on_resize(self, _event: events.Resize) -> None:
        self._draw()

    def _draw(self) -> None:
        if self.is_attached and self.screen.is_attached:
            self.say(_fit(keys_of(self.screen), self.size.width))


def _fit(keys: list[tuple[str, str]], width: int) -> Line:
    """Keys that fit into the width; what is dropped is dropped before the last two."""
    while True:
        line = Line(" ")
        for key, label in keys:
            line += Line(" " if line.width > 1 else "", (key, Ink.ACCENT), f" {label} ")
        if line.width <= width or len(keys) < 3:
            return line.cut(width)
        del keys[-3]
