"""What `--help` says, from the table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from unshim.cli.declared import Argument, Option, Verb
from unshim.cli.table import EXITS, HELP, REPORT, VERBS, VERSION
from unshim.tell.lines import BLANK, Breaks, Ink, Line, line

_WIDEST = 24


def page(word: str) -> Iterator[Line]:
    """The help of a verb, or of the whole for "": lines to be broken at the terminal's width."""
    verb = VERBS.get(word, REPORT)
    yield from usage(verb)
    yield BLANK
    yield line(verb.text)
    if verb is REPORT:
        yield from _section("commands", ((v.word, v.summary) for v in VERBS.values()))
    yield from _section("words", ((a.metavar, told_of_argument(a)) for a in verb.arguments))
    yield from _section("options", ((left(o), told_of_option(o)) for o in options_of(verb)))
    yield from _section("for example", verb.examples)
    if verb is REPORT:
        yield from _section("exit codes", ((str(code), meaning) for code, meaning in EXITS))
        yield BLANK
        yield line("`unshim help COMMAND` tells more of one, `unshim help --man` is the manual.")


def usage(verb: Verb) -> Iterator[Line]:
    """How a verb is called."""
    words = "".join(f" {_word(argument)}" for argument in verb.arguments)
    yield line(("usage: ", Ink.STRONG), f"{verb.name} [OPTION…]{words}")
    if verb is REPORT:
        yield line("       unshim COMMAND [OPTION…] [WORD…]")


def _word(argument: Argument) -> str:
    several = "…" if argument.most != 1 else ""
    return f"{argument.metavar}{several}" if argument.needed else f"[{argument.metavar}{several}]"


def options_of(verb: Verb) -> list[Option]:
    """The options that its help shows."""
    own = [option for option in verb.options if not option.hidden]
    return [*own, HELP, *([VERSION] if verb is REPORT else [])]


def left(option: Option) -> str:
    """`-o, --output FILE`."""
    short = f"{option.short}, " if option.short else "    "
    return f"{short}{option.name} {option.metavar}".rstrip()


def told_of_option(option: Option) -> str:
    """What it does, and the values it may have."""
    return _with(option.help, option.choices)


def told_of_argument(argument: Argument) -> str:
    """What the words are, and which there may be."""
    return _with(argument.help, argument.choices)


def _with(text: str, choices: tuple[str, ...]) -> str:
    return f"{text}; one of {', '.join(choices)}" if choices else text


def _section(title: str, rows: Iterable[tuple[str, str]]) -> Iterator[Line]:
    told = list(rows)
    if not told:
        return
    yield BLANK
    yield line((f"{title}:", Ink.STRONG))
    width = max((len(name) for name, _ in told if len(name) <= _WIDEST), default=_WIDEST)
    for name, text in told:
        if len(name) > width:
            yield line(name, indent=2, breaks=Breaks.NEVER)
            name = ""
        parts = ((name.ljust(width) + "  ", Ink.PLAIN), (text, Ink.PLAIN))
        yield Line(parts, indent=2, hang=width + 4)
