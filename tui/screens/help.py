"""Help, and the palette's acts, both made from the bindings: a key that does nothing cannot stand
in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from textual.binding import ActiveBinding
from textual.screen import Screen

from tui.lines.text import Line, fit, wrapped
from tui.widgets.keys import acting, name_of
from unshim.tell import signs
from unshim.tell.lines import Ink

_HERE = "On this screen"
_EVERYWHERE = "Everywhere"
_MOVING = "Moving"

_HOUSEKEEPING = ("app.focus", "screen.", "scroll_", "page_", "command_palette")
_MOVES = ("move(", "page(", "jump(", "by(", "to(")
_ASIDE = ("back", "interrupt", "palette", "suspend_process", "repaint")
_KEYS_WIDTH = 12


def help_lines(screen: Screen[object], width: int) -> list[Line]:
    """What the signs mean, keys of this screen, keys of all screens, keys that move."""
    groups: dict[str, list[Line]] = {_HERE: [], _EVERYWHERE: [], _MOVING: []}
    for keys, active in _bindings(screen):
        group = _EVERYWHERE if active.node is screen.app else _HERE
        if active.binding.action.startswith(_MOVES):
            group = _MOVING
        groups[group] += _row(keys, active, width)
    lines = [*_signs(width), Line("")]
    for title, rows in groups.items():
        if rows:
            lines += [Line((title, Ink.STRONG)), *rows, Line("")]
    return lines[:-1]


def _row(keys: str, active: ActiveBinding, width: int) -> list[Line]:
    """The keys, and beside them what they do."""
    lead = Line("  ", (fit(keys, max(_KEYS_WIDTH, len(keys))), Ink.ACCENT), " ")
    words = wrapped(_sentence(active), max(20, width - lead.width))
    return [(lead if at == 0 else Line(" " * lead.width)) + row for at, row in enumerate(words)]


def _signs(width: int) -> list[Line]:
    """What each sign says, in a word or two, in as few lines as they fit into."""
    lead = Line(("Signs", Ink.STRONG))
    lines = [lead]
    for sign, meaning in signs.MEANINGS:
        one = Line("  ", sign, f" {meaning.partition(':')[0]}")
        if lines[-1].width + one.width > width:
            lines.append(Line(" " * lead.width))
        lines[-1] += one
    return lines


class Command(NamedTuple):
    """Something that can be done now: in a sentence, in a word, its keys, its namespaced action."""

    sentence: str
    words: str
    keys: str
    action: str


def commands(screen: Screen[object]) -> Iterator[Command]:
    """What can be done now, but for moving, going back and opening this list."""
    for keys, active in _bindings(screen):
        action = active.binding.action
        if action.startswith((*_MOVES, *_ASIDE)):
            continue
        if active.node is screen or active.node is screen.app:
            where = "app" if active.node is screen.app else "screen"
            full = action if "." in action else f"{where}.{action}"
            yield Command(_sentence(active), active.binding.description.lower(), keys, full)


def _sentence(active: ActiveBinding) -> str:
    return active.binding.tooltip or active.binding.description


def _bindings(screen: Screen[object]) -> Iterator[tuple[str, ActiveBinding]]:
    """Each act once, with every key that gives it."""
    acts: dict[tuple[object, str], tuple[list[str], ActiveBinding]] = {}
    for key, active in acting(screen):
        binding = active.binding
        if not binding.description or _of_textual(active):
            continue
        keys, _ = acts.setdefault((active.node, binding.action), ([], active))
        keys.append(name_of(key))
    rows = [(" ".join(keys), active) for keys, active in acts.values()]
    yield from sorted(rows, key=lambda row: row[0].startswith("^"))


def _of_textual(active: ActiveBinding) -> bool:
    """Whether a binding is the toolkit's own housekeeping, such as tab for the next focus."""
    return active.binding.action.startswith(_HOUSEKEEPING)
