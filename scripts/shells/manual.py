"""The manual page, unshim(1), from the table of the command line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from unshim import __version__
from unshim.cli.declared import Verb
from unshim.cli.help import left, options_of, told_of_argument, told_of_option, usage
from unshim.cli.table import ABOUT, EXITS, REPORT, VERBS

_FILES = (
    (
        "/var/lib/unshim",
        "the journal of what was applied, and what undoing it needs; for root only",
    ),
)


def page() -> str:
    """The page in the man macros."""
    return "\n".join(_page()) + "\n"


def _page() -> Iterator[str]:
    yield '.\\" Made by scripts/completions.py.'
    yield f'.TH UNSHIM 1 "" "unshim {__version__}"'
    yield ".SH NAME"
    yield "unshim \\- find, explain and fix what is wrong on a node that moves to containerd"
    yield ".SH SYNOPSIS"
    yield from _called(REPORT)
    for verb in VERBS.values():
        yield from _called(verb)
    yield ".SH DESCRIPTION"
    yield _text(ABOUT)
    yield ".PP"
    yield _text(
        "Without a command it opens the screens, or prints a report where there is no terminal."
    )
    yield ".SH OPTIONS"
    yield from _terms((left(o), told_of_option(o)) for o in options_of(REPORT))
    yield ".SH COMMANDS"
    for verb in VERBS.values():
        yield from _command(verb)
    yield ".SH EXIT STATUS"
    yield from _terms((str(code), meaning) for code, meaning in EXITS)
    yield ".SH FILES"
    yield from _terms(_FILES)
    yield ".SH EXAMPLES"
    yield from _terms(REPORT.examples)


def _called(verb: Verb) -> Iterator[str]:
    for number, one in enumerate(usage(verb)):
        if not number:
            yield f".B {_text(one.text.removeprefix('usage: '))}"
            yield ".br"


def _command(verb: Verb) -> Iterator[str]:
    yield f".SS {verb.word}"
    yield _text(verb.text)
    yield from _terms((a.metavar, told_of_argument(a)) for a in verb.arguments)
    own = (o for o in options_of(verb) if o.name != "--help")
    yield from _terms((left(o), told_of_option(o)) for o in own)
    yield from _terms(verb.examples)


def _terms(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    for term, text in rows:
        yield ".TP"
        yield f".B {_text(term.strip())}"
        yield _text(text)


def _text(text: str) -> str:
    """Words that roff reads as they are."""
    safe = text.replace("\\", "\\e").replace("-", "\\-").replace("…", "...").replace("'", "\\(aq")
    return f"\\&{safe}" if safe.startswith((".", "\\(aq")) else safe
