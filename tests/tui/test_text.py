"""Text, units and terminals: the small things that every screen rests on."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests import TOP
from tests.tui.driving import opened, picture, seen
from tests.tui.hostile import WORST
from tui.lines.text import GOES_ON, Line, content, fit, folded, painted, plain, wrapped
from tui.terminal.driver import _SEQUENCE, guarded
from tui.terminal.leaving import _TWINS, Leaving, ascii_twin
from tui.terminal.terminal import Colours, Terminal
from unshim.tell import lines as telling
from unshim.tell import units
from unshim.tell.lines import Breaks, Ink

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
TUI = TOP / "tui"


@given(st.text(), st.integers(0, 60))
def test_fit_is_exact_in_cells_for_any_text(text: str, width: int) -> None:
    assert Line(text).fit(width).width == width
    assert Line(text, (text, Ink.DIM)).cut(width).width <= width


@example("00000\x1f\u1c240", 10)
@given(st.text(max_size=200), st.integers(10, 80))
def test_wrapping_and_folding_lose_no_letter(text: str, width: int) -> None:
    def letters(lines: list[Line]) -> str:
        return "".join("".join(line.plain for line in lines).split())

    first, *others = folded(text, width)
    assert all(line.plain.startswith(GOES_ON) for line in others)
    whole = [first, *(Line(line.plain.removeprefix(GOES_ON)) for line in others)]
    assert letters(whole) == "".join(Line(text.expandtabs(4)).plain.split())
    assert letters(wrapped(text, width)) == "".join(Line(text).plain.split())
    assert all(line.width <= width for line in folded(text, width))


@pytest.mark.parametrize("sign", ["+", "-", " "])
def test_what_goes_on_of_a_line_of_a_diff_is_no_line_of_it(sign: str) -> None:
    line = telling.line(f"{sign}key = {'value ' * 20}", breaks=Breaks.ANYWHERE)
    first, *others = painted([line], 40)
    assert first.plain.startswith(f"{sign}key")
    assert len(others) > 1
    assert all(row.plain.startswith("  … ") and row.width <= 40 for row in others)


@given(st.text())
def test_no_control_character_gets_into_a_content(text: str) -> None:
    for made in (plain(text), content(Line(text))):
        assert not _CONTROLS.search(made.plain)


def test_markup_stays_text() -> None:
    assert plain("[/foo] [bold]x[/]").plain == "[/foo] [bold]x[/]"
    assert "[@click=app.quit]x[/]" in content(Line(WORST)).plain


def test_contents_are_built_in_one_file() -> None:
    """Node text can become markup only where a Content is built: in tui/lines/text.py alone."""
    building = re.compile(
        r"\b(Content|Text|Static|Label|Markdown)\(|from_markup|from_rich|markup=True|\.print\("
    )
    found = {
        str(path.relative_to(TUI))
        for path in TUI.rglob("*.py")
        if building.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"lines/text.py"}
    statics = [p.name for p in TUI.rglob("*.py") if "Static" in p.read_text(encoding="utf-8")]
    assert statics == ["words.py"]
    words = (TUI / "widgets/words.py").read_text(encoding="utf-8")
    assert words.count("content(") == 2


async def test_a_notice_is_shown_without_markup_and_covers_no_row() -> None:
    async with opened() as pilot:
        rows = picture(pilot).splitlines()
        pilot.app.notify("[bold]/tmp/[x]\x1b[2J", severity="error", timeout=600)
        await seen(pilot, "[bold]/tmp/[x]\\x1b[2J")
        assert picture(pilot).splitlines()[:-1] == rows[:-1]


async def test_a_long_notice_is_shown_whole_and_goes_with_a_click() -> None:
    async with opened() as pilot:
        words = "The steps go on without this screen, but nothing looks at what came of them."
        pilot.app.notify(f"{words} Press again to leave.", timeout=600)
        await seen(pilot, "The steps go on", "to leave.")
        assert " ".join(picture(pilot).split()).endswith(f"{words} Press again to leave.")
        await pilot.click("#keys")
        await seen(pilot, "q quit")


def test_what_leaves_is_printable_even_when_it_was_forgotten() -> None:
    from rich.segment import Segment
    from textual.color import Color

    (segment,) = Leaving().apply([Segment(WORST)], Color(0, 0, 0))
    assert segment.text.isprintable()


@given(st.text())
def test_the_driver_lets_only_known_sequences_out(text: str) -> None:
    frame = f"\x1b[1;1H\x1b[38;5;1m{text}\x1b[0m\x1b[?2026l"
    out = guarded(frame)
    assert out.startswith("\x1b[1;1H\x1b[38;5;1m")
    assert out.endswith("\x1b[0m\x1b[?2026l")
    rest = _SEQUENCE.sub("", out)
    assert not re.search("[\x07\x1b\x80-\x9f]", rest)


def test_the_driver_stops_what_an_enemy_would_write() -> None:
    assert guarded(WORST.replace("\udcff", "")).count("\x1b") == 0
    assert guarded("\x1b]22;default\x07a\x1b[2Jb\x1b[6nc\x1bcd") == "a[2Jb[6nccd"


def test_twins_take_as_many_cells_as_their_glyphs() -> None:
    for twin, glyphs in _TWINS.items():
        for glyph in glyphs:
            assert Line(glyph).width == len(twin), glyph
    assert ascii_twin("▸ ✗ ──▶ …") == "> X --> ~"


@pytest.mark.parametrize(
    ("environ", "terminal"),
    [
        ({}, Terminal(colours=Colours.SIXTEEN)),
        ({"TERM": "xterm-256color", "LANG": "en_US.UTF-8"}, Terminal()),
        ({"TERM": "linux"}, Terminal(True, Colours.SIXTEEN)),
        ({"NO_COLOR": "1"}, Terminal(False, Colours.NONE)),
        ({"NO_COLOR": "", "TERM": "screen-256color"}, Terminal()),
        ({"TERM": "linux", "NO_COLOR": "1"}, Terminal(True, Colours.NONE)),
        ({"COLORFGBG": "0;15", "COLORTERM": "yes"}, Terminal(dark=False)),
        ({"COLORFGBG": "15;0", "COLORTERM": "yes"}, Terminal()),
        ({"LANG": "zh_CN.GB18030", "COLORTERM": "24bit"}, Terminal(True)),
        ({"LANG": "C", "TERM": "xterm-kitty"}, Terminal()),
        ({"TERM": "xterm"}, Terminal(colours=Colours.SIXTEEN)),
        ({"TERM": "screen"}, Terminal(colours=Colours.SIXTEEN)),
        ({"TERM": "tmux", "COLORFGBG": "0;15"}, Terminal(colours=Colours.SIXTEEN, dark=False)),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, Terminal()),
        ({"TERM": "tmux-256color"}, Terminal()),
        ({"TERM": "xterm-direct"}, Terminal()),
        ({"TERM": "xterm", "NO_COLOR": "1"}, Terminal(colours=Colours.NONE)),
    ],
)
def test_the_environment_says_what_the_terminal_can(
    environ: dict[str, str], terminal: Terminal
) -> None:
    assert Terminal.of(environ) == terminal


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (units.size(None), "–"),
        (units.size(0), "0 B"),
        (units.size(1023), "1.0 KiB"),
        (units.size(40 * 1024 * 1024), "40 MiB"),
        (units.rate(0.2), "0"),
        (units.rate(2048), "2.0 KiB/s"),
        (units.percent(9.94), "9.9"),
        (units.percent(99.6), "100"),
        (units.age(59), "59s"),
        (units.age(3 * 86400 + 5), "3d"),
        (units.many(1, "error"), "1 error"),
        (units.many(0, "error"), "0 errors"),
        (units.of(3 << 30, 16 << 30), "3.0 of 16 GiB"),
        (units.of(500 << 20, 16 << 30), "500 MiB of 16 GiB"),
        (fit("12", 5, right=True), "   12"),
    ],
)
def test_numbers_as_a_person_says_them(said: str, words: str) -> None:
    assert said == words
