"""Help and palette, both made from the bindings: a key that does nothing cannot stand in them."""

from __future__ import annotations

from collections.abc import Iterator

from textual.binding import ActiveBinding
from textual.screen import Screen

from tui.lines.text import Line, fit
from tui.widgets.keys import name_of
from unshim.tell import signs
from unshim.tell.lines import Ink

_HERE = "On this screen"
_EVERYWHERE = "Everywhere"

_HOUSEKEEPING = ("app.focus", "screen.", "scroll_", "page_", "command_palette")


def help_lines(screen: Screen[object]) -> list[Line]:
    """Keys of this screen, keys of all screens, and what the signs mean."""
    groups: dict[str, list[Line]] = {_HERE: [], _EVERYWHERE: []}
    for keys, active in _bindings(screen):
        group = _EVERYWHERE if active.node is screen.app else _HERE
        groups[group].append(
            Line("  ", (fit(keys, 18), Ink.ACCENT), " ", active.binding.description)
        )
    lines: list[Line] = []
    for title, rows in groups.items():
        lines += [Line((title, Ink.STRONG)), *rows, Line("")]
    lines.append(Line(("Signs", Ink.STRONG)))
    return [*lines, *(Line("  ", sign, f"  {meaning}") for sign, meaning in signs.MEANINGS)]


def commands(screen: Screen[object]) -> Iterator[tuple[str, str, str]]:
    """Words, keys and the namespaced action of everything that can be done now."""
    for keys, active in _bindings(screen):
        action = active.binding.action
        if active.node is screen or active.node is screen.app:
            where = "app" if active.node is screen.app else "screen"
            full = action if "." in action else f"{where}.{action}"
            yield active.binding.description, keys, full


def _bindings(screen: Screen[object]) -> Iterator[tuple[str, ActiveBinding]]:
    """Each act once, with every key that gives it."""
    acts: dict[tuple[object, str], tuple[list[str], ActiveBinding]] = {}
    for key, active in screen.active_bindings.items():
        binding = active.binding
        if not active.enabled or not binding.description or _of_textual(active):
            continue
        keys, _ = acts.setdefault((active.node, binding.action), ([], active))
        keys.append(name_of(key))
    for keys, active in acts.values():
        yield " ".join(keys), active


def _of_textual(active: ActiveBinding) -> bool:
    """Whether a binding is the toolkit's own housekeeping, such as tab for the next focus."""
    return active.binding.action.startswith(_HOUSEKEEPING)
